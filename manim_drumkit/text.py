"""Text that is safe to print on a terminal, whatever files and their names hold."""

import unicodedata

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
