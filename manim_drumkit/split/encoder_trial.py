"""The trial of an encoder: does this machine open it, write with it and join what it wrote."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.protocol import ONE_THREAD, manim_command
from manim_drumkit.workspace.receipt import has_receipt

KNOWN = {"video_codec": ("auto", "libx264"), "pixel_format": ("auto", "yuv420p")}
"""Settings of manim that need no trial."""

SCENE = """\
from manim import Scene, config

class Trial(Scene):
    def construct(self):
        for _ in range(2):
            self.wait(3.5 / config.frame_rate, frozen_frame=False)
"""
SIZE = "256,144"
PATIENCE_S = 60


def needs_trial(settings: Mapping[str, str]) -> bool:
    """Tell whether manim's settings name an encoder that may not be there, or not fit."""
    return any(settings.get(name, "auto") not in known for name, known in KNOWN.items())


def try_encoder(options: Sequence[str], settings: Mapping[str, str]) -> None:
    """Render a few frames with the options of a film, as small as they may be.

    Args:
        options: what every manim of the film is given.
        settings: manim's settings with these options.

    Raises:
        PlanError: they cannot be encoded, or not be joined; it ends with manim's last words.
    """
    with tempfile.TemporaryDirectory(prefix="drumkit-trial-") as temporary:
        folder = Path(temporary)
        (folder / "trial.py").write_text(SCENE, "utf-8")
        command = manim_command(folder / "trial.py", "Trial", [*options, "--resolution", SIZE])
        last = _run([*command, "--segment-dir", str(folder / "segment")], folder / "log")
        if not has_receipt(folder / "segment"):
            codec, pixels = settings["video_codec"], settings["pixel_format"]
            others = "leave them out, or choose others"
            if settings.get("background_opacity") == "0.0":
                others = "leave out --transparent, or install a PyAV that has this encoder"
            raise PlanError(
                f"this machine cannot encode and join with --video-codec {codec} and "
                f"--pixel-format {pixels} ({last}); {others}"
            )


def _run(command: Sequence[str], log: Path) -> str:
    """Run a command; return the last line that it prints."""
    with log.open("wb") as output:
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ONE_THREAD},
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no end within {PATIENCE_S} s"
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line), "no word")
