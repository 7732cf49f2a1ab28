"""A wire drum kit from the drummer's seat; a ball leaps off every head at its hits.

Copy this file and change it: other instruments, other places, higher leaps.
"""

from manim import *

from manim_drumkit import Ball, DrumScene, Pool, Rod

BALL, RISE = 0.2, 0.4  # the radius of a ball, and how high the level alone lifts it
LEAP, SECONDS = 1.1, 0.5  # how high and how long a ball leaps at the strongest hit
# The radius of a head, how deep its drum is, its tilt to the drummer in half turns, and its row.
INSTRUMENTS = {
    "hat": (0.75, 0.12, 0.06, "near"),
    "snare": (0.8, 0.4, 0.0, "near"),
    "kick": (1.1, 0.9, 0.42, "kick"),
    "tom": (0.7, 0.7, 0.06, "rack"),
    "cymbal": (1.0, 0.0, 0.1, "cymbal"),
    "percussion": (0.5, 0.6, 0.08, "back"),
    "other": (0.6, 0.25, 0.25, "back"),
    "room": (0.4, 0.15, 0.35, "room"),
}
# How far each row is from the drummer, how high, and how far it is from one to the next in it.
ROWS = {
    "near": (0.0, 1.0, 2.5),
    "kick": (1.6, 1.1, 2.6),
    "rack": (1.8, 2.3, 1.8),
    "cymbal": (2.1, 3.0, 3.1),
    "back": (4.4, 2.2, 1.9),
    "room": (5.4, 3.5, 2.0),
}


class Video(DrumScene):
    options = {"fade": 0.5}

    def build(self):
        kinds = [kind if kind in INSTRUMENTS else "other" for kind in self.chunk.kinds]
        spots = places(kinds, self.frame.width / self.frame.height)
        turns = [rotation_matrix(INSTRUMENTS[kind][2] * PI, RIGHT) for kind in kinds]
        self.rests = [spot + BALL * turn[:, 2] for spot, turn in zip(spots, turns)]
        self.ways = [normalize(turn[:, 2] + OUT) for turn in turns]
        self.balls = VGroup(*(Ball(radius=BALL, color=color) for color in self.chunk.colors))
        self.pools, parts, stage = [], VGroup(), []
        for i, (spot, turn) in enumerate(zip(spots, turns)):
            pool, *wires = instrument(kinds[i], self.chunk.colors[i])
            self.pools.append(pool)
            parts.add(VGroup(pool, *wires).apply_matrix(turn).shift(spot))
            if kinds[i] in ("hat", "cymbal", "room"):
                parts.add(Rod(spot * (1, 1, 0), spot, radius=0.03, color=GRAY))
            stage += [*wires[-1].points, self.rests[i] + (BALL + LEAP + RISE) * self.ways[i]]
        parts.sort(lambda point: point @ [0, -1.5, 1])  # far ones come first, near ones hide them
        self.add(*VGroup(parts, self.balls).set_shade_in_3d(False))
        self.look_at(stage, phi=(0.27 if self.frame.upright else 0.33) * PI, theta=-PI / 2)
        for i, (spot, turn) in enumerate(zip(spots, turns)):
            self.label(i, width=1.3 * self.camera.get_zoom()).move_to(spot - 0.38 * turn[:, 1])

    def draw(self, levels, time):
        flown = np.minimum(self.film.since_hit / SECONDS, 1)
        leaps = LEAP * self.film.hit_strength * 4 * flown * (1 - flown)
        for i, (ball, level, leap) in enumerate(zip(self.balls, levels, leaps)):
            ball.move_to(self.rests[i] + (leap + RISE * level) * self.ways[i])
            ball.glow = level
            self.pools[i].set_opacity(min(1.5 * level, 1))


def instrument(kind, color):
    """Return the light in a head, and the wires of the drum or cymbal around it."""
    radius, depth, *_ = INSTRUMENTS[kind]
    rim = radius * np.array([rotate_vector(UP, TAU * i / 6) for i in range(6)])
    ends = rim + depth * IN if depth > 0.2 else 0 * rim  # of lugs, or of spokes
    rods = [Rod(a, b, radius=0.02, color=GRAY) for a, b in zip(rim, ends)]
    hoops = []
    for half, shade in ((0.045, 0.5), (0.022, 0.0)):
        hoop = Annulus(radius - half, radius + half, color=ManimColor(color).darker(shade))
        hoops.append(hoop.append_points(hoop.points + depth * IN) if depth else hoop)
    return Pool(radius=radius, color=color), *rods, *hoops


def places(kinds, shape):
    """Return the places of the stems: in rows around the drummer, from near to far."""
    columns = int(np.clip(np.sqrt(1.4 * shape * len(kinds)), 4, 9))
    wide, long = np.clip([0.5 + 0.5 * shape, 1.3 / shape], [0.8, 1], [1, 2.2])
    rows = {row: [] for row in ROWS}
    for kind, (*_, row) in INSTRUMENTS.items():
        rows[row] += [i for i, each in enumerate(kinds) if each == kind]
    near, toms, cymbals = rows["near"], rows["rack"], rows["cymbal"]
    low = [toms.pop() for _ in range(len(toms) // 3)][::-1]
    near += [None] * bool(near and low) + low  # the drummer sits between
    cymbals[len(cymbals) // 2 : 0] = [None] * (len(cymbals) > 1)  # left and right of the toms
    spots, behind = {}, 0.0
    for row, (far, high, pitch) in ROWS.items():
        while part := rows[row][:columns]:
            del rows[row][:columns]
            for i, number in enumerate(part):
                x = wide * pitch * (i - (len(part) - 1) / 2)
                spots[number] = np.array([x, long * (far + behind) - 0.03 * x**2, high])
            behind += 2.4 * bool(rows[row])
    return [spots[i] for i in range(len(kinds))]
