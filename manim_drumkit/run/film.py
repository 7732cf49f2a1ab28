"""The film: all segments joined, with the sound, and checked frame by frame."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from manim_drumkit.atomic import read_json, write_atomic, write_json
from manim_drumkit.errors import FilmError
from manim_drumkit.workspace.layout import (
    SEGMENT_LIST_NAME,
    film_receipt_name,
    segment_folder,
    unchecked_path,
)
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.receipt import Receipt, Video

if TYPE_CHECKING:
    from manim_drumkit.video import VideoTimes

SOUND_TOLERANCE_S = Fraction(25, 1000)


@dataclass(frozen=True)
class FilmReceipt:
    """What a whole film was joined from; written last."""

    joined_from: str
    """See :func:`joined_from`."""
    video: Video
    width: int
    """In pixels."""
    height: int


def joined_from(folder: Path, plan: Plan, command: Sequence[str]) -> str:
    """Return a digest of what a film is joined from: segments, sound, and ffmpeg's command."""
    receipts = [Receipt.load(segment_folder(folder, n)) for n in range(len(plan.chunks))]
    segments = [receipt.video.sha256 if receipt else "" for receipt in receipts]
    content = json.dumps([segments, plan.mix_sha256, str(plan.film.fps), list(command)])
    return hashlib.sha256(content.encode()).hexdigest()


def whole_film(folder: Path, plan: Plan, source: str) -> FilmReceipt | None:
    """Return the film's receipt if it is there, to the last byte, and joined from ``source``."""
    receipt = read_json(folder / film_receipt_name(plan.film_name), FilmReceipt)
    try:
        whole = (
            receipt is not None
            and receipt.joined_from == source
            and receipt.video.frames == plan.film.total_frames
            and receipt.video.is_at(folder / plan.film_name)
        )
    except OSError:
        return None
    return receipt if whole else None


def write_segment_list(folder: Path, plan: Plan) -> None:
    """Write the list of segments for ffmpeg's concat demuxer.

    Each segment's duration is the difference of its rounded start and end in the film, so
    that rounding to microseconds never adds up.
    """
    lines = ["ffconcat version 1.0"]
    for number, chunk in enumerate(plan.chunks):
        start = _microseconds(chunk.start_frame / plan.film.fps)
        stop = _microseconds((chunk.start_frame + chunk.frame_count) / plan.film.fps)
        video = segment_folder(Path(), number) / plan.film_name
        lines += [f"file '{video}'", f"duration {(stop - start) / 1e6:.6f}"]
    write_atomic(folder / SEGMENT_LIST_NAME, "\n".join(lines) + "\n")


def publish(folder: Path, plan: Plan, source: str) -> FilmReceipt:
    """Check the joined film and give it its name, in place of an older one.

    Args:
        folder: the folder of the plan.
        plan: what the film should be.
        source: what it was joined from, for its receipt.

    Raises:
        FilmError: it is not exactly the film that the plan describes.
    """
    # A film that is whole needs no PyAV.
    from manim_drumkit.video import has_alpha, picture_size, video_times

    unchecked = unchecked_path(folder, plan.film_name)
    try:
        problems = film_problems(video_times(unchecked), plan)
        if plan.transparent and not has_alpha(unchecked):
            problems.append("it has no alpha channel")
        width, height = picture_size(unchecked)
    except OSError as error:
        raise FilmError(
            f"{unchecked} cannot be read as a video ({error}); join it again"
        ) from error
    if problems:
        raise FilmError(f"{unchecked} is not exact: {'; '.join(problems)}")
    film = folder / plan.film_name
    unchecked.replace(film)
    receipt = FilmReceipt(source, Video.of(film, plan.film.total_frames), width, height)
    write_json(folder / film_receipt_name(plan.film_name), receipt)
    return receipt


def film_problems(times: "VideoTimes", plan: Plan) -> list[str]:
    """List the ways in which a film is not the exact one; an empty list is a good film."""
    problems = []
    if times.frames != plan.film.total_frames:
        problems.append(f"it shows {times.frames} frames, the plan has {plan.film.total_frames}")
    if times.start != 0:
        problems.append(f"its first frame is at {_seconds(times.start)}, not at 0 s")
    if not times.durations <= {1 / plan.film.fps}:
        found = ", ".join(sorted(map(_seconds, times.durations)))
        problems.append(f"its frames last {found}, not 1/{plan.film.fps} s")
    if not times.decodes_in_order:
        problems.append("its packets are out of order")
    if plan.audio != (times.audio_seconds is not None):
        problems.append(
            "its sound is missing" if plan.audio else "it has sound that nobody asked for"
        )
    elif times.audio_seconds is not None:
        off = times.audio_seconds - plan.seconds
        if abs(off) > SOUND_TOLERANCE_S:
            longer = "longer" if off > 0 else "shorter"
            problems.append(f"its sound is {float(abs(off)):.3f} s {longer} than its picture")
    return problems


def _microseconds(seconds: Fraction) -> int:
    return round(seconds * 1_000_000)


def _seconds(value: Fraction | None) -> str:
    return "no time" if value is None else f"{float(value):.6f} s"
