"""Text that is safe to print on a terminal, whatever files and their names hold."""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

HARMFUL = frozenset(("Cc", "Cf", "Cs"))
"""Unicode's categories control, format (which may change the direction) and surrogate."""
KEPT = "\n\t"


def printable(text: str) -> str:
    r"""Escape what would move the cursor, change colours or cannot be encoded.

    >>> print(printable("Kick\x1b[31m"))
    Kick\x1b[31m
    """
    return "".join(
        repr(sign)[1:-1] if sign not in KEPT and unicodedata.category(sign) in HARMFUL else sign
        for sign in text
    )


def listed(names: Sequence[str], most: int = 4) -> str:
    """List names in a sentence, and count those beyond the first few.

    >>> listed(["Kick", "Snare"]), listed("abcdefg")
    ('Kick and Snare', 'a, b, c, d and 3 more')
    """
    if len(names) > most + 1:  # one more name is no longer than its count
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def guess(word: str, known: Iterable[str]) -> str:
    """Ask, in parentheses, about the known word that is spelled most like one that is unknown.

    >>> guess("Mixre", ["ring", "mixer"]), guess("sun", ["ring", "mixer"])
    (' (did you mean mixer?)', '')
    """
    found = get_close_matches(word.lower(), list(known), n=1)
    return f" (did you mean {found[0]}?)" if found else ""
