"""Draw the pictures of docs/tutorial.md from its own listings and the demo's stems."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import av
from PIL import Image

DOCS = Path(__file__).parent.parent / "docs"
SPLIT = Path(sys.executable).with_name("drumkit-split")
STEMS = Path(sys.executable).with_name("drumkit-stems")
WIDTH, HIGHEST = 800, 533
SECOND = "9.32"
BORDER = 30
"""The first frame of the second chunk in the films of step 5."""

OPTIONS = {"8": ("--title", "One take"), "10": ("--title", "One take", "--aspect", "9:16")}
"""The options of the pictures of some steps, beside ``--scene``."""


def listings() -> dict[str, list[str]]:
    """Return the Python listings of each step by its number."""
    steps = re.split(r"^## (\d+)\. .*$", (DOCS / "tutorial.md").read_text(), flags=re.M)[1:]
    blocks = (re.findall(r"```python\n(.*?)```", text, re.S) for text in steps[1::2])
    return dict(zip(steps[::2], blocks, strict=True))


def split(folder: Path, *options: str, code: str = "") -> Path:
    """Run drumkit-split with a scene, or with what the options name; return its output folder."""
    out = Path(tempfile.mkdtemp(dir=folder))
    scene = ("--scene", str(out / "scene.py")) if code else ()
    (out / "scene.py").write_text(code)
    subprocess.run([SPLIT, folder / "stems", *scene, "--out", out / "tmp", *options], check=True)
    return out / "tmp"


def last_and_first(folder: Path, code: str) -> Sequence[Image.Image]:
    """Render a film in two chunks; return the frames on both sides of their border."""
    tiny = ("--quality", "l", "--end", "4", "--chunk-seconds", "2")
    out = split(folder, *tiny, code=code)
    subprocess.run([out / "run_all.sh"], check=True)
    (film,) = out.glob("*.mp4")
    with av.open(str(film)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    return frames[BORDER - 1 : BORDER + 1]


def save(pictures: Sequence[Image.Image], name: str) -> None:
    """Save pictures beside each other, small enough for a page."""
    gap = 8 * (len(pictures) - 1)
    width = (WIDTH - gap) / len(pictures)
    scale = min(width / pictures[0].width, HIGHEST / pictures[0].height)
    size = round(pictures[0].width * scale), round(pictures[0].height * scale)
    sheet = Image.new("RGB", (size[0] * len(pictures) + gap, size[1]), "white")
    for i, picture in enumerate(pictures):
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        sheet.paste(small, (i * (size[0] + 8), 0))
    sheet.save(DOCS / f"tutorial-{name}.jpg", quality=85, optimize=True)


def main() -> None:
    """Draw all pictures anew."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run([STEMS, folder / "stems"], check=True)
        preview = split(folder, "--scene", "ring", "--preview") / "preview.png"
        save([Image.open(preview)], "preview")
        save([Image.open(split(folder, "--dry-run") / "levels.png")], "levels")
        for step, blocks in listings().items():
            if step == "5":
                save(last_and_first(folder, blocks[0]), "5")
                save(last_and_first(folder, blocks[1]), "5-right")
            elif blocks:
                out = split(folder, "--still", SECOND, *OPTIONS.get(step, ()), code=blocks[0])
                save([Image.open(next(out.glob("still-*.png")))], step)


if __name__ == "__main__":
    main()
