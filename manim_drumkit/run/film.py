"""The film: all segments joined, with the sound, and checked frame by frame."""

from fractions import Fraction
from pathlib import Path

from av import FFmpegError

from manim_drumkit.atomic import temporary_name, write_whole
from manim_drumkit.errors import FilmError
from manim_drumkit.video import VideoTimes, video_times
from manim_drumkit.workspace.layout import segment_folder
from manim_drumkit.workspace.plan import Plan

SEGMENT_LIST_NAME = ".segments.txt"
SOUND_TOLERANCE_S = Fraction(25, 1000)


def unchecked_path(folder: Path, plan: Plan) -> Path:
    """Say where the joined film is until it is checked."""
    return temporary_name(folder / plan.film_name)


def write_segment_list(folder: Path, plan: Plan) -> None:
    """Write the list of segments for ffmpeg's concat demuxer.

    Each segment's duration is the difference of its rounded start and end in the film, so
    that rounding to microseconds never adds up.
    """
    lines = ["ffconcat version 1.0"]
    for number, chunk in enumerate(plan.chunks):
        start = _microseconds(chunk.start_frame / plan.fps)
        stop = _microseconds((chunk.start_frame + chunk.frame_count) / plan.fps)
        video = segment_folder(Path(), number) / plan.film_name
        lines += [f"file '{video}'", f"duration {(stop - start) / 1e6:.6f}"]
    write_whole(folder / SEGMENT_LIST_NAME, "\n".join(lines) + "\n")


def forget_segment_list(folder: Path) -> None:
    """Remove the list, so that nothing is joined until there is a new one."""
    (folder / SEGMENT_LIST_NAME).unlink(missing_ok=True)


def publish(folder: Path, plan: Plan) -> Path:
    """Check the joined film and give it its name, in place of an older one.

    Raises:
        FilmError: it is not exactly the film that the plan describes.
    """
    unchecked = unchecked_path(folder, plan)
    try:
        problems = film_problems(video_times(unchecked), plan)
    except (FFmpegError, OSError, IndexError) as error:
        raise FilmError(
            f"{unchecked} cannot be read as a video ({error}); join it again"
        ) from error
    if problems:
        raise FilmError(f"{unchecked} is not exact: {'; '.join(problems)}")
    film = folder / plan.film_name
    unchecked.replace(film)
    return film


def film_problems(times: VideoTimes, plan: Plan) -> list[str]:
    """List the ways in which a film is not the exact one; an empty list is a good film."""
    problems = []
    if times.frames != plan.total_frames:
        problems.append(f"it shows {times.frames} frames, the plan has {plan.total_frames}")
    if times.start != 0:
        problems.append(f"its first frame is at {_seconds(times.start)}, not at 0 s")
    if not times.durations <= {1 / plan.fps}:
        found = ", ".join(sorted(map(_seconds, times.durations)))
        problems.append(f"its frames last {found}, not 1/{plan.fps} s")
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
