"""Find out which reader a file is for, by its contents; its ending does not matter.

::

    region            opens regular files only; a file within a file, with a head of ours
    wav_file          WAV, RF64, W64   ┐ walk over the chunks, believe no size that the file's
    headers           AIFF, CAF, AU    ┘ size contradicts, give libsndfile a header that is right
    flac_file         looks for the last frame, so that no length is believed that is not there
    ogg_links         the files that were joined to one, page by page
    mpeg_scan         MP3 and MP2, frame by frame: delays, lost frames, joined files
    av_scan           everything else, decoded once; timeline places the frames, priming knows
                      the delays of encoders, containers which files are cut off or joined

    sndfile_reader, mpeg_reader, av_reader, source.Chain    read what was found, from anywhere
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from manim_drumkit.errors import StemError
from manim_drumkit.stems.av_scan import has_gap, read_av
from manim_drumkit.stems.flac_file import read_flac
from manim_drumkit.stems.headers import Found, read_aiff, read_au, read_caf
from manim_drumkit.stems.mpeg_audio import is_mpeg_audio, tag_size
from manim_drumkit.stems.mpeg_scan import read_mpeg
from manim_drumkit.stems.ogg_links import OggLink, ogg_links
from manim_drumkit.stems.region import Region, reason_of
from manim_drumkit.stems.sndfile_reader import SndfileSource
from manim_drumkit.stems.source import Sound, UnsureError, check_facts, joined
from manim_drumkit.stems.wav_file import MPEG, WavPart, read_wav

CONTAINERS = re.compile(
    rb"RIFF|RIFX|RF64|BW64|riff|FORM|FRM8|caff|\.snd|dns\.|fLaC|OggS|wvpk|MAC |TTA1|\.RMF|FLV|"
    rb"\x1a\x45\xdf\xa3|\x30\x26\xb2\x75|\x00\x00\x01\xba|\x06\x0e\x2b\x34|nut/|"
    rb".{4}(?:ftyp|moov|mdat|free|skip|wide|moof)|\x47.{187}\x47|.{4}\x47.{191}\x47",
    re.DOTALL,
)
"""How files begin that may hold frames of MPEG audio, but between others."""

Reader = Callable[[Region], list[Sound]]


def sounds_in(path: Path) -> list[Sound]:
    """Find the audio tracks of a file.

    Raises:
        StemError: it holds none, or is cut off or damaged.
    """
    region = Region.of(path)
    try:
        sounds = _read(region)
    except OSError as error:
        raise StemError(f"{path} cannot be read ({reason_of(error)}); copy it again") from error
    for sound in sounds:
        check_facts(path, sound.source.rate, sound.source.channels)
        if sound.source.samples <= 0:
            raise StemError(f"{path} holds no sound (0 samples); export it again or move it away")
    return sounds


def _read(region: Region) -> list[Sound]:
    reasons = []
    for file, reader in _readers(region):
        try:
            return reader(file)
        except UnsureError as error:
            reasons.append(str(error))
    raise StemError(
        f"{region.path} cannot be read as audio ({reasons[0]}); export it again as WAV or FLAC, or "
        "move it out of the folder"
    )


def _readers(region: Region) -> Iterator[tuple[Region, Reader]]:
    """Yield the readers to try, the surest first, and what they should read."""
    tags = _tags(region)
    head = region.read(tags, 200)
    for beginnings, reader in READERS.items():
        if head.startswith(beginnings):
            yield region.part(tags, region.stop), reader
    if not CONTAINERS.match(head) and is_mpeg_audio(region):
        yield region, lambda region: [read_mpeg(region)]
    yield region, read_av


def _tags(region: Region) -> int:
    """Return how many bytes at the beginning are tags of music players."""
    position = 0
    while size := tag_size(region.read(position, 32)):
        position += size
    return position if position < region.size else 0


def _sndfile_or_av(region: Region) -> list[Sound]:
    try:
        return [Sound(SndfileSource.of(region))]
    except UnsureError:
        return read_av(region)


def _wav(region: Region) -> list[Sound]:
    file = read_wav(region)
    if file is None:
        raise UnsureError("it has no 'fmt ' and 'data' chunk")
    (sound,) = joined(region.path, [_wav_part(part)[:1] for part in file.parts])
    return [
        replace(
            sound,
            channel_titles=file.channel_titles,
            time_reference=file.time_reference,
            notes=(*file.notes, *sound.notes),
        )
    ]


def _wav_part(part: WavPart) -> list[Sound]:
    if part.format.tag in MPEG:
        return [read_mpeg(part.sound)]
    sound = _sndfile_or_av(part.file)[0]
    filled = sound.source.samples - (part.samples or 0)
    if part.samples and 0 < filled < part.format.samples_per_block:
        sound = replace(sound, source=replace(sound.source, samples=part.samples))
    return [sound]


def _with_headers(find: Callable[[Region], Found]) -> Reader:
    """Return a reader of files whose headers are made right first."""

    def read(region: Region) -> list[Sound]:
        found = find(region) or [(region, "")]
        sounds = joined(region.path, [_sndfile_or_av(file)[:1] for file, _ in found])
        notes = tuple(
            f"{region.path.name}: {doubt}, so it was read to the end of the file"
            for _, doubt in found
            if doubt
        )
        return [replace(sound, notes=(*notes, *sound.notes)) for sound in sounds]

    return read


def _ogg(region: Region) -> list[Sound]:
    links = ogg_links(region)
    if not links:
        raise UnsureError("it has no beginning")
    sounds = joined(region.path, [_ogg_link(link, region) for link in links])
    note = f"{region.path.name} has no end mark, and was read up to its last page"
    return [replace(s, notes=(*s.notes, *[note][links[-1].ended :])) for s in sounds]


def _ogg_link(link: OggLink, region: Region) -> list[Sound]:
    part = link.region_in(region)
    plain = link.plain and not has_gap(part)
    return _sndfile_or_av(part) if plain else read_av(part)


READERS: dict[tuple[bytes, ...], Reader] = {
    (b"RIFF", b"RIFX", b"RF64", b"BW64", b"riff"): _wav,
    (b"FORM",): _with_headers(read_aiff),
    (b"caff",): _with_headers(read_caf),
    (b".snd", b"dns."): _with_headers(read_au),
    (b"fLaC",): read_flac,
    (b"OggS",): _ogg,
}
