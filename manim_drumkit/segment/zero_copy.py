"""Frames on their way from drawing to encoding, without manim's two copies of each.

Manim copies every picture that it has drawn, and hands it to PyAV, which copies it again:
16 MB a frame at 1080p, some ten milliseconds. Here the camera draws into another buffer
while the encoder reads from the one that is drawn.
"""

import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from av import Packet, VideoFrame

from manim_drumkit.errors import SegmentError
from manim_drumkit.segment.alpha import PIXEL_FORMAT, StraightPictures, clear_background, tag_stream
from manim_drumkit.segment.h264 import StreamError
from manim_drumkit.segment.manim_cli import is_fast
from manim_drumkit.segment.patches import (
    ENCODE_FRAME,
    FINISH_FILE,
    GET_FRAME,
    UPDATE_FRAME,
    Replacements,
)
from manim_drumkit.segment.sliced_encoder import Picture, SlicedEncoder
from manim_drumkit.segment.x264 import X264
from manim_drumkit.segment.yuv import yuv_pictures


def zero_copy_methods() -> Replacements:
    """Return the methods that encode frames from where they are drawn."""
    buffers = _Buffers()

    def update_frame(draw: Any) -> Any:
        def update(renderer: Any, *args: Any, **kwargs: Any) -> Any:
            clear_background(renderer.camera)
            buffers.make_room(renderer.camera)
            return draw(renderer, *args, **kwargs)

        return update

    return {
        ENCODE_FRAME: lambda own: _write_frame,
        FINISH_FILE: _flushed,
        GET_FRAME: lambda own: lambda renderer: buffers.lend(renderer.camera.pixel_array),
        UPDATE_FRAME: update_frame,
    }


class _Buffers:
    """The buffers that a camera draws into; each is left alone while somebody reads it."""

    def __init__(self) -> None:
        self._lent: list[tuple[Any, weakref.ref[Any]]] = []

    def lend(self, buffer: Any) -> Any:
        """Return a view of a buffer, which counts as being read as long as the view lives."""
        view = buffer.view()
        self._lent = [each for each in self._lent if each[0] is not buffer or each[1]() is not None]
        self._lent.append((buffer, weakref.ref(view)))
        return view

    def make_room(self, camera: Any) -> None:
        """Let the camera draw into a buffer that nobody reads."""
        now = camera.pixel_array
        read = {id(buffer) for buffer, view in self._lent if view() is not None}
        if id(now) not in read:
            return
        alike = (b for b, _ in self._lent if (b.shape, b.dtype) == (now.shape, now.dtype))
        free = (buffer for buffer in alike if id(buffer) not in read)
        buffer = next(free, None)
        camera.pixel_array = np.empty_like(now) if buffer is None else buffer
        _draw_alike(camera, now)


def _draw_alike(camera: Any, before: Any) -> None:
    """Let drawing go on as in the buffer before: manim sets each one up when it first sees it."""
    context = camera.get_cached_cairo_context(before)
    if context is not None:
        camera.get_cairo_context(camera.pixel_array).set_matrix(context.get_matrix())


def _write_frame(encoder: Any, pixels: Any, *, repeat: int = 1) -> None:
    """Encode ``uint8[height, width, 4]`` at consecutive times, as manim's own method does."""
    encoder._validate_frame(pixels, repeat)
    with _reported(encoder):
        if not hasattr(encoder, "pictures"):
            encoder.pictures = _pictures(encoder)
        for _ in range(repeat):
            time = encoder._next_pts
            encoder._next_pts += 1
            for packet in encoder.pictures.encode(pixels, time):
                encoder._container.mux(packet)


def _flushed(finish: Any) -> Any:
    """Encode what was held back, before manim closes the file."""

    def flush_and_finish(encoder: Any) -> None:
        pictures = getattr(encoder, "pictures", None)
        with _reported(encoder):
            for packet in pictures.flush() if pictures and not encoder._closed else ():
                encoder._container.mux(packet)
        finish(encoder)

    return flush_and_finish


@contextmanager
def _reported(encoder: Any) -> Iterator[None]:
    """Report errors of encoding as manim does, except those that name a remedy."""
    try:
        yield
    except SegmentError:
        raise
    except BaseException as error:
        raise encoder._operation_error("encode", error) from error


def _pictures(encoder: Any) -> "_WholePictures | _SlicedPictures":
    """Return how an encoder's pictures are encoded; x264 and ProRes get their own formats."""
    spec = encoder.spec
    if spec.pixel_format == PIXEL_FORMAT:
        tag_stream(encoder._stream)
        return _WholePictures(encoder, StraightPictures().show)
    halves = spec.width % 2 == 0 and spec.height % 2 == 0
    if (spec.codec, spec.pixel_format) != ("libx264", "yuv420p") or not halves:
        return _WholePictures(encoder, lambda pixels: VideoFrame.from_numpy_buffer(pixels, "rgba"))
    if is_fast(dict(spec.options)):
        try:
            return _SlicedPictures(encoder)
        except StreamError as error:
            warnings.warn(
                f"x264's stream is not as manim-drumkit knows it ({error}); whole pictures are "
                "encoded, which takes longer",
                RuntimeWarning,
                stacklevel=2,
            )
    return _WholePictures(encoder, yuv_pictures(spec.width, spec.height))


class _WholePictures:
    """Pictures that manim's own stream encodes."""

    def __init__(self, encoder: Any, frame_of: Callable[[Any], VideoFrame]) -> None:
        self._encoder, self._frame_of = encoder, frame_of

    def encode(self, pixels: Any, time: int) -> Iterable[Any]:
        """Yield the packets that are ready when a picture is taken."""
        frame = self._frame_of(pixels)
        frame.pts, frame.time_base = time, 1 / self._encoder.spec.frame_rate
        packets: Iterable[Any] = self._encoder._stream.encode(frame)
        return packets

    def flush(self) -> Iterable[Any]:
        """Yield nothing: manim flushes its stream."""
        return ()


class _SlicedPictures:
    """Pictures that are put together; manim's stream holds what the file says about them."""

    def __init__(self, encoder: Any) -> None:
        """Begin a file.

        Raises:
            StreamError: its parameter sets are not as expected.
        """
        spec, self._stream = encoder.spec, encoder._stream
        encoder._container.start_encoding()
        self._time_base = 1 / spec.frame_rate
        x264 = X264(spec.width, spec.frame_rate, dict(spec.options))
        parameter_sets = bytes(self._stream.codec_context.extradata)
        self._sliced = SlicedEncoder(x264, spec.height, parameter_sets)

    def encode(self, pixels: Any, time: int) -> Iterable[Any]:
        """Yield the packets that are ready when a picture is taken."""
        return map(self._packet, self._sliced.encode(pixels, time))

    def flush(self) -> Iterable[Any]:
        """Yield the others."""
        return map(self._packet, self._sliced.flush())

    def _packet(self, picture: Picture) -> Any:
        packet: Any = Packet(picture.data)
        packet.stream, packet.time_base = self._stream, self._time_base
        packet.pts = packet.dts = picture.time
        packet.duration, packet.is_keyframe = 1, picture.is_key
        return packet
