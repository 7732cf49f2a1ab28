"""Frames on their way from drawing to encoding, without manim's two copies of each.

Manim copies every picture that it has drawn, and hands it to PyAV, which copies it again:
16 MB a frame at 1080p, some ten milliseconds. Here the camera draws into another buffer
while the encoder reads from the one that is drawn.
"""

import weakref
from typing import Any

import numpy as np

from manim_drumkit.segment.alpha import PIXEL_FORMAT, StraightPictures, clear_background, tag_stream
from manim_drumkit.segment.patches import ENCODE_FRAME, GET_FRAME, UPDATE_FRAME, Replacements


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
    try:
        for _ in range(repeat):
            frame = _frame(encoder, pixels)
            frame.pts = encoder._next_pts
            frame.time_base = 1 / encoder.spec.frame_rate
            encoder._next_pts += 1
            for packet in encoder._stream.encode(frame):
                encoder._container.mux(packet)
    except BaseException as error:
        raise encoder._operation_error("encode", error) from error


def _frame(encoder: Any, pixels: Any) -> Any:
    """Wrap pixels for an encoder; x264 and ProRes also get them in their own formats."""
    import av

    spec = encoder.spec
    if spec.pixel_format == PIXEL_FORMAT:
        if not hasattr(encoder, "picture"):
            tag_stream(encoder._stream)
            encoder.picture = StraightPictures()
        return encoder.picture.show(pixels)
    halves = spec.width % 2 == 0 and spec.height % 2 == 0
    if (spec.codec, spec.pixel_format) != ("libx264", "yuv420p") or not halves:
        return av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
    if not hasattr(encoder, "picture"):
        from manim_drumkit.segment.yuv import Yuv420Picture

        encoder.picture = Yuv420Picture(spec.width, spec.height)
    return encoder.picture.show(pixels)
