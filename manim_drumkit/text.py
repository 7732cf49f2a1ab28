"""Text for a terminal: what comes from files and their names is shown, and does nothing."""

import unicodedata

HARMFUL = frozenset(("Cc", "Cf", "Cs"))
"""Unicode's categories of control, format (among them the change of direction), surrogate."""
KEPT = "\n\t"


def printable(text: str) -> str:
    r"""Write out what would move the cursor, change colours or cannot be encoded.

    >>> print(printable("Kick\x1b[31m"))
    Kick\x1b[31m
    """
    return "".join(
        repr(sign)[1:-1] if sign not in KEPT and unicodedata.category(sign) in HARMFUL else sign
        for sign in text
    )
