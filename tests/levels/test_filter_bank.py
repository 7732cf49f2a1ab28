from fractions import Fraction

import numpy as np
import pytest
import soundfile

from manim_drumkit.errors import StemError
from manim_drumkit.levels.filter_bank import band_blocks
from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.mix import MixWriter
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.timing import frame_count, sample_at
from sounds import RATE, clicks, sine, write_sound, write_stems


def bands_of(path, count=7):
    return find_stems(path, bands=count).stems


def measured(stems, fps=60, listener=None, jobs=1, **settings):
    frames = max(frame_count(stem.samples, stem.rate, Fraction(fps)) for stem in stems)
    bare = LevelSettings(**settings)
    return measure(stems, Fraction(fps), frames, bare, jobs=jobs, listener=listener).stems


def read(stems, borders):
    """Return the whole sound and its bands, ``[sounds, samples, channels]``, block by block."""
    blocks = band_blocks(stems[0].sound, [stem.band for stem in stems], Fraction(60), borders)
    return np.concatenate([np.stack(block) for block in blocks], axis=1)


@pytest.mark.parametrize("place", ["first", "second", "middle", "last"])
@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
@pytest.mark.parametrize("fps", [15, 60])
def test_a_click_rises_on_its_own_frame_in_all_bands(tmp_path, place, rate, fps):
    frames = 2 * fps
    for frame in (0, 1, fps, frames - 1):
        start, stop = (sample_at(frame + n, rate, Fraction(fps)) for n in (0, 1))
        at = {"first": start, "second": start + 1, "middle": (start + stop) // 2, "last": stop - 1}
        sound = np.stack([clicks(2, [at[place]], rate=rate)] * 2, axis=1)
        path = write_sound(tmp_path / "click.wav", sound, rate=rate)
        for found in measured(bands_of(path), fps):
            assert np.flatnonzero(found.levels)[0] == frame
            assert found.levels.argmax() == frame


@pytest.mark.parametrize("count", [2, 40])
def test_other_numbers_of_bands_are_in_step_too(tmp_path, count):
    path = write_sound(tmp_path / "click.wav", clicks(2, [47999]))
    for found in measured(bands_of(path, count)):
        assert np.flatnonzero(found.levels)[0] == found.levels.argmax() == 59


def test_a_click_in_other_sound_is_loudest_on_its_own_frame(tmp_path):
    noise = np.random.default_rng(5).normal(0, 0.003, 2 * RATE)
    path = write_sound(tmp_path / "click.wav", noise + clicks(2, [48400]))
    for found in measured(bands_of(path)):
        assert found.levels.argmax() == 60


@pytest.mark.parametrize("count", [3, 7, 20])
def test_a_sine_in_a_band_is_far_down_two_bands_away(tmp_path, count):
    bands = bands_of(write_sound(tmp_path / "a.wav", sine(1)), count)
    for number, own in enumerate(bands):
        middle = (own.band.low_hz * own.band.high_hz) ** 0.5
        path = write_sound(tmp_path / "a.wav", sine(1, hz=middle, peak=0.5))
        sounds = read(bands_of(path, count), [0, 60])[:, RATE // 4 : -RATE // 4]
        loudness = 10 * np.log10(np.mean(np.square(sounds, dtype=float), axis=(1, 2)))
        assert loudness[1 + number] == pytest.approx(loudness[0], abs=0.3)
        away = [loudness[1 + i] for i in range(count) if abs(i - number) >= 2]
        assert max(away, default=-99) < loudness[1 + number] - 20


def test_neighbours_together_are_the_sound_between_them(tmp_path):
    noise = np.random.default_rng(3).normal(0, 0.1, (RATE, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    hertz = np.fft.rfftfreq(RATE, 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 2000)] = 0
    inner = np.fft.irfft(spectrum, axis=0)
    sounds = read(bands_of(write_sound(tmp_path / "a.wav", inner)), [0, 60])
    total = np.sum(sounds[1:], axis=0)
    middle = slice(RATE // 4, -RATE // 4)
    assert np.std(total[middle] - inner[middle]) < 0.35 * np.std(inner[middle])
    correlation = np.correlate(total[middle, 0], inner[RATE // 4 - 5 : 5 - RATE // 4, 0])
    assert correlation.argmax() == 5


@pytest.mark.parametrize("borders", [[0, 7, 8, 100, 151], [*range(152)], [0, 1, 151]])
def test_blocks_are_the_same_wherever_their_borders_are(tmp_path, borders):
    sound = np.random.default_rng(1).normal(0, 0.1, (round(2.51 * RATE), 2))
    sound[RATE : 2 * RATE] = 0
    bands = bands_of(write_sound(tmp_path / "a.wav", sound))
    np.testing.assert_array_equal(read(bands, borders), read(bands, [0, 151]))


def test_the_whole_sound_passes_as_it_is(tmp_path):
    sound = np.random.default_rng(1).normal(0, 0.1, (3 * RATE + 17, 2)).astype(np.float32)
    bands = bands_of(write_sound(tmp_path / "a.wav", sound))
    np.testing.assert_array_equal(read(bands, [0, 50, 181])[0], sound)


def test_jobs_change_nothing(tmp_path):
    sound = np.random.default_rng(1).normal(0, 0.1, (3 * RATE, 2))
    write_stems(tmp_path / "stems", 3.0)
    write_sound(tmp_path / "stems" / "Room.wav", sound)
    stems = find_stems(tmp_path / "stems", {"Room": StemSettings(bands=5)}).stems
    for one, many in zip(measured(stems), measured(stems, jobs=3), strict=True):
        np.testing.assert_array_equal(one.levels, many.levels)
    alone = measured([stem for stem in stems if stem.band])
    rooms = [m for s, m in zip(stems, measured(stems), strict=True) if s.band]
    for one, other in zip(alone, rooms, strict=True):
        np.testing.assert_array_equal(one.levels, other.levels)


def test_a_file_is_read_once_for_all_of_its_bands(tmp_path, monkeypatch):
    stems = bands_of(write_sound(tmp_path / "a.wav", sine(2)))
    source = type(stems[0].source)
    opened, blocks = [], source.blocks
    monkeypatch.setattr(source, "blocks", lambda *args: opened.append(args) or blocks(*args))
    measured(stems)
    assert len(opened) == 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_sample_that_is_no_number_is_refused_at_its_time(tmp_path, value):
    sound = sine(3)
    sound[round(2.25 * RATE)] = value
    with pytest.raises(StemError, match=r"a\.wav holds a sample .* at 2\.250 s"):
        measured(bands_of(write_sound(tmp_path / "a.wav", sound)))


def test_what_is_silent_in_a_band_stays_at_zero(tmp_path):
    bands = bands_of(write_sound(tmp_path / "a.wav", 1e-5 * sine(1, hz=60)))
    assert all(found.silent for found in measured(bands))


def mix(path, stems, **cut):
    mixer = MixWriter(path, stems, **{"start_frame": 0, "frames": 120, "fps": Fraction(60)} | cut)
    measured(stems, listener=mixer)
    return soundfile.read(path, dtype="float32")[0]


def test_the_sound_of_bands_is_the_file(tmp_path):
    sound = np.random.default_rng(1).uniform(-0.99, 0.99, (2 * RATE, 2)).astype(np.float32)
    stems = bands_of(write_sound(tmp_path / "a.wav", sound))
    np.testing.assert_array_equal(mix(tmp_path / "mix.wav", stems), sound)
    part = mix(tmp_path / "mix.wav", stems, start_frame=30, frames=60)
    np.testing.assert_array_equal(part, sound[24000:72000])


@pytest.mark.parametrize("name", ["OH_L", "Kick"])
def test_a_stem_with_bands_is_heard_once_as_without(tmp_path, name):
    write_stems(tmp_path / "stems", 2.0)
    plain = find_stems(tmp_path / "stems", {name: StemSettings(gain_db=-3)}).stems
    banded = find_stems(tmp_path / "stems", {name: StemSettings(gain_db=-3, bands=9)}).stems
    assert len(banded) == len(plain) + 8
    np.testing.assert_array_equal(
        mix(tmp_path / "banded.wav", banded), mix(tmp_path / "plain.wav", plain)
    )
