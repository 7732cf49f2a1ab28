"""A scrolling wave per stem: what just was, what comes, and a light where it sounds now.

Copy this file and change it: more seconds, higher waves, another place for the line of now.
`build` makes the mobjects; `draw` sets them to the levels of one frame.
"""

from manim import *

from manim_drumkit import DrumScene, Polygons, Pool

NOW = 0.4  # where the line of now is, as a share of the length of the waves
WAS, COMES = (0.0, 1.0), (0.45, 0.0)  # the opacity of the waves, from left to right


class Video(DrumScene):
    options = {"fade": 0.5, "seconds": 6.0}  # seconds: about so many are in the picture

    def build(self):
        room, colors, text = self.room, self.chunk.colors, self.theme.text
        small, count = min(self.frame), len(colors)
        self.pixel = self.frame.width / config.pixel_width
        share = np.clip(0.046 * count, 0.46, 0.9)  # many waves reach into the lanes beside them
        lane = room.height / (count - 1 + 2 * share)
        self.high = share * lane
        self.middles = self.whole(room.top - self.high - lane * np.arange(count))
        left = self.names(lane)
        long = room.right - left
        self.now = self.whole(left + NOW * long)
        if self.options["seconds"] <= 0:
            raise ValueError("the option seconds must be over 0")
        # Waves that move by whole pixels do not change, and cost the video little.
        step = long / (self.options["seconds"] * float(self.chunk.fps))
        self.step = self.whole(step) if step > self.pixel else step
        self.before = int((self.now - left) / self.step)
        self.after = int((room.right - self.now) / self.step)
        self.pools = [
            Pool([self.now, middle, 0], radius=min(1.2 * lane, 0.16 * small), color=color)
            for middle, color in zip(self.middles, colors)
        ]
        self.was = [Polygons(color=c, fill_opacity=WAS, sheen_direction=RIGHT) for c in colors]
        self.comes = [Polygons(color=c, fill_opacity=COMES, sheen_direction=RIGHT) for c in colors]
        self.line = self.now + self.pixel * np.array([0, np.ceil(0.002 * small / self.pixel)])
        line = strips(self.line, np.array([room.bottom]), np.array([room.top]))
        self.lights = Polygons(color=text)
        self.add(*self.pools, *self.was, *self.comes)
        self.add(Polygons(line, color=text, fill_opacity=0.5), self.lights)

    def draw(self, levels, time):
        frames = self.film.frame + np.arange(-self.before, self.after + 1)
        first, stop = max(frames[0], 0), min(frames[-1] + 1, self.chunk.total_frames)
        seen = self.film.levels[first:stop]
        heights = np.zeros((len(frames), len(levels)))  # none before the film and after it
        heights[first - frames[0] : stop - frames[0]] = np.maximum(self.high * seen, self.pixel)
        across = self.now + self.step * (frames - self.film.frame)
        low, top = self.middles - heights, self.middles + heights
        parts = (self.was, slice(self.before + 1)), (self.comes, slice(self.before, None))
        for waves, part in parts:
            for wave, outline in zip(waves, strips(across[part], low[part], top[part])):
                wave.set_corners([outline])
        for pool, level in zip(self.pools, levels):
            pool.set_opacity(level)
        high = np.maximum(self.high * levels, 2 * self.pixel)
        wide = self.line + np.diff(self.line) * (-1, 1)
        self.lights.set_corners(strips(wide, self.middles - high, self.middles + high))

    def names(self, lane):
        """Add the labels at the left; return where the waves begin."""
        room, high = self.room, min(0.032 * min(self.frame), 0.6 * lane)
        names = [
            self.label(i, width=0.18 * self.frame.width, height=high)
            for i in range(len(self.middles))
        ]
        for name, middle in zip(names, self.middles):
            name.move_to([room.left, middle, 0], aligned_edge=LEFT)
        widest = max(name.width for name in names)
        return room.left + widest + (self.frame.margin / 2 if widest else 0)

    def whole(self, length):
        """Return lengths rounded to whole pixels."""
        return np.round(length / self.pixel) * self.pixel


def strips(across, low, top):
    """Return the corners of strips from left to right; their heights are float[places, strips]."""
    across = across[:, None]
    upper, lower = (np.stack(np.broadcast_arrays(across, height), axis=2) for height in (top, low))
    return np.concatenate([upper, lower[::-1]]).swapaxes(0, 1)
