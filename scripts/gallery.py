"""Draw docs/film.webp and the pictures of the gallery and the recipes, from the demo's stems."""

import subprocess
import sys
import tempfile
from pathlib import Path

import av
from PIL import Image

DOCS = Path(__file__).parent.parent / "docs"
SPLIT = Path(sys.executable).with_name("drumkit-split")
STEMS = Path(sys.executable).with_name("drumkit-stems")
WIDE, HIGH = (800, 450), (300, 533)
SECOND = "12.02"

PICTURES = {
    "pyramids": (),
    "ring": ("--title", "One take"),
    "kit": (),
    "mixer": ("--aspect", "9:16", "--title", "One take"),
    "spinning": (),
    "waves": ("--theme", "light", "--title", "One take"),
}
"""The options of every picture, beside ``--scene``."""

FILM = ("kit", "ring")
"""The scenes in the moving picture, one after the other."""
FILM_SIZE, FILM_FPS = (640, 360), 20
FILM_OPTIONS = ("--start", "6", "--end", "11", "--fps", f"{FILM_FPS}", "--fade", "0.4")
FILM_BYTES = 3_000_000


def main() -> None:
    """Draw all pictures anew."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run([STEMS, folder / "stems", "--seconds", "20"], check=True)
        for name, options in PICTURES.items():
            draw(folder / "stems", folder / name, f"gallery-{name}", "--scene", name, *options)
        subprocess.run([SPLIT, folder / "stems", "--out", folder / "mixed"], check=True)
        mix = folder / "mixed" / "mix.wav"
        draw(mix, folder / "bands", "recipe-bands", "--scene", "waves", "--title", "One take")
        frames = [frame for name in FILM for frame in moving(folder, name)]
        lit = round(len(frames) / 4)  # a page may show the first frame only, or longest
        save_film([*frames[lit:], *frames[:lit]], DOCS / "film.webp")


def draw(sound: Path, out: Path, name: str, *options: str) -> None:
    """Draw a frame of a scene, small enough for a page."""
    subprocess.run([SPLIT, sound, "--still", SECOND, "--out", out, *options], check=True)
    (still,) = out.glob("still-*.png")
    with Image.open(still) as picture:
        size = HIGH if picture.height > picture.width else WIDE
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        small.save(DOCS / f"{name}.jpg", quality=88, optimize=True)


def moving(folder: Path, name: str) -> list[Image.Image]:
    """Render some seconds of a scene; return its frames."""
    out = folder / f"{name}-film"
    scene = ("--scene", name, "--no-audio", "--out", out)
    options = ("--", "--encoder-option", "crf=12")
    subprocess.run([SPLIT, folder / "stems", *scene, *FILM_OPTIONS, *options], check=True)
    subprocess.run([out / "run_all.sh"], check=True)
    with av.open(str(out / "Video.mp4")) as container:
        return [
            frame.to_image().resize(FILM_SIZE, Image.Resampling.LANCZOS)
            for frame in container.decode(video=0)
        ]


def save_film(frames: list[Image.Image], path: Path) -> None:
    """Save frames as a moving picture that goes on for ever.

    Raises:
        SystemExit: it is too large for a page.
    """
    first, *others = frames
    timing = {"duration": 1000 // FILM_FPS, "loop": 0}
    first.save(path, save_all=True, append_images=others, quality=75, method=6, **timing)
    if path.stat().st_size > FILM_BYTES:
        sys.exit(f"{path} has {path.stat().st_size} bytes; make it shorter or smaller")


if __name__ == "__main__":
    main()
