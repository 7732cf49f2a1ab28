from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.row import in_order, kinds_of, labels_of, readable_names
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from sounds import sine, write_sound, write_stems

ROWS = {
    "the demo": "Kick|Snare|H_Tom|M_Tom|L_Tom|OH_L|OH_R",
    "a band": "Kick|Snare|Hi Hat|Rack 1|Rack 2|Floor|Crash|OH L|OH R|Room L|Room R|Shaker|Bass|"
    "Gtr 1 L|Gtr 1 R|Gtr 2|Keys|Strings|Sax|Lead Vox 1|Lead Vox 2|BGV 1|BGV 2|Click",
    "without gaps": "KDin|KDout|SnTop|SnBot|HH|T1|T2|T10|FT|OHL|OHR|RmL|RmR",
    "microphones": "Kick In 91|Kick Out 52|Kick Sub|Snare|Snare Top 57|Snare Btm 441|OH414L|"
    "OH414R|Bass Amp|Bass DI",
    "stereo toms": "Tom1 L|Tom1 R|Tom2 L|Tom2 R|Floor L|Floor R",
    "French": "GC in|GC out|Caisse claire|HH|Tom Alto|Tom Medium|Tom Basse|Cymbale|Basse|Voix",
    "a separator": "drums|bass|guitar|piano|vocals|other",
    "numbers": "2 Vox|03. Hat|10_Kick|11OH",
    "words and numbers": "Track 1|track 2|Track 03|Track 10",
    "a session": "Take3-01 Vox|Take3-02 Snare|Take3-10 Kick",
    "an export": "Audio 1_Vox|Audio 2_Snare|Audio 10_OH",
    "most with numbers": "1 Vox|2 Hat|3 Bass|Kick|Click",
    "few with numbers": "57 Kick|Snare|Hat|12 String|Click",
}
PARTS = ["01", "2", "10", "Kick", "Snare", "Tom", "T1", "OH", "L", "R", "In", "Hi", "Song", "x"]


def stem(name, file=None, **settings):
    return Stem(name, Path(f"{file or name}.wav"), 1, 1, 1, settings=StemSettings(**settings))


def ordered(names):
    return [each.name for each in in_order([stem(name) for name in names])]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_reads_as_people_expect(row):
    names = row.split("|")
    assert ordered(sorted(names)) == ordered(reversed(names)) == names


names_in_a_folder = st.lists(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("_".join), unique=True, min_size=1
)


@given(names=names_in_a_folder, data=st.data())
def test_the_order_does_not_depend_on_the_order_in_the_folder(names, data):
    assert ordered(data.draw(st.permutations(names))) == ordered(ordered(names)) == ordered(names)


@given(st.one_of(names_in_a_folder, st.lists(st.text(min_size=1), unique=True, min_size=1)))
def test_labels_are_distinct_and_not_empty(names):
    labels = readable_names(names)
    assert len(set(labels)) == len(names)
    assert all(labels)


def test_an_order_in_the_settings_comes_first_and_a_kind_moves_a_stem():
    stems = [stem("Kick"), stem("Mic 5", kind="snare"), stem("Hat"), stem("Click", order=-1)]
    assert [each.name for each in in_order(stems[::-1])] == ["Click", "Kick", "Mic 5", "Hat"]
    assert kinds_of(stems) == ("kick", "snare", "hat", "other")


def test_stems_of_one_file_stay_in_their_order():
    take = [stem(name, "Drums") for name in ("OH", "Snare", "Kick")]
    row = in_order([stem("Vox"), *take, stem("Shaker")])
    assert [each.name for each in row] == ["Shaker", "OH", "Snare", "Kick", "Vox"]
    assert kinds_of(take) == ("cymbal", "snare", "kick")


def test_a_title_before_the_names_does_not_count():
    stems = [stem(f"Oh Happy Day_{name}") for name in ("Kick", "Gtr", "Vox", "Lights")]
    assert kinds_of(stems) == ("kick", "guitar", "vocals", "other")
    assert labels_of(stems) == ("Kick", "Gtr", "Vox", "Lights")


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ("01_Kick In|02_H_Tom|03_OH_L", "Kick In|H Tom|OH L"),
        ("MySong_Kick|MySong_Snare", "Kick|Snare"),
        ("Take3-01 Kick|Take3-02 Snare", "Kick|Snare"),
        ("01 My Song - Kick|02 My Song - Snare", "Kick|Snare"),
        ("1_Song_(Vocals)|1_Song_(Instrumental)", "Vocals|Instrumental"),
        ("2021-05-03 Kick|2021-05-03 Hat", "Kick|Hat"),
        ("01 Vox|02 Vox|03 Kick", "01 Vox|02 Vox|Kick"),
        ("A_B|A B|A__B", "A_B|A B|A__B"),
        ("Track 01|Track 02", "Track 01|Track 02"),
        ("Tom 1|Tom 2", "Tom 1|Tom 2"),
        ("Kick In|Kick Out", "Kick In|Kick Out"),
        ("Gtr_L|Gtr_R", "Gtr L|Gtr R"),
        ("Song|Song_Kick", "Song|Song Kick"),
        ("Tom1|Gtr 2|snare57", "Tom1|Gtr 2|snare57"),
        ("808 Kick|Snare|2nd Vox", "808 Kick|Snare|2nd Vox"),
        ("01_Kick", "Kick"),
        ("01|02|_", "01|02|_"),
    ],
)
def test_labels_lose_numbers_underscores_and_what_all_share(names, labels):
    assert readable_names(names.split("|")) == labels.split("|")


def test_a_label_in_the_settings_stands_as_it_is():
    stems = [stem("01_Kick", label="My_01"), stem("02_Hat"), stem("03_Hat", label="Hat")]
    assert labels_of(stems) == ("My_01", "02 Hat", "Hat")


def test_a_folder_is_read_in_the_order_of_the_row(tmp_path):
    write_stems(tmp_path, 0.1, ("Vox", "Room", "OH_L", "HH", "SN", "BD"))
    write_sound(tmp_path / "T1.wav", sine(0.1))
    names = [each.name for each in find_stems(tmp_path).stems]
    assert names == ["BD", "SN", "HH", "T1", "OH_L", "Room", "Vox"]
