"""The picture of scenes/pyramids.py from other mobjects, for scripts/bench.py to compare with."""

from itertools import pairwise

import numpy as np
from manim import *

from manim_drumkit import DrumMixin, DrumScene, Pyramid

PHI, THETA = 0.45 * PI, -0.1 * PI
SIDE = 2.94


def spots(count):
    return [1.65 * SIDE * (i - (count - 1) / 2) * UP for i in range(count)]


def look(scene):
    """Look at the row as the stock scene does."""
    scene.set_camera_orientation(
        phi=PHI,
        theta=THETA,
        zoom=6 / (SIDE * len(scene.chunk.stems)),
        frame_center=2 * OUT,
        focal_distance=40,
    )


class Solids(DrumScene):
    def build(self):
        places = zip(spots(len(self.chunk.stems)), self.chunk.colors)
        self.pyramids = [Pyramid(spot, side=SIDE, color=color) for spot, color in places]
        self.add(*self.pyramids)
        look(self)

    def draw(self, levels, time):
        for pyramid, level in zip(self.pyramids, levels):
            pyramid.set_level(level)


class Stock(DrumMixin, ThreeDScene):
    """The same in stock manim; subclasses say what of."""

    def build(self):
        look(self)
        self.parts = []
        for spot, color in zip(spots(len(self.chunk.stems)), self.chunk.colors):
            around = ((-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0))
            corners = [spot + SIDE / 2 * np.array(corner) for corner in around]
            self.add(*(self.ball(corner, color) for corner in corners))
            self.add(*(self.rod(*ends, color) for ends in pairwise([*corners, corners[0]])))
            self.parts.append((spot, color, corners, self.ball(spot, color), Group()))
            self.add(*self.parts[-1][3:])

    def draw(self, levels, time):
        for (spot, color, corners, top, edges), level in zip(self.parts, levels):
            apex = spot + level * SIDE**2 * OUT
            top.move_to(apex)
            edges.submobjects = [self.rod(corner, apex, color) for corner in corners]


class SphereAndLine3D(Stock):
    def ball(self, place, color):
        return Sphere(
            place, radius=0.1 * SIDE, checkerboard_colors=False, resolution=(24, 12)
        ).set_color(color)

    def rod(self, start, end, color):
        return Line3D(start, end, thickness=0.035 * SIDE, color=color)


class DotAndLine(Stock):
    def ball(self, place, color):
        return Dot(place, radius=0.1 * SIDE, color=color)

    def rod(self, start, end, color):
        return Line(start, end, stroke_width=7 * SIDE, color=color)
