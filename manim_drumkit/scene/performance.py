"""The performance: all frames of a chunk, as one animation of manim."""

from typing import Any

from manim import Animation, VGroup, linear


class Performance(Animation):  # type: ignore[misc]  # manim is untyped for us
    """Draw all frames of a chunk; lasts half a frame less, so that manim's rounding adds none."""

    def __init__(self, scene: Any) -> None:
        chunk = scene.chunk
        self._scene = scene
        self._drawn: int | None = None
        run_time = float((chunk.frame_count - 0.5) / float(chunk.fps))
        super().__init__(VGroup(), run_time=run_time, rate_func=linear)

    def interpolate(self, alpha: float) -> None:
        """Draw the frame at this share of the run time, unless it is drawn already."""
        chunk = self._scene.chunk
        frame = min(round(alpha * self.run_time * float(chunk.fps)), chunk.frame_count - 1)
        if frame != self._drawn:
            self._drawn = frame
            self._scene._draw_frame(frame)
