"""Draw the pictures of docs/gallery.md: a frame of every scene, from the demo's stems."""

import subprocess
import sys
import tempfile
from pathlib import Path

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


def main() -> None:
    """Draw all pictures anew."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run([STEMS, folder / "stems", "--seconds", "20"], check=True)
        for name, options in PICTURES.items():
            out = folder / name
            command = [SPLIT, folder / "stems", "--scene", name, "--still", SECOND, "--out", out]
            subprocess.run([*command, *options], check=True)
            (still,) = out.glob("still-*.png")
            with Image.open(still) as picture:
                size = HIGH if picture.height > picture.width else WIDE
                small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
                small.save(DOCS / f"gallery-{name}.jpg", quality=88, optimize=True)


if __name__ == "__main__":
    main()
