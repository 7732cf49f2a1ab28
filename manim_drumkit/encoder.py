"""Encoding frames from where they are, without manim's copy of each.

Manim hands every frame of a video to PyAV through ``VideoFrame.from_ndarray``, which copies
it row by row: 8 MB at 1080p, some ten milliseconds. A frame that manim gives to its encoder
belongs to the encoder, so it can be wrapped instead.
"""

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def frames_in_place() -> Iterator[None]:
    """Let manim's encoder wrap frames in the block instead of copying them.

    Where manim's encoder is not as expected, it warns and leaves it as it is.
    """
    from manim.scene.video_segment_encoder import VideoSegmentEncoder

    own = VideoSegmentEncoder.write_frame
    if not _is_as_expected(VideoSegmentEncoder):
        warnings.warn(
            "manim's encoder is not as manim-drumkit knows it; it is used as it is, and slower",
            RuntimeWarning,
            stacklevel=2,
        )
        yield
        return
    VideoSegmentEncoder.write_frame = _write_frame
    try:
        yield
    finally:
        VideoSegmentEncoder.write_frame = own


def _is_as_expected(encoder: Any) -> bool:
    source = inspect.getsource(encoder.write_frame)
    names = ("_validate_frame", "_next_pts", "_stream.encode", "_container.mux", "_operation_error")
    return all(name in source for name in names)


def _write_frame(encoder: Any, pixels: Any, *, repeat: int = 1) -> None:
    """Encode ``uint8[height, width, 4]`` at consecutive times, as manim's own method does."""
    import av

    encoder._validate_frame(pixels, repeat)
    try:
        for _ in range(repeat):
            frame = av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
            frame.pts = encoder._next_pts
            frame.time_base = 1 / encoder.spec.frame_rate
            encoder._next_pts += 1
            for packet in encoder._stream.encode(frame):
                encoder._container.mux(packet)
    except BaseException as error:
        raise encoder._operation_error("encode", error) from error
