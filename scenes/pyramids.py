"""One wire pyramid per stem, mirrored in dark glass; its top rises with the sound.

Copy this file and change it: other colours, a ring instead of rows, something that spins.
`build` makes the mobjects; `draw` sets them to the levels of one frame.
"""

from itertools import product

from manim import *

from manim_drumkit import DrumScene, Floor, Pyramid

PHI, THETA = 0.45 * PI, -0.1 * PI
TOWARD = np.array([np.cos(THETA), np.sin(THETA), 0])  # from a row to the camera
PITCH = 1.65  # from one pyramid to the next, in sides
SWAY_SECONDS = 24


class Video(DrumScene):
    options = {"fade": 0.5, "drift": 2.0}  # seconds; degrees to each side

    def build(self):
        rows, columns, side = arrange(len(self.chunk.stems), self.room.width / self.room.height)
        pitch, above, below = PITCH * side, side**2, room_below(side)
        down = (above + below) * IN + 0.7 * pitch * TOWARD
        counts = [len(row) for row in np.array_split(self.chunk.stems, rows)]
        spots = [
            row * down + pitch * (i - (count - 1) / 2) * UP
            for row, count in enumerate(counts)
            for i in range(count)
        ]
        self.add(*(Floor(row * down[2], fade=1.1 * below) for row in range(rows)))
        self.pyramids = [
            Pyramid(spot, side=side, color=color) for spot, color in zip(spots, self.chunk.colors)
        ]
        self.add(*self.pyramids)
        width = self.room.width * (0.72 / columns if columns > 1 else 1)
        for i, spot in enumerate(spots):
            label = self.label(i, width=width, height=0.04 * min(self.frame))
            label.move_to(spot + side * (0.62 * TOWARD + 0.35 * IN))
        self.phi = PHI if rows == 1 else PHI - 0.02 * PI
        edge = 0.6 * side
        box = list(product((-edge, edge), (-edge, edge), (-below, above + 0.2 * side)))
        self.stage = [spots[row] + corner for row in range(len(spots)) for corner in box]

    def draw(self, levels, time):
        for pyramid, level in zip(self.pyramids, levels):
            pyramid.set_level(level)
            pyramid.top.glow = max(0, 1.3 * level - 0.3)
        intro = self.chunk.intro_seconds
        swung = smooth(time / intro) if time < intro else 1
        sway = self.options["drift"] * DEGREES * np.sin(TAU * time / SWAY_SECONDS)
        self.look_at(self.stage, phi=swung * self.phi, theta=swung * THETA + sway)


def arrange(count, shape):
    """Return the rows, the columns and the side of pyramids that are as large as a shape allows.

    A pyramid is as high as its side squared: long sides keep pyramids slender in a long row.
    """

    def arranged(rows):
        columns = -(-count // rows)
        side = float(np.clip(PITCH * columns * (1 / rows / shape - 0.1) / 1.35 - 0.3, 1.8, 3.2))
        wide = PITCH * side * columns
        high = rows * (side**2 + room_below(side) + 0.15 * side) + 0.1 * wide
        return side**2.5 * min(shape / wide, 1 / high) ** 2, columns, side

    rows = max(range(1, count + 1), key=arranged)
    return rows, *arranged(rows)[1:]


def room_below(side):
    """Return the room for the label and the reflection of a pyramid."""
    return 0.35 * side**2 + 0.3 * side
