"""Pyramids on a lit floor; each turns by what its stem has sounded, and its neighbour against it.

Copy this file and change it: other speeds, one direction, a floor without mirror.
`build` makes the mobjects; `draw` sets them to the levels of one frame.
"""

from manim import *

from manim_drumkit import DrumScene, Floor, Pool, Pyramid

PHI = 0.33 * PI
SIDE, PITCH, DEPTH = 1.7, 3.1, 4.4  # of a base; to the next one; to the next row
LABEL = 1.9  # from the middle of a pyramid to its label


class Video(DrumScene):
    options = {"fade": 0.5, "turns": 0.5}  # seconds; turns in a second at full level

    def build(self):
        stems = np.arange(len(self.chunk.stems))
        rows = fitting_rows(len(stems), self.room.width / self.room.height)
        columns = -(-len(stems) // rows)
        self.add(Floor(reflect=0.3, fade=2))
        self.spots = [
            row * DEPTH * RIGHT + PITCH * (i - (len(part) - 1) / 2) * UP
            for row, part in enumerate(np.array_split(stems, rows))
            for i in range(len(part))
        ]
        look = list(zip(self.spots, self.chunk.colors))
        self.pools = [Pool(spot, radius=0.45 * PITCH, color=color) for spot, color in look]
        self.pyramids = [Pyramid(spot, side=SIDE, color=color) for spot, color in look]
        self.add(*self.pools, *self.pyramids)
        width = self.room.width * (0.64 / columns if columns > 1 else 1)
        for i, spot in enumerate(self.spots):
            self.label(i, width=width).move_to(spot + LABEL * RIGHT)
        self.ways = np.where(stems % 2, -TAU, TAU) * self.options["turns"]
        reach = 0.8 * SIDE
        box = [
            (-reach, 0, 0),
            (LABEL + 0.3, 0, 0),
            (0, -reach, 0),
            (0, reach, 0),
            (0, 0, SIDE**2 + 0.2),
        ]
        self.stage = [spot + corner for spot in self.spots for corner in box]

    def draw(self, levels, time):
        angles = PI / 4 + self.ways * self.film.summed
        for i, (pyramid, pool, level) in enumerate(zip(self.pyramids, self.pools, levels)):
            pyramid.place(self.spots[i], angle=angles[i]).set_level(level)
            pyramid.top.glow = max(0, 1.2 * level - 0.2)
            pool.set_opacity(max(0, 0.8 * level - 0.03))
        self.look_at(self.stage, phi=PHI, theta=0)


def fitting_rows(count, shape):
    """Return in how many rows the pyramids are largest."""

    def size(rows):
        wide, high = PITCH * -(-count // rows), 0.62 * DEPTH * rows + 1.5
        return min(shape / wide, 1 / high)

    return max(range(1, count + 1), key=size)
