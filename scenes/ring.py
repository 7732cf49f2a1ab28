"""A ring of wire pyramids in pools of light, mirrored in dark glass; the camera circles it.

Copy this file and change it: other distances, a camera that stands still, other lights.
`build` makes the mobjects; `draw` sets them to the levels of one frame.
"""

from manim import *

from manim_drumkit import DrumScene, Floor, Pool, Pyramid

PITCH = 2.3  # from one pyramid to the next, in sides
PULSE = 0.3  # the light of a hit fades within so many seconds


class Video(DrumScene):
    options = {"fade": 0.5, "turn": 60.0}  # turn: the camera goes round in so many seconds

    def build(self):
        colors = self.chunk.colors
        # A pyramid is at most as high as its side squared: high ones fill an upright picture.
        self.side = 2.2 if self.frame.upright else 1.35
        self.phi = (0.24 if self.frame.upright else 0.35) * PI
        self.spots = self.side * np.array(ring_places(len(colors)))
        self.pools = [Pool(spot, color=c) for spot, c in zip(self.spots, colors)]
        self.discs = [pool.points - spot for pool, spot in zip(self.pools, self.spots)]
        self.pyramids = [
            Pyramid(side=self.side, color=c).place(spot, angle=angle_of_vector(spot))
            for spot, c in zip(self.spots, colors)
        ]
        self.add(Floor(fade=0.6 * self.side**2), *self.pools, *self.pyramids)
        rim = np.linalg.norm(self.spots[-1]) + 0.8 * self.side
        around = [rim * direction(TAU * i / 48) + 0.3 * self.side * IN for i in range(48)]
        self.stage = np.concatenate([around, self.spots + (self.side**2 + 0.2 * self.side) * OUT])
        self.circle()
        room = 1.7 * self.side * self.camera.get_zoom()
        self.names = [self.label(i, width=room) for i in range(len(colors))]
        self.texts = [name.points - name.get_center() for name in self.names]

    def draw(self, levels, time):
        self.circle()
        before = 1.2 * self.side * direction(self.camera.get_theta())
        hits = self.film.hit_strength * np.exp(-self.film.since_hit / PULSE)
        for i, (spot, level, hit) in enumerate(zip(self.spots, levels, hits)):
            self.pyramids[i].set_level(level)
            self.pyramids[i].top.glow = level
            self.pools[i].points = spot + self.side * (1.2 + 0.3 * hit) * self.discs[i]
            self.pools[i].set_opacity(0.1 + 0.9 * max(level, hit))
            self.names[i].points = spot + before + self.texts[i]

    def circle(self):
        """Set the camera to where it is in this frame."""
        self.orbit(self.stage, self.options["turn"], phi=self.phi)


def direction(angle):
    """Return the direction along the floor at an angle."""
    return np.array([np.cos(angle), np.sin(angle), 0])


def ring_places(count):
    """Return where pyramids stand, in sides: up to 7 in one ring, up to 21 in two, ..."""
    rings = next(rings for rings in range(1, 99) if 3.5 * rings * (rings + 1) >= count)
    shares = np.cumsum(range(rings + 1)) / sum(range(rings + 1))
    places, radius = [], 0.0
    for size in np.diff(np.round(shares * count).astype(int)):
        least = PITCH / 2 / np.sin(PI / size) if size > 1 else 0.0
        radius = max(least, radius + PITCH if places else 0.0)
        places += [radius * direction(TAU * i / size) for i in range(size)]
    return places
