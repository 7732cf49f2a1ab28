"""The plain row: the stock scene of version 0.1, wire pyramids on black, for scripts/bench.py.

It stays as it is, so that measurements of different versions can be compared.
"""

from itertools import product

from manim import *

from manim_drumkit import DrumScene, Pyramid

PHI, THETA = 0.45 * PI, -0.1 * PI


class Video(DrumScene):
    def build(self):
        count = len(self.chunk.stems)
        # A pyramid is as high as its side squared: long sides keep pyramids slender in a long row.
        side = float(np.clip(0.42 * count, 1.5, 12))
        spots = [1.65 * side * (i - (count - 1) / 2) * UP for i in range(count)]
        self.pyramids = [
            Pyramid(spot, side=side, color=color) for spot, color in zip(spots, self.chunk.colors)
        ]
        names = labels(self.chunk.labels, spots, side)
        self.add(names, *self.pyramids)
        (_, left, _), (_, right, _) = spots[0] - side * UP, spots[-1] + side * UP
        bottom = names.get_edge_center(IN)[2]
        self.stage = list(product((-side / 2, side / 2), (left, right), (bottom, side**2)))

    def draw(self, levels, time):
        for pyramid, level in zip(self.pyramids, levels):
            pyramid.set_level(level)
        intro = self.chunk.intro_seconds
        swung = smooth(time / intro) if time < intro else 1
        self.look_at(self.stage, phi=swung * PHI, theta=swung * THETA)


def labels(names, spots, side):
    """Return the names, in front of their pyramids; turned upright if they are too long."""
    texts = VGroup(*(Text(name, font="Sans", warn_missing_font=False) for name in names))
    size = 0.3 * side / (max(text.height for text in texts) or 1)
    longest = size * max(text.width for text in texts) or 1
    room = (4 if len(names) == 1 else 1.5) * side
    upright = longest > 2 * room
    size *= min(1, (min(6 * side, 0.6 * side**2) if upright else room) / longest)
    for text, spot in zip(texts, spots):
        text.scale(size).rotate(PI / 2 if upright else 0)
        text.rotate(PI / 2, RIGHT).rotate(PI / 2, OUT)
        text.move_to(spot + 0.3 * side * IN + side / 2 * RIGHT, aligned_edge=OUT)
    return texts
