"""Text that is safe to print on a terminal, whatever files and their names hold."""

import unicodedata
from collections.abc import Sequence

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
