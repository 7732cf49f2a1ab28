import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ConfigError
from manim_drumkit.stems.kinds import KINDS, UNSURE_WORDS, WORDS, kind_of, words_of
from manim_drumkit.stems.settings import StemSettings
from programs import ROOT

NAMES = {
    "kick": "01_Kick In|12.KDin|BD|BD_in|bdout|kick_D112|kickin|Bass Drum|BassDrum|bass-drum|KIK|"
    "Kick Drum Out|SubKick|K In|GC|Grosse Caisse|Große Trommel|Bombo|Gran Cassa|02-KickSub",
    "snare": "snare57|SnTop|SN_bot|SD|SDtop|Snr|Snare Top|snarebot|Rimshot|Side Stick|"
    "Caisse claire|Kleine Trommel|Caja|Rullante|Piccolo Snare|SnareDrum",
    "hat": "HH|Hi Hat|HiHat|hi-hat|Hat|HHat|hhl|03 HATS|Charley|Contratiempo|Closed Hat",
    "tom": "Tom1|T1|T02|FT|Floor Tom|FloorTom|HiTom|Tom Hi|H_Tom|LTom|Rack 2|Toms|TOMs|tom_l|"
    "Tom Basse|Standtom|Hängetom|Tom de piso|Timpano|MT",
    "cymbal": "OH L|OHL|OH_R|ohr|OHs|OH414L|Overheads|Over Head|Ride|Ride Bell|Crash|China|"
    "Becken|Cymbale|Platillos|Piatti|Panoramici|Aériens|12.OHL|Drum OH",
    "room": "Room L|RmR|roomr|Rooms|Drum Room|Amb|Ambience|Raum|Trash|Hall L|Mono Room",
    "percussion": "Perc|Conga|Bongos|Shaker|Tambourine|Tamb|Clap|Cowbell|Cajón|Steel Drums|"
    "Percusión|Percussioni|Wind Chimes|Schellenkranz|Timbales",
    "drums": "drums|Drum Bus|Drum Kit|Drum Rack|Schlagzeug|Batterie|Batería|Batteria|beat",
    "bass": "bass|Bass DI|BassDI|DIbass|Acoustic Bass|Bass Guitar|Synth Bass|Bassgitarre|E-Bass|"
    "Kontrabass|Basse|Guitare basse|Bajo|Basso|Sub|808|Upright Bass",
    "guitar": "guitar|Gtr 2|GTRs|GtrL|E Gtr|Lead Gtr|Git|E-Gitarre|Guitare|Guitarra|Chitarra|"
    "Tom's Gtr|Gtr T1|Gtr Room|12 String|Pedal Steel|Banjo",
    "keys": "piano|Keys|Synth Pad|Pad|Organ|B3|Rhodes|Wurli|Klavier|Clavier|Órgano|Tastiera|"
    "Teclado|Synthé|Moog",
    "strings": "Strings|Violin 1|Vln|Cello|Viola|Streicher|Cordes|Cuerdas|Archi|Synth Strings",
    "winds": "Brass|Horns|Trumpet|Alto Sax|Bass Clarinet|Trompete|Bläser|Flûte|Cuivres|Ottoni",
    "vocals": "vocals|Lead Vox|LVox|VOX 1|Voc|BGV 3|Choir|Bass Vox|Drum Vox|Gesang|Voix|"
    "Chœurs|Canto|Voz|Voce|Tenor|Song_(Vocals)",
    "other": "other|Ohio|hatred|Tomorrow|basso continuo|Doorkicker|Top|Click|Mix|Snout|Basin|"
    "no_vocals|Track 03|Überkicker|MøTom|한국|Snail|Bride|Chatter|Brooms|Padded|K|T|1|_",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names.split("|")]
)
def test_a_name_tells_the_kind(kind, name):
    assert kind_of(name) == kind


def test_the_names_in_the_docs_are_of_the_kinds_that_they_stand_beside():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", (ROOT / "docs" / "stems.md").read_text(), re.M)
    assert tuple(kind for kind, _ in rows) == KINDS
    for kind, names in rows:
        for name in names.removeprefix("all others: ").split(", "):
            assert kind_of(name) == kind, name


def test_every_kind_has_words_and_every_word_one_kind():
    rows = [row for table in (WORDS, UNSURE_WORDS) for row in table]
    phrases = [phrase for _, words in rows for phrase in words.split()]
    assert {kind for kind, _ in rows} == set(KINDS)
    assert len(phrases) == len(set(phrases))
    for phrase in phrases:
        assert "".join(words_of(phrase)) == phrase.replace("_", "")


@given(st.text())
def test_every_text_has_a_kind_that_case_and_accents_do_not_change(name):
    assert kind_of(name) in KINDS
    assert kind_of(f"{name} kick drum é") in {kind_of(f"{name} KICK DRUM e"), "vocals", "other"}


def test_a_long_number_is_a_word():
    assert words_of("007" + "9" * 5000) == ("7" + "9" * 5000,)


def test_a_kind_that_is_none_is_refused_with_a_list_of_them():
    with pytest.raises(ConfigError, match=r"kind is 'bell'; choose kick, snare, .*vocals or other"):
        StemSettings(kind="bell")
