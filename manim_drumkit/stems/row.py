"""The row: the order of the stems in the film, their kinds and their labels."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path
from typing import Any, TypeAlias

from manim_drumkit.stems.files import name_of, natural
from manim_drumkit.stems.kinds import KINDS, kind_of, words_of
from manim_drumkit.stems.stem import Stem

TRACK_NUMBER = re.compile(
    r"(?:(?:track|trk|tr|audio|channel|chan|ch|input|spur|kanal|piste|voie|pista|canal|traccia)"
    r"[ _.-]?)?"
    r"[#(\[]?(\d{1,3})(?:[-+&](\d{1,3}))?[)\]]?"
    r"(?:[ _.:-]+|$|(?=[^\W\d_])(?!(?:st|nd|rd|th)\b))",
    re.IGNORECASE,
)
"""How a name begins that has a number: ``01_``, ``3.``, ``(2) ``, ``Track 07 ``, ``05-06 ``."""

SPLIT_KINDS = 3
"""A beginning that is of a kind itself is a song's title if as many kinds follow it."""

HEIGHTS = {
    0: "hi high hitom hightom ht hoch hangetom haengetom alto agudo",
    1: "mid middle midtom mt mittel medium medio",
    2: "lo low lotom lowtom lt tief",
    3: "floor floortom floortoms ft standtom bass basse bajo basso grave piso goliat timpano",
}
"""Words in the names of toms, from high to low."""
LETTERS = {"h": 0, "m": 1, "l": 2, "r": 2}
"""The same in letters. A tom R is one of a pair with a tom L, which is no lower than it."""
PARTS = {
    -1: "lead ld lv leadgesang hauptgesang leadgitarre",
    1: "oh ohs overhead overheads over ohlr aerien aeriens aereos panoramici panoramica "
    "bv bvs bgv bgvs bgvox bvox backing harmony harmonies choir choirs chor choeur choeurs coro "
    "coros cori",
}
"""Words for what comes before, or after, the others of its kind."""
PLACES = {
    1: "in inside top front close near innen oben dessus dentro arriba sopra",
    2: "out outside bottom bot btm under back far aussen unten dessous fuera abajo fuori sotto",
    3: "sub subkick side",
}
"""Words for where a microphone stands; plain names come before them."""
SIDES = {1: "l left lt links gauche izq izquierda sx sinistra", 2: "c mid center centre mono m"} | {
    3: "r right rt rechts droite der derecha dx destra"
}
MOST_OF_A_KIND = 50
"""Higher numbers are those of microphones: a snare57 is no 57th snare."""

Key: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class _Name:
    """A name, and what it is without all that it shares with the others."""

    whole: str
    own: str
    """Without the beginning of all names."""
    rest: str
    """Without a track number, too."""
    number: Key
    """Its track number, or two of them; empty if it has none."""
    kind: str


def in_order(stems: Sequence[Stem]) -> list[Stem]:
    """Sort stems: by their settings, by track numbers, then by kind.

    Numbers at the beginning of the files' names count if most have one; files without follow.
    Then come the kinds as in :data:`KINDS`; within a kind toms from high to low, numbers, in
    before out, top before bottom, left before right; and the natural order of the names. Stems
    of one file stay in their order.
    """
    paths = list(dict.fromkeys(stem.path for stem in stems))
    names = _read([name_of(path) for path in paths])
    alone = Counter(stem.path for stem in stems)
    chosen = {stem.path: stem.settings.kind for stem in stems if alone[stem.path] == 1}
    keys = {
        path: _key(name, chosen.get(path) or name.kind, path)
        for path, name in zip(paths, names, strict=True)
    }
    return sorted(
        stems,
        key=lambda stem: (
            stem.settings.order is None,
            stem.settings.order or 0,
            keys[stem.path],
        ),
    )


def kinds_of(stems: Sequence[Stem]) -> tuple[str, ...]:
    """Return the kinds of stems: those of the settings, or what their names tell."""
    names = _read([stem.name for stem in stems])
    return tuple(stem.settings.kind or name.kind for stem, name in zip(stems, names, strict=True))


def labels_of(stems: Sequence[Stem]) -> tuple[str, ...]:
    """Return the names of stems in the film: those of the settings, or readable names."""
    labels = readable_names([stem.name for stem in stems])
    return tuple(stem.settings.label or label for stem, label in zip(stems, labels, strict=True))


def readable_names(names: Sequence[str]) -> list[str]:
    """Return names without underscores, track numbers, and the beginning that all share.

    Where two would be equal they keep what tells them apart, and no name becomes empty.

    >>> readable_names(["My_Song_01_Kick_In", "My_Song_02_H_Tom"])
    ['Kick In', 'H Tom']
    >>> readable_names(["01 Vox", "02 Vox", "03_OH_L"])
    ['01 Vox', '02 Vox', 'OH L']
    """
    ways = [_ways_to_write(name) for name in _read(names)]
    steps = [0] * len(ways)
    while True:
        labels = [way[step] for way, step in zip(ways, steps, strict=True)]
        taken = Counter(labels)
        again = [
            i for i, label in enumerate(labels) if taken[label] > 1 and steps[i] < len(ways[i]) - 1
        ]
        if not again:
            return labels
        for i in again:
            steps[i] += 1


def _ways_to_write(name: _Name) -> list[str]:
    """Return labels of a name, from short to long; the last one is the name itself."""
    tidied = [_tidied(text) for text in (name.rest, name.own, name.whole)]
    return [*(text for text in tidied if any(map(str.isalpha, text))), name.whole]


def _tidied(text: str) -> str:
    text = " ".join(text.replace("_", " ").split()).strip(" -.")
    return text[1:-1].strip() if re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", text) else text


def _read(names: Sequence[str]) -> list[_Name]:
    """Read names that stand side by side."""
    titled, owns = _without_beginning(names)
    found = [TRACK_NUMBER.match(own) for own in owns]
    if 2 * sum(map(bool, found)) <= len(names):
        found = [None] * len(names)
    rests = [own[match.end() if match else 0 :] for own, match in zip(owns, found, strict=True)]
    titled_again, rests = _without_beginning(rests)
    return [
        _Name(
            whole=name,
            own=own,
            rest=rest,
            number=tuple(int(digits) for digits in match.groups() if digits) if match else (),
            kind=kind_of(rest if titled or titled_again else name),
        )
        for name, own, rest, match in zip(names, owns, rests, found, strict=True)
    ]


def _without_beginning(names: Sequence[str]) -> tuple[bool, list[str]]:
    """Cut what all names begin with, at a gap; return whether it was of a kind, and the rests.

    What is of a kind stays, as in "Tom 1" and "Tom 2", unless many kinds follow it.
    """
    shared = commonprefix(names) if len(names) > 1 else ""  # noqa: RUF071 -- they are no paths
    end = max(shared.rfind(gap) for gap in " _.-") + 1
    rests = [name[end:] for name in names]
    titled = kind_of(shared[:end]) != "other"
    kinds = {kind_of(rest) for rest in rests} - {"other"}
    if not all(rests) or (titled and len(kinds) < SPLIT_KINDS):
        return False, list(names)
    return titled, rests


def _key(name: _Name, kind: str, path: Path) -> tuple[Any, ...]:
    words = words_of(name.rest)
    return (
        not name.number,
        name.number,
        KINDS.index(kind),
        _height(words) if kind == "tom" else _step(words, PARTS),
        _number_in(name.rest),
        _step(words, PLACES),
        _step(words, SIDES),
        natural(path.with_suffix("")),
        path.name,
    )


def _height(words: Sequence[str]) -> int:
    letters = [LETTERS[word] for word in words if word in LETTERS]
    return max(_steps(words, HEIGHTS) or letters, default=1)


def _number_in(name: str) -> int:
    """Return which of its kind a stem is: 2 for Gtr 2 and T2, 0 for snare57 and Kick D6."""
    found = re.search(r"(?:[^\W\d_]{2}|(?<![^\W\d_])[tT])[ _.-]?(\d+)", name)
    number = int(found[1]) if found else 0
    return number if number < MOST_OF_A_KIND else 0


def _step(words: Sequence[str], table: dict[int, str]) -> int:
    """Return the last step of a table that has one of the words, 0 if none has."""
    return max(_steps(words, table), default=0)


def _steps(words: Sequence[str], table: dict[int, str]) -> list[int]:
    return [step for step, known in table.items() if not set(words).isdisjoint(known.split())]
