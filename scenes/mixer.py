"""A meter bridge: a column of lights per stem, with the peak that it holds.

Copy this file and change it: other shades, more lights, a longer hold.
`build` makes the mobjects; `draw` sets them to the levels of one frame.
"""

from manim import *

from manim_drumkit import DrumScene, Polygons

ZONES = ((0.0, 0.0), (0.6, 0.25), (0.85, 0.5), (1.0, 0.75))  # lights from there on are brighter
UNLIT = 0.15  # the opacity of lights that are off
WIDE, TALL = 0.72, 0.7  # the size of a light, as a share of the distance to the next


class Video(DrumScene):
    options = {"fade": 0.5, "hold": 1.2, "progress": True}  # hold: a peak stays so many seconds

    def build(self):
        room, small, colors = self.room, min(self.frame), self.chunk.colors
        # Edges on whole pixels are sharp; on even ones the colours of a video are, too.
        even = min(config.pixel_width, config.pixel_height) >= 360
        self.grid = (2 if even else 1) * self.frame.width / config.pixel_width
        banks = int(np.ceil(len(colors) * 0.04 * small / room.width))
        columns = int(np.ceil(len(colors) / banks))
        high = (room.height - 0.04 * small) / banks
        pitch = self.whole(min(room.width / columns, 0.34 * high))
        names, gap = self.names(0.85 * pitch, 0.15 * high), 0.02 * small
        tall = high - max(name.height for name in names) - gap * (1 if banks == 1 else 2)
        step = self.whole(np.clip(0.26 * pitch, tall / 40, tall / 22))
        self.rows, wide = int(tall / step), self.whole(WIDE * pitch)
        light = bar(wide, self.whole(TALL * step))
        lights = light + step * np.arange(self.rows)[:, None, None] * (0, 1)
        left = (room.left + room.right - columns * pitch + pitch - wide) / 2
        self.meters = []
        for i, (name, color) in enumerate(zip(names, colors)):
            bank, column = divmod(i, columns)
            corner = self.spot(left + column * pitch, room.top - bank * high - self.rows * step)
            self.meters.append(self.meter(corner + lights, ManimColor(color)))
            name.move_to([corner[0] + wide / 2, corner[1] - gap, 0], aligned_edge=UP)
        self.track = self.spot(room.left, room.bottom), self.whole(0.006 * small)
        self.progress = Polygons(color=self.theme.text, fill_opacity=0.7)
        if self.options["progress"]:
            start, thick = self.track
            whole = Polygons([start + bar(self.whole(room.width), thick)], color=self.theme.text)
            self.add(whole.set_opacity(UNLIT), self.progress)

    def draw(self, levels, time):
        held = self.film.held(self.options["hold"])
        for (lights, zones, peak), level, highest in zip(self.meters, levels, held):
            lit, top = round(level * self.rows), round(highest * self.rows)
            for zone, start, stop in zones:
                zone.set_corners(lights[start : min(stop, lit)])
            peak.set_corners(lights[max(top - 1, 0) : top])
        start, thick = self.track
        done = (time * float(self.chunk.fps) + 1) / self.chunk.total_frames
        self.progress.set_corners([start + bar(self.whole(done * self.room.width), thick)])

    def meter(self, lights, color):
        """Add the lights of a stem; return where they are, those that are lit, and the peak."""
        self.add(Polygons(lights, color=color, fill_opacity=UNLIT))
        shades = [interpolate_color(color, ManimColor(self.theme.text), more) for _, more in ZONES]
        starts = [round(level * self.rows) for level, _ in ZONES]
        *parts, peak = [Polygons(color=shade) for shade in shades]
        self.add(*parts, peak)
        return lights, list(zip(parts, starts, starts[1:])), peak

    def names(self, width, height):
        """Return the labels, turned upright where there is no room for them otherwise."""
        count = range(len(self.chunk.labels))
        names = [self.label(i, width=width) for i in count]
        if not any(name.has_points() for name in names):
            names = [self.label(i, width=height, height=0.6 * width).rotate(PI / 2) for i in count]
        return names

    def spot(self, x, y):
        """Return the place of the grid that is next to a place in the picture."""
        corner = -np.array(self.frame) / 2
        return corner + np.round(([x, y] - corner) / self.grid) * self.grid

    def whole(self, length):
        """Return a length cut down to whole steps of the grid, at least one."""
        return max(1, int(length / self.grid + 0.01)) * self.grid


def bar(width, height):
    """Return the corners of a bar that stands at the origin."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]])
