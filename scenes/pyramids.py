"""One wire pyramid per stem, in a row; its top rises with the sound.

Copy this file and change it: other colours, a ring instead of a row, something that spins.
`build` makes the mobjects, `draw` puts them where the levels of one frame want them.
"""

from manim import *

from manim_drumkit import Ball, DrumScene, Rod

COLORS = [RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE, WHITE]
PHI, THETA = 0.45 * PI, -0.1 * PI


def color_of(number, count):
    """The seven colours first, then on round the wheel."""
    if number < len(COLORS):
        return COLORS[number]
    return ManimColor.from_hsv(((number - len(COLORS)) / (count - len(COLORS)), 0.6, 0.9))


class Pyramid(VGroup):
    """Four corners and a top as balls, joined by eight rods."""

    def __init__(self, center, side, color):
        super().__init__()
        self.corners = [center + side / 2 * np.array(p) for p in ([1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0])]
        a, b, c, d = self.corners
        self.center = center
        self.normal = np.cross(b - a, d - a)
        rod = {"radius": 0.035 * side, "color": color}
        self.edges = VGroup(*(Rod(p, center, **rod) for p in self.corners))
        self.base = VGroup(*(Rod(p, q, **rod) for p, q in ((a, b), (b, c), (c, d), (d, a))))
        self.balls = VGroup(*(Ball(p, radius=0.1 * side, color=color) for p in self.corners))
        self.top = Ball(center, radius=0.1 * side, color=color)
        self.add(self.base, self.edges, self.balls, self.top)

    def set_level(self, level):
        apex = self.center + level * self.normal
        self.top.move_to(apex)
        for corner, edge in zip(self.corners, self.edges):
            edge.put_start_and_end_on(corner, apex)


class Video(DrumScene):
    def build(self):
        count = len(self.chunk.stems)
        # The height is the square of the side: a larger side gives a full row slender pyramids.
        side = float(np.clip(0.42 * count, 1.5, 12))
        pitch = 1.65 * side
        centers = [UP * pitch * (i - (count - 1) / 2) for i in range(count)]
        self.pyramids = [
            Pyramid(center, side, color_of(i, count)) for i, center in enumerate(centers)
        ]
        labels = self.labels(centers, side, pitch)
        self.add(*labels, *self.pyramids)
        bottom = labels.get_critical_point(IN)[2]
        extent = pitch * count / 2
        self.look_at(
            [[x, y, z] for x in (-side / 2, side / 2) for y in (-extent, extent) for z in (bottom, side**2)],
            phi=PHI,
            theta=THETA,
        )

    def labels(self, centers, side, pitch):
        """The names of the stems, standing under their pyramids; upright where they are long."""
        labels = VGroup(*(Text(name, font="Sans", warn_missing_font=False) for name in self.chunk.stems))
        longest, tallest = max(t.width for t in labels), max(t.height for t in labels)
        lying = min(0.3 * side / tallest, 0.9 * pitch / longest)
        standing = min(0.3 * side / tallest, 6 * side / longest)
        for label, center in zip(labels, centers):
            label.scale(lying if lying > standing / 2 else standing)
            if lying <= standing / 2:
                label.rotate(PI / 2)
            label.rotate(PI / 2, RIGHT, about_point=label.get_center()).rotate(PI / 2, OUT)
            label.move_to(center + 0.3 * side * IN, aligned_edge=OUT).shift(side / 2 * RIGHT)
        return labels

    def draw(self, levels, time):
        for pyramid, level in zip(self.pyramids, levels):
            pyramid.set_level(level)
