"""The background: a colour, or an image that is made ready to stand behind the film."""

import io
import struct
import warnings
from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from manim_drumkit.atomic import open_regular
from manim_drumkit.errors import ConfigError
from manim_drumkit.settings import hex_color
from manim_drumkit.text import guess

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises about files that are damaged or no images."""


def read_background(text: str, width: int, height: int, behind: str) -> tuple[str, bytes]:
    """Return a background as a colour, ``#RRGGBB``, or else as an image in PNG.

    The image is turned as its EXIF data say, and made smaller if it is larger than the picture
    needs.

    Args:
        text: a colour, or the path of an image.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        behind: the colour where the image is transparent, ``#RRGGBB``.

    Raises:
        ConfigError: it is no colour, and no image that can be read.
    """
    color = hex_color(text)
    if color:
        return color, b""
    path = Path(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about EXIF data
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with open_regular(path) as file, Image.open(file, formats=FORMATS) as image:
                whole = ImageOps.exif_transpose(_in_8_bits(image)).convert("RGBA")
    except FileNotFoundError:
        raise ConfigError(
            f"the background {text} is neither a file nor a colour"
            f"{guess(text, ImageColor.colormap)}; write #RRGGBB, a colour's name, or the path of "
            "an image"
        ) from None
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"{path} cannot be read as an image ({reason}); a background is a colour, or an image "
            f"in one of {', '.join(FORMATS)}"
        ) from error
    scale = max(width / whole.width, height / whole.height)
    if scale < 1:
        size = max(width, round(whole.width * scale)), max(height, round(whole.height * scale))
        whole = whole.resize(size, Image.Resampling.LANCZOS)
    shown = Image.new("RGBA", whole.size, behind)
    shown.alpha_composite(whole)
    written = io.BytesIO()
    shown.convert("RGB").save(written, "PNG")
    return "", written.getvalue()


def _in_8_bits(image: Image.Image) -> Image.Image:
    """Return an image of 16-bit greys in 8 bits, which Pillow would clip instead."""
    if not image.mode.startswith("I;16"):
        return image
    return image.point(lambda value: value / 256, "L")
