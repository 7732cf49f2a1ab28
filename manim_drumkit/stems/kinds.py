"""Kinds: what a stem is, told from its name."""

import re
import unicodedata
from functools import cache

KINDS = (
    "kick",
    "snare",
    "hat",
    "tom",
    "cymbal",
    "room",
    "percussion",
    "drums",
    "bass",
    "guitar",
    "keys",
    "strings",
    "winds",
    "vocals",
    "other",
)
"""All kinds, in the order of a row."""

WORDS = (
    (
        "other",
        "no_vocal no_vocals no_vox no_drums no_bass no_guitar no_guitars no_piano no_keys "
        "basso_continuo",
    ),
    (
        "vocals",
        "vox voc vocs vocal vocals voice voices vx bv bvs bgv bgvs bgvox bvox lv singer singers "
        "rap rapper adlib adlibs ad_lib ad_libs acapella acappella choir choirs vocoder "
        "gesang leadgesang hauptgesang stimme stimmen chor saenger sanger sangerin saengerin "
        "voix chant chants choeur choeurs chanteur chanteuse voz voces canto coro coros cantante "
        "voce voci cori",
    ),
    (
        "kick",
        "kick kicks kik kic kck kd bd bassdrum bassdrums bass_drum bass_drums b_drum kickdrum "
        "subkick grosse_caisse grosse_trommel bombo cassa grancassa gran_cassa",
    ),
    (
        "snare",
        "snare snares snr snre sn sd s_drum snaredrum rim rims rimshot rimshots rimclick sidestick "
        "side_stick cross_stick crossstick kleine_trommel caisse_claire caja redoblante tarola "
        "rullante",
    ),
    (
        "hat",
        "hat hats hihat hihats hi_hat hi_hats high_hat high_hats hh hhat ohh chh charley charle "
        "charleston contratiempo",
    ),
    (
        "cymbal",
        "cymbal cymbals cym cyms cymb cymbs ride rides crash crashes splash china oh ohs overhead "
        "overheads over_head over_heads ohlr becken cymbale cymbales aerien aeriens platillo "
        "platillos platos aereos piatto piatti panoramici panoramica",
    ),
    (
        "percussion",
        "perc percs percussion percussions conga congas bongo bongos shaker shakers shkr "
        "tambourine tambourines tamb tambo clap claps handclap handclaps snap snaps cowbell "
        "cowbells woodblock wood_block triangle cajon djembe timbale timbales timpani guiro clave "
        "claves maraca maracas cabasa agogo tabla tablas darbuka surdo cuica pandeiro bodhran gong "
        "chime chimes bell bells glockenspiel xylophone marimba vibraphone vibes hand_drum "
        "hand_drums frame_drum talking_drum steel_drum steel_drums steel_pan steel_pans perkussion "
        "schlagwerk schellenkranz schellenring kuhglocke triangel pauke pauken tambourin "
        "percusion palmas cencerro pandereta triangulo percussione percussioni tamburello "
        "triangolo",
    ),
    (
        "winds",
        "brass wind winds woodwind woodwinds horn horns trumpet trumpets tpt trp trpt trombone "
        "trombones tbn trb tuba tubas sax saxes saxophone saxophones flute flutes flt clarinet "
        "clarinets oboe oboes bassoon bassoons flugelhorn cor_anglais harmonica harmonicas bagpipe "
        "bagpipes whistle didgeridoo blaser blaeser blech trompete trompeten posaune posaunen "
        "saxophon floete floeten flote floten blockflote blockfloete klarinette fagott "
        "mundharmonika dudelsack cuivres trompette trompettes clarinette hautbois basson vientos "
        "metales trompeta trompetas trombon saxofon flauta flautas clarinete ottoni fiati tromba "
        "trombe sassofono sassofoni flauto flauti clarinetto fagotto corno corni armonica",
    ),
    (
        "bass",
        "bass basses bassline bassguitar subbass ebass bassgitarre kontrabass contrabass basse "
        "contrebasse bajo contrabajo basso bassi contrabbasso",
    ),
    (
        "guitar",
        "guitar guitars gtr gtrs git egtr agtr acgtr elgtr 6_string 12_string ukulele uke banjo "
        "mandolin mandola dobro lapsteel lap_steel pedal_steel slide_gtr bouzouki oud sitar "
        "balalaika charango lute gitarre gitarren egitarre leadgitarre akustikgitarre "
        "rhythmusgitarre mandoline guitare guitares guitarra guitarras mandolina chitarra chitarre "
        "mandolino",
    ),
    (
        "strings",
        "string strings violin violins vln vlns fiddle viola violas vla cello cellos vlc celli "
        "violoncello harp harps streicher violine violinen geige geigen bratsche bratschen harfe "
        "cordes violon violons violoncelle harpe cuerdas violines violonchelo archi violino "
        "violini arpa",
    ),
    (
        "keys",
        "keys keyboard keyboards kbd kbds keyb piano pianos pno epiano synth synths synthesizer "
        "synthesizers syn pad pads organ organs hammond b_3 leslie rhodes wurli wurly wurlitzer "
        "clav clavi clavinet harpsichord celesta mellotron moog accordion harmonium melodica "
        "klavier flugel fluegel orgel tasten cembalo akkordeon clavier claviers synthe synthes "
        "orgue clavecin accordeon teclado teclados sintetizador organo acordeon tastiera tastiere "
        "pianoforte sintetizzatore clavicembalo fisarmonica",
    ),
    (
        "tom",
        "tom toms tomtom tom_tom racktom racktoms floortom floortoms hitom hightom midtom lotom "
        "lowtom standtom hangetom haengetom bass_tom tom_bass tom_basse tom_bajo tom_basso goliat "
        "timpano",
    ),
    (
        "room",
        "room rooms rm rms amb ambs ambience ambiance ambient raum raume raummikro ambiente "
        "ambientes sala",
    ),
)
"""The words of each kind; ``_`` joins those of a phrase.

Of several words in one name the longest phrase counts, and among equally long ones the row that
stands first: the vocals of the bass player are vocals, a synth bass is a bass, a piano's room
microphone is a piano.
"""

UNSURE_WORDS = (
    (
        "tom",
        "ft ht mt lt floor rack racks t_1 t_2 t_3 t_4 t_5 t_6 t_8 t_10 t_12 t_13 t_14 t_16 t_18 "
        "rt_1 rt_2 rt_3",
    ),
    ("kick", "k_in k_out gc"),
    ("snare", "s_top s_bot s_bottom cc_top cc_bot rs"),
    ("hat", "charles"),
    ("cymbal", "cy"),
    ("percussion", "cp"),
    ("bass", "sub 808"),
    ("guitar", "eg ag"),
    ("winds", "piccolo"),
    ("vocals", "soprano mezzo alto tenor baritone harmony harmonies"),
    ("room", "hall trash crush"),
    (
        "drums",
        "drum drums drum_rack drumkit drumset drumloop drumbus drms drs kit beat beats schlagzeug "
        "trommel trommeln batterie bateria batteria",
    ),
)
"""Words that count only in a name without any of :data:`WORDS`."""

SIDES = ("l", "r")
GLUED = dict.fromkeys(("hat", "cymbal", "room", "guitar"), SIDES) | {
    "kick": (*SIDES, "in", "out"),
    "snare": (*SIDES, "top", "bot"),
    "tom": (*SIDES, "top", "bot"),
}
"""What is written onto a word of these kinds without a gap, as in OHL and kickin."""

CASE_BORDERS = (
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!\ws\b)",  # SnTop, FTom; not GTRs
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z][A-Z])(?=[a-z])",  # KDin
)
LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})


def kind_of(name: str) -> str:
    """Return the kind of stem that has this name, one of :data:`KINDS`.

    >>> kind_of("01_Kick In"), kind_of("OH L"), kind_of("Gesang"), kind_of("Tomorrow")
    ('kick', 'cymbal', 'vocals', 'other')
    """
    return _kind(words_of(name)) or "other"


def words_of(name: str) -> tuple[str, ...]:
    """Return the words and numbers in a name, in small letters without accents.

    Words end at anything but a letter, and where small and capital letters meet.

    >>> words_of("03_SnTop57"), words_of("OHL"), words_of("KDin")
    (('3', 'sn', 'top', '57'), ('oh', 'l'), ('kd', 'in'))
    """
    plain = unicodedata.normalize("NFKD", name.translate(LIGATURES))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    ways = [_split(plain, border) for border in CASE_BORDERS]
    return next((words for words in ways if _kind(words)), ways[0])


def _split(name: str, border: str) -> tuple[str, ...]:
    parts = re.findall(r"[^\W\d_]+|\d+", re.sub(border, " ", name))
    words = [part.lstrip("0") or "0" if part.isdecimal() else part.casefold() for part in parts]
    return tuple(each for word in words for each in _unglued(word))


def _unglued(word: str) -> tuple[str, ...]:
    """Split a word of the drum kit from what is written onto it."""
    if (word,) not in _meanings():
        for end in ("in", "out", "top", "bot", *SIDES):
            head = word.removesuffix(end)
            if head != word and end in GLUED.get(_kind((head,)) or "", ()):
                return head, end
    return (word,)


def _kind(words: tuple[str, ...]) -> str | None:
    """Return what the longest phrase in a name means, or ``None`` if there is none."""
    meanings = _meanings()
    longest = max(map(len, meanings))
    found = [
        meanings[phrase]
        for start in range(len(words))
        for phrase in (words[start : start + length] for length in range(1, longest + 1))
        if phrase in meanings
    ]
    return min(found)[-1] if found else None


@cache
def _meanings() -> dict[tuple[str, ...], tuple[int, int, int, str]]:
    """Return the kind of every phrase, behind what decides if a name has several."""
    return {
        tuple(phrase.split("_")): (unsure, -len(phrase.split("_")), row, kind)
        for unsure, table in enumerate((WORDS, UNSURE_WORDS))
        for row, (kind, phrases) in enumerate(table)
        for phrase in phrases.split()
    }
