"""What recorders and DAWs write into WAV files: time references and the names of channels."""

import html
import re

SINCE_MIDNIGHT = 338
"""Where a ``bext`` chunk has its TimeReference (EBU Tech 3285): two 32-bit words, low first."""


def time_reference(bext: bytes, ixml: str) -> int | None:
    """Return the samples since midnight at which a recording began, ``None`` if nothing says it."""
    reference = bext[SINCE_MIDNIGHT : SINCE_MIDNIGHT + 8]
    if len(reference) == 8:
        return int.from_bytes(reference, "little")
    words = [_number(ixml, f"TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{half}") for half in ("HI", "LO")]
    return None if words[1] is None else ((words[0] or 0) << 32) + words[1]


def channel_titles(ixml: str, channels: int) -> tuple[str, ...]:
    """Return the names of a file's channels from its iXML, in order; nothing if there are none."""
    titles = [""] * channels
    for track in re.findall(r"<TRACK>(.*?)</TRACK>", ixml, re.DOTALL):
        place = _number(track, "INTERLEAVE_INDEX") or _number(track, "CHANNEL_INDEX")
        name = re.search(r"<NAME>(.*?)</NAME>", track, re.DOTALL)
        if name and place and place <= channels:
            titles[place - 1] = " ".join(html.unescape(name[1]).split())
    return tuple(titles) if any(titles) else ()


def _number(xml: str, tag: str) -> int | None:
    found = re.search(rf"<{tag}>\s*(\d{{1,20}})\s*</{tag}>", xml)
    return int(found[1]) if found else None
