"""Shading: how light falls on balls and rods, and how to paint them with cairo.

The light comes from the upper left, in front of the picture, and turns with the camera. Rods are
shaded by Lambert's law (J. H. Lambert, Photometria, 1760: brightness is proportional to the cosine
of the angle between the surface's normal and the light), in nested bands of one colour each: cairo
paints ten bands in the time of one gradient.
"""

from functools import lru_cache
from typing import Any, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Color: TypeAlias = tuple[float, float, float, float]
Bands: TypeAlias = tuple[list[list[float]], list[list[float]]]
"""The outlines of one rod's bands, x and y in turn, and their colours."""

LIGHT = np.array([-0.45, 0.55, 0.7])
"""The direction to the light: right, up, toward the viewer."""

BALL_SHADES = ((0.0, 0.75), (0.35, 0.15), (0.75, -0.35), (1.0, -0.75))
"""How far a colour goes to white (above 0) or black (below), by the distance from the brightest
spot to the rim."""

ROD_SHADES = ((-1.0, -0.8), (0.0, -0.72), (0.55, -0.25), (0.85, 0.05), (1.0, 0.45))
"""The same, by the cosine between the surface's normal and the light."""

NO_VEIL: Color = (0.0, 0.0, 0.0, 0.0)

SPRITE_PIXELS = 64
"""Balls of at most this radius are painted once, cached, and copied."""
SMALL_SPRITE_PIXELS = 24
"""Of balls of at most this radius, many are cached."""
SPRITE_STEPS = 4
"""Cached balls have positions and radii in this many steps per pixel: few enough to meet again
while they move slowly."""

GLOW_REACH = 4.5
"""How far the light around a ball goes, in radii of the ball."""
GLOW_STEP = 4
"""The radius of a glow is a multiple of so many pixels, so that few are painted anew."""
MOST_GLOW_PIXELS = 4096
SOFT_STOPS, SOFT_PEAK = 17, 0.7
"""The light falls with the square of the distance from the rim."""


def rod_bands(
    ends: Floats, radii: Floats, axes: Floats, toward: Floats, colors: Floats, *, bands: int
) -> tuple[Floats, Floats]:
    """Cut rods into nested bands of one colour each, from the darkest to the brightest.

    Args:
        ends: ``float[rods, 2, 2]``, both ends of each rod in the picture.
        radii: ``float[rods, 2]``, the radius at each end, as seen in the picture.
        axes: ``float[rods, 3]``, the direction of each rod: right, up, toward the viewer.
        toward: ``float[rods, 3]``, the direction from each rod to the viewer.
        colors: ``float[rods, 3]``, from 0 to 1.
        bands: how many bands to make.

    Returns:
        The outlines of the bands, ``float[rods, bands, 2 * corners]``, x and y in turn, and
        their colours, ``float[rods, bands, 3]``.
    """
    along = ends[:, 1] - ends[:, 0]
    flat = np.where((along**2).sum(axis=1, keepdims=True) > 0, along, axes[:, :2])
    along = _unit(flat, else_=(1.0, 0.0))
    left = np.stack([-along[:, 1], along[:, 0]], axis=1)
    slant = (axes * toward).sum(axis=1, keepdims=True)
    front = _unit(toward - slant * axes, else_=(0.0, 0.0, 1.0))
    light = LIGHT / np.linalg.norm(LIGHT)
    # A product of matrices may round the rows of another number of rods differently.
    beside, before = (left * light[:2]).sum(axis=1), (front * light).sum(axis=1)
    brightest = np.arctan2(beside, before)[:, None]  # angles around the axis; 0 is in front
    widest = np.pi / 2 + np.abs(brightest)
    reach = widest * (1 - np.arange(bands) / bands)
    low = np.clip(brightest - reach, -np.pi / 2, np.pi / 2)[..., None]
    high = np.clip(brightest + reach, -np.pi / 2, np.pi / 2)[..., None]
    angles = low + (high - low) * np.linspace(0, 1, 2 + bands // 3)
    out, across = np.cos(angles)[..., None], np.sin(angles)[..., None]
    # The ends are circles, which look like ellipses; they round the bands off.
    sides = [
        ends[:, end, None, None]
        + radii[:, end, None, None, None]
        * (across * left[:, None, None] + sign * out * (np.abs(slant) * along)[:, None, None])
        for end, sign in ((0, -1), (1, 1))
    ]
    corners = np.concatenate([sides[0], sides[1][:, :, ::-1]], axis=2)
    corners = corners.reshape(len(ends), bands, -1)
    cosines = np.hypot(beside, before)[:, None] * np.cos(reach - widest / bands / 2)
    return corners, _shaded(colors[:, None], np.interp(cosines, *np.transpose(ROD_SHADES)))


def paint_bands(ctx: Any, bands: Bands, opacity: float) -> None:
    """Paint the bands of one rod on top of each other."""
    if opacity >= 1:
        _fill_bands(ctx, bands)
    elif opacity > 0:
        ctx.save()
        _clip_around(ctx, bands[0][0])  # the outermost band holds all others
        ctx.push_group()
        _fill_bands(ctx, bands)
        ctx.pop_group_to_source()
        ctx.paint_with_alpha(opacity)
        ctx.restore()


def mix(first: Any, second: Any, share: float) -> tuple[float, float, float]:
    """Return the colour that is ``share`` of the way from one colour to another."""
    (red, green, blue), (r, g, b) = first[:3], second[:3]
    return red + share * (r - red), green + share * (g - green), blue + share * (b - blue)


def paint_ball(
    ctx: Any, x: float, y: float, radius: float, color: Color, veil: Color = NO_VEIL
) -> None:
    """Paint a ball, given in the units of the context; small ones from the cache.

    Args:
        ctx: the context.
        x: of its centre.
        y: of its centre.
        radius: of the ball.
        color: of the ball.
        veil: a colour that lies over it, as its opacity says.
    """
    matrix = ctx.get_matrix()
    x, y = matrix.transform_point(x, y)
    radius *= abs(matrix.xx)
    if not 0.5 / SPRITE_STEPS < radius < 1e5:
        return
    ctx.save()
    ctx.identity_matrix()
    if radius > SPRITE_PIXELS:
        _fill_ball(ctx, x, y, radius, color, veil)
    else:
        steps = round(radius * SPRITE_STEPS), round(x * SPRITE_STEPS), round(y * SPRITE_STEPS)
        (left, dx), (top, dy) = divmod(steps[1], SPRITE_STEPS), divmod(steps[2], SPRITE_STEPS)
        cached = _small_sprite if radius <= SMALL_SPRITE_PIXELS else _sprite
        sprite = cached(steps[0], dx, dy, color, veil)
        middle = sprite.get_width() // 2
        ctx.set_source_surface(sprite, left - middle, top - middle)
        ctx.paint()
    ctx.restore()


def paint_glow(ctx: Any, x: float, y: float, radius: float, color: Color, glow: float) -> None:
    """Paint the light around a ball, given in the units of the context.

    Args:
        ctx: the context.
        x: of the ball's centre.
        y: of the ball's centre.
        radius: of the ball.
        color: of the ball.
        glow: how bright, from 0 to 1.
    """
    matrix = ctx.get_matrix()
    x, y = matrix.transform_point(x, y)
    size = GLOW_STEP * round(GLOW_REACH * radius * abs(matrix.xx) / GLOW_STEP)
    if not 0 < size < MOST_GLOW_PIXELS:
        return
    ctx.save()
    ctx.identity_matrix()
    red, green, blue, alpha = color
    ctx.set_source_rgba(blue, green, red, alpha * min(glow, 1))  # manim's pixels are BGRA
    ctx.mask_surface(soft_disc(size), round(x) - size, round(y) - size)
    ctx.restore()


@lru_cache(maxsize=64)
def soft_disc(radius: int) -> Any:
    """Return a disc, ``radius`` pixels around its centre, that fades to nothing at its rim."""
    disc = cairo.ImageSurface(cairo.FORMAT_A8, 2 * radius, 2 * radius)
    light = cairo.RadialGradient(radius, radius, 0, radius, radius, radius)
    for offset in np.linspace(0, 1, SOFT_STOPS).tolist():
        light.add_color_stop_rgba(offset, 0, 0, 0, SOFT_PEAK * (1 - offset) ** 2)
    ctx = cairo.Context(disc)
    ctx.set_source(light)
    ctx.paint()
    return disc


def _ball_sprite(radius: int, dx: int, dy: int, color: Color, veil: Color) -> Any:
    """Paint a ball, given in steps, on a new surface."""
    middle = radius // SPRITE_STEPS + 3
    sprite = cairo.ImageSurface(cairo.FORMAT_ARGB32, 2 * middle, 2 * middle)
    x, y = middle + dx / SPRITE_STEPS, middle + dy / SPRITE_STEPS
    _fill_ball(cairo.Context(sprite), x, y, radius / SPRITE_STEPS, color, veil)
    return sprite


_small_sprite, _sprite = lru_cache(maxsize=4096)(_ball_sprite), lru_cache(maxsize=256)(_ball_sprite)


def _fill_ball(ctx: Any, x: float, y: float, radius: float, color: Color, veil: Color) -> None:
    ctx.translate(x, y)
    ctx.scale(radius, -radius)
    ctx.new_path()
    ctx.arc(0, 0, 1, 0, 2 * np.pi)
    ctx.set_source(_ball_light(color, veil))
    ctx.fill()


@lru_cache(maxsize=1024)
def _ball_light(color: Color, veil: Color) -> Any:
    """Return the gradient of a ball of radius 1 at the origin."""
    light = cairo.RadialGradient(LIGHT[0], LIGHT[1], 0, 0, 0, 1)
    offsets, shades = np.array(BALL_SHADES).T
    for offset, rgb in zip(offsets, _shaded(np.array(color[:3]), shades), strict=True):
        red, green, blue = mix(rgb.tolist(), veil, veil[3])
        light.add_color_stop_rgba(offset, blue, green, red, color[3])  # manim's pixels are BGRA
    return light


def _fill_bands(ctx: Any, bands: Bands) -> None:
    line_to, fill, set_source_rgb = ctx.line_to, ctx.fill, ctx.set_source_rgb
    ctx.new_path()
    for outline, (red, green, blue) in zip(*bands, strict=True):
        numbers = iter(outline)
        for _ in map(line_to, numbers, numbers):
            pass
        set_source_rgb(blue, green, red)  # manim's pixels are BGRA
        fill()


def _clip_around(ctx: Any, outline: list[float]) -> None:
    """Restrict painting to the rectangle around an outline, with room for smooth edges."""
    x, y = outline[::2], outline[1::2]
    room = max(map(abs, ctx.device_to_user_distance(2, 2)))
    ctx.rectangle(
        min(x) - room, min(y) - room, max(x) - min(x) + 2 * room, max(y) - min(y) + 2 * room
    )
    ctx.clip()


def _shaded(color: Floats, shades: Floats) -> Floats:
    """Blend ``float[..., 3]`` toward white (shades above 0) or black (below)."""
    shades = shades[..., None]
    return np.where(shades > 0, color + (1 - color) * shades, color * (1 + shades))


def _unit(vectors: Floats, *, else_: tuple[float, ...]) -> Floats:
    """Scale vectors to length 1; those of length 0 become ``else_``."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lengths > 1e-9, vectors / lengths, else_)
