"""Files: which of a folder's files hold sound, by their endings and their contents."""

import re
import unicodedata
from collections import deque
from pathlib import Path

from manim_drumkit.errors import StemError
from manim_drumkit.stems.region import reason_of
from manim_drumkit.stems.stem import readable
from manim_drumkit.workspace.layout import PLAN_NAME

AUDIO_SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        "8svx aa3 aac ac3 adts adx aif aifc aiff amr ape at3 au avr awb bw64 caf dff dsf dts eac3 "
        "ec3 flac gsm m4a m4b m4r mka mlp mp+ mp1 mp2 mp3 mpa mpc oga ogg ogx oma opus paf pvf ra "
        "rf64 sd2 shn snd sph spx svx tak thd tta voc vqf w64 wav wave wma wv "
        "3g2 3gp asf avi f4v flv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogm ogv qt rm vob webm wmv"
    ).split()
)
"""Files with these endings are audio, or video with sound; they are read, or an error."""

SOUND_MARKS = re.compile(
    rb"(?:RIFF|RF64|BW64).{4}WAVE|riff\x2e\x91\xcf\x11|FORM.{4}(?:AIF[FC]|8SVX)|fLaC|OggS|caff|ID3|"
    rb"wvpk|MAC |TTA1|tBaK|DSD |FRM8|\.snd|MPCK|MP\+|#!AMR|NIST_1A|ajkg|Creative Voice File",
    re.DOTALL,
)
"""How files begin that are sound and nothing else."""
LIKELY_MARKS = re.compile(
    # Frames without a header: MPEG audio, ADTS, AC-3, DTS. UTF-16 begins with FF FE.
    rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]|\xff[\xf0\xf1\xf8\xf9]|\x0b\x77|"
    rb"\x7f\xfe\x80\x01|\xfe\x7f\x01\x80|"
    # Films, which may have sound.
    rb".{4}(?:ftyp|moov|mdat|wide|free|skip)|\x1a\x45\xdf\xa3|FLV\x01|RIFF.{4}AVI |\.RMF|"
    rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11|\x00\x00\x01\xba|\x47.{187}\x47|.{4}\x47.{191}\x47|"
    rb"\x06\x0e\x2b\x34",
    re.DOTALL,
)
"""How files begin that may be, or may have, sound."""

WAITING = re.compile(
    r"\.(?P<icloud>.+)\.icloud"
    r"|(?P<name>.+)\."
    r"(?:cloudf?|owncloud|nextcloud|crdownload|opdownload|part|partial|download|aria2|!qb)",
    re.IGNORECASE,
)
"""What a cloud, or a browser, calls a file that is not (all) there yet."""
LFS_MARK = b"version https://git-lfs.github.com/spec"
DATALESS = 0x40000000
"""What macOS flags a file with whose contents are in the cloud (``SF_DATALESS``)."""

DEEPEST, MOST_FOLDERS = 4, 2000
"""How deep, and in how many folders, stems are looked for, only to be named."""


def in_nfc(text: str) -> str:
    """Return text in the normal form C: macOS and Linux spell an accent in two ways."""
    return unicodedata.normalize("NFC", text)


def name_of(path: Path) -> str:
    """Return the name of a file as its stem would have it: without the ending, in NFC."""
    return in_nfc(readable(path.stem))


def natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Return a key that sorts names as people do: Track 2 before Track 10."""
    parts = re.findall(r"(\d+)|(\D+)", in_nfc(path.name).casefold())
    return [(int(digits or -1), text) for digits, text in parts], path.name


def files_in(folder: Path) -> list[Path]:
    """List a folder's files in natural order: no folders, nothing hidden but placeholders.

    A link to nowhere is among them: it is to be reported, not left out.

    Raises:
        StemError: the folder cannot be listed.
    """
    try:
        paths = [path for path in folder.iterdir() if not path.is_dir()]
    except OSError as error:
        raise StemError(f"{folder} cannot be listed ({reason_of(error)})") from error
    seen = [path for path in paths if not _hidden(path) or waits_for(path)]
    return sorted(seen, key=natural)


def has_audio_ending(path: Path) -> bool:
    """Return whether a file's name says that it is audio, or video."""
    return path.suffix.lower() in AUDIO_SUFFIXES


def waits_for(path: Path) -> Path | None:
    """Return the audio file for which a placeholder, or an unfinished download, stands.

    >>> waits_for(Path(".Snare.wav.icloud")), waits_for(Path("notes.txt.part"))
    (PosixPath('Snare.wav'), None)
    """
    found = WAITING.fullmatch(path.name)
    if not found:
        return None
    file = path.with_name(found["icloud"] or found["name"])
    return file if has_audio_ending(file) and not file.exists() else None


def is_companion(path: Path) -> bool:
    """Return whether a file belongs to an audio file beside it, as Kick.wav.bak and Kick.wav~."""
    inner = path.with_name(path.name[:-1] if path.name.endswith("~") else path.stem)
    return has_audio_ending(inner) and inner.exists()


def refuse_absent(path: Path) -> None:
    """Refuse a file whose contents are elsewhere still.

    Raises:
        StemError: it, or what it stands for, is not downloaded yet.
    """
    if wanted := waits_for(path):
        raise StemError(
            f"{wanted} is not downloaded yet, {path.name} stands for it; download it, "
            "or move it out of the folder"
        )
    if not path.is_file():
        return  # whoever opens it says what it is
    facts = path.stat()
    if getattr(facts, "st_flags", 0) & DATALESS:
        raise StemError(f"{path} is not downloaded yet; download it from the cloud first")
    if facts.st_size == 0:
        raise StemError(
            f"{path} is empty (0 bytes): it is not downloaded yet, or its export failed; "
            "download or export it again, or move it out of the folder"
        )
    if facts.st_size < 1024 and _head(path).startswith(LFS_MARK):
        raise StemError(f"{path} is not downloaded yet (Git LFS); run git lfs pull")


def begins_as_sound(path: Path) -> bool:
    """Return whether a file begins as only sound does."""
    return bool(SOUND_MARKS.match(_head(path)))


def may_be_sound(path: Path) -> bool:
    """Return whether a file begins as sound may, or as a film, which may have some."""
    return bool(LIKELY_MARKS.match(_head(path)))


def folders_with_audio(folder: Path) -> list[Path]:
    """Find folders inside a folder that hold audio files, by their endings; not our output."""
    found, waiting, seen = [], deque([(folder, 0)]), 0
    while waiting and seen < MOST_FOLDERS:
        here, depth = waiting.popleft()
        seen += 1
        try:
            entries = sorted(here.iterdir(), key=natural)
        except OSError:
            continue
        if any(entry.name == PLAN_NAME for entry in entries):
            continue
        if depth and any(has_audio_ending(e) and not _hidden(e) and e.is_file() for e in entries):
            found.append(here)
        if depth < DEEPEST:
            inner = (e for e in entries if e.is_dir() and not e.is_symlink() and not _hidden(e))
            waiting.extend((entry, depth + 1) for entry in inner)
    return found


def _hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _head(path: Path) -> bytes:
    """Return how a regular file begins; nothing of what is none or cannot be opened."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(512)
    except OSError:
        return b""
