"""Find out how long MPEG audio is: count its frames, and decode each once."""

from dataclasses import dataclass, field

from manim_drumkit.errors import StemError
from manim_drumkit.stems.mpeg_audio import (
    DECODER_DELAY,
    FILTER_DELAY,
    LAME_DELAY,
    Frame,
    Header,
    Promise,
    frames_follow,
    frames_in,
    promise_in,
)
from manim_drumkit.stems.mpeg_reader import Decoder, Link, MpegSource
from manim_drumkit.stems.region import Region, too_short
from manim_drumkit.stems.source import Sound, UnsureError

NAMED = 2
"""In how many of its first frames an encoder that writes no header names itself."""
SETTLING = 2
"""How many frames at the beginning may lack what stood in frames before them."""


def read_mpeg(region: Region) -> Sound:
    """Count the frames of a file, and decode them once to see which cannot be.

    Raises:
        StemError: it is cut off, or damaged so that the times of its sound are not known.
        OSError: the file cannot be read.
        UnsureError: there are no frames in it.
    """
    scan = _Scan(region)
    for frame in frames_in(region):
        scan.take(frame)
    links = scan.finish()
    if scan.header is None or not links:
        raise UnsureError("it has no frames")
    rate, channels = scan.header.rate, scan.header.channels
    samples = sum(link.samples for link in links)
    source = MpegSource(region.path, samples, rate, channels, region, scan.header, tuple(links))
    return Sound(source, notes=tuple(scan.notes))


@dataclass
class _Tally:
    """What was found of one link so far."""

    first: int
    """Where its first frame stands."""
    promise: Promise | None = None
    count: int = 0
    """The frames that are there."""
    size: int = 0
    """Their bytes."""
    bit_rates: set[int] = field(default_factory=set)
    losses: list[Frame] = field(default_factory=list)
    """What stands where frames should be."""
    places: list[int] = field(default_factory=list)
    """How many frames were there before each loss."""
    silent: list[int] = field(default_factory=list)
    """The frames that cannot be decoded."""
    named: bool = False
    """Whether its first frames name LAME."""
    beyond: Frame | None = None
    """The first frame that was not promised."""
    continues: bool = False
    """Whether it only goes on with what was before it."""

    def add(self, size: int, header: Header) -> None:
        """Count a frame."""
        self.count += 1
        self.size += size
        self.bit_rates.add(header.bit_rate)

    @property
    def promised(self) -> int | None:
        """How many frames the header promises."""
        return self.promise.frames if self.promise else None

    def lost(self) -> list[int] | None:
        """Return how many frames each loss stands for; ``None`` if that cannot be told.

        At a constant bit rate all frames are of a size; otherwise the header knows how many
        there were.
        """
        if not self.losses:
            return []
        shares = [loss.size * self.count / self.size for loss in self.losses]
        if len(self.bit_rates) == 1 and all(abs(n - round(n)) < 0.2 for n in shares):
            return [round(share) for share in shares]
        if len(shares) == 1 and self.promised and self.promised >= self.count:
            return [self.promised - self.count]
        return None


class _Scan:
    """Takes the frames of a file in order."""

    def __init__(self, region: Region) -> None:
        self.header: Header | None = None
        self.notes: list[str] = []
        self._region = region
        self._links: list[Link] = []
        self._tally = _Tally(0)
        self._decoder: Decoder | None = None
        self._partial = False

    def take(self, frame: Frame) -> None:
        """Take the next frame, or what is none."""
        if frame.header is None:
            if self.header is not None:
                self._tally.losses.append(frame)
                self._tally.places.append(self._tally.count)
            return
        if self.header is None:
            self.header = frame.header
            self._begin(_Tally(frame.position))
        promise = promise_in(frame)
        if promise:
            self._end()
            self._begin(_Tally(frame.position + frame.size, promise))
        elif len(frame.data) < frame.size:
            self._partial = True
        else:
            self._count(frame, frame.header)

    def finish(self) -> list[Link]:
        """Return all links.

        Raises:
            StemError: see :func:`read_mpeg`.
        """
        position = self._tally.losses[-1].position if self._tally.losses else self._region.size
        if self._tally.places[-1:] == [self._tally.count] and frames_follow(self._region, position):
            raise self._other(position)
        self._end()
        if self._partial:
            name = self._region.path.name
            self.notes.append(f"{name} ends in the middle of a frame, and was read up to there")
        return self._links

    def _begin(self, tally: _Tally) -> None:
        assert self.header is not None  # noqa: S101  the first frame has just been seen
        self._tally, self._decoder = tally, Decoder(self.header)

    def _count(self, frame: Frame, header: Header) -> None:
        tally = self._tally
        if self.header is None or self._decoder is None or header.channels != self.header.channels:
            raise self._other(frame.position)
        if tally.count == tally.promised:
            tally.beyond = frame
        elif tally.beyond and tally.count == (tally.promised or 0) + 1 and not tally.losses:
            tally = self._split(tally.beyond, header)
        tally.named |= tally.count < NAMED and b"LAME3" in frame.data
        if not self._decoder.decode(frame)[1]:
            tally.silent.append(tally.count)
        tally.add(frame.size, header)

    def _split(self, beyond: Frame, header: Header) -> _Tally:
        """End a link of which all frames are there, since others follow that nobody promised."""
        self._tally.count -= 1
        self._end()
        self._tally = _Tally(beyond.position, continues=True)
        self._tally.add(beyond.size, header)
        return self._tally

    def _end(self) -> None:
        tally, header = self._tally, self.header
        if header is None or not tally.count:
            return
        while tally.losses and tally.places[-1] == tally.count:  # what stands behind the last frame
            del tally.losses[-1], tally.places[-1]
        lost = tally.lost()
        if lost is None:
            raise StemError(
                f"{self._region.path} is damaged at {self._time(tally.places[0]):.3f} s, and how "
                "much of its sound is missing there cannot be told; export or copy it again"
            )
        self._check_promise(tally, sum(lost))
        self._note_silence(tally, lost)
        self._links.append(_link(tally, header, lost))

    def _check_promise(self, tally: _Tally, lost: int) -> None:
        promised, frames = tally.promised or 0, tally.count + lost
        if frames < promised - 1 or (frames < promised and self._partial):
            raise too_short(self._region.path, self._time(promised), self._time(frames))
        self._partial &= not promised

    def _note_silence(self, tally: _Tally, lost: list[int]) -> None:
        path = self._region.path
        silent = [number for number in tally.silent if number >= SETTLING]
        count = sum(lost) + len(silent)
        if 5 * count > tally.count + count:
            raise StemError(
                f"{path} is damaged: {count} of its {tally.count + count} frames cannot be "
                "decoded; export or copy it again"
            )
        if count:
            places = (place for place, n in zip(tally.places, lost, strict=True) if n)
            first = min([*silent, *places])
            self.notes.append(
                f"{path.name} is damaged, first at {self._time(first):.3f} s: silence stands for "
                f"{count} frames that cannot be decoded"
            )

    def _time(self, frames: int) -> float:
        """Return when a frame of this link begins, in seconds, the delay left out of account."""
        assert self.header is not None  # noqa: S101  there are frames
        before = sum(link.samples for link in self._links)
        return (before + frames * self.header.samples) / self.header.rate

    def _other(self, position: int) -> StemError:
        return StemError(
            f"{self._region.path} goes on with sound of another kind at byte {position} (another "
            "rate or number of channels); it was joined from files that differ: export each alone"
        )


def _link(tally: _Tally, header: Header, lost: list[int]) -> Link:
    promise, frames = tally.promise, tally.count + sum(lost)
    skip = padding = 0
    if promise and promise.delay is not None:
        skip, padding = promise.delay + DECODER_DELAY, max(promise.padding - DECODER_DELAY, 0)
    elif header.layer < 3:
        skip = FILTER_DELAY
    elif tally.named and not promise:
        skip = LAME_DELAY + DECODER_DELAY
    if tally.continues:
        skip = 0
    places = tuple((loss.position, n) for loss, n in zip(tally.losses, lost, strict=True))
    samples = max(frames * header.samples - skip - padding, 0)
    return Link(tally.first, frames, skip, samples, places)
