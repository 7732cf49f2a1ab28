from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from manim_drumkit.levels.measure import measure
from manim_drumkit.levels.settings import LevelSettings
from manim_drumkit.stems.folder import find_stems
from manim_drumkit.stems.mix import CEILING, MixWriter, pan_gains, write_audio
from manim_drumkit.stems.settings import StemSettings
from manim_drumkit.stems.stem import Stem
from manim_drumkit.timing import frame_count, sample_at
from sounds import RATE, clicks, sine, write_sound


def write_mix(path, stems, *, start_frame, frames, fps):
    """Mix stems while their levels are measured; return the mixer."""
    mixer = MixWriter(path, stems, start_frame=start_frame, frames=frames, fps=fps)
    whole = max(frame_count(stem.samples, stem.rate, fps) for stem in stems)
    measure(stems, fps, whole, LevelSettings(), listener=mixer)
    mixer.finish()
    return mixer


def mixed(folder, sounds, settings=None, *, fps=60, start_frame=0, frames=60):
    for name, samples in sounds.items():
        write_sound(folder / "stems" / f"{name}.wav", samples)
    stems = find_stems(folder / "stems", settings or {}, lengths="pad").stems
    path = folder / "mix" / "mix.wav"
    path.parent.mkdir()
    write_mix(path, stems, start_frame=start_frame, frames=frames, fps=Fraction(fps))
    assert [p.name for p in path.parent.iterdir()] == ["mix.wav"]
    return soundfile.read(path)[0]


def test_stems_named_left_and_right_go_to_their_sides(tmp_path):
    mix = mixed(tmp_path, {"OH_L": sine(1, peak=0.4), "OH_R": sine(1, hz=500, peak=0.2)})
    np.testing.assert_allclose(mix[:, 0], sine(1, peak=0.4), atol=1e-6)
    np.testing.assert_allclose(mix[:, 1], sine(1, hz=500, peak=0.2), atol=1e-6)


def gains(name, pan=None):
    return pan_gains(Stem(name, Path(f"{name}.wav"), 1, RATE, 1, StemSettings(pan=pan)))


def test_other_names_are_in_the_middle_at_the_same_power():
    assert gains("Kick") == gains("Bell") == gains("OL")
    left, right = gains("Kick")
    assert left == pytest.approx(right)
    assert left**2 + right**2 == pytest.approx(1)


def test_a_pan_of_ones_own_goes_before_the_name():
    assert gains("OH_L") == (1, 0)
    assert gains("OH_L", pan=1.0) == (0, 1)
    left, right = gains("OH_L", pan=0.5)
    assert right > left > 0
    assert left**2 + right**2 == pytest.approx(1)


def test_gain_and_pan_are_heard(tmp_path):
    settings = {"Kick": StemSettings(gain_db=-6.0206, pan=-1.0)}
    mix = mixed(tmp_path, {"Kick": sine(1, peak=0.5)}, settings)
    np.testing.assert_allclose(mix[:, 0], sine(1, peak=0.25), atol=1e-5)
    assert not mix[:, 1].any()


def test_stems_of_another_rate_are_resampled_in_step(tmp_path):
    write_sound(tmp_path / "a_L.wav", sine(7, peak=0.4))
    write_sound(tmp_path / "b_R.wav", sine(7, peak=0.4, rate=44100), rate=44100)
    stems = [Stem.open(tmp_path / name) for name in ("a_L.wav", "b_R.wav")]
    path = tmp_path / "mix.wav"
    write_mix(path, stems, start_frame=60, frames=300, fps=Fraction(60))
    sound, rate = soundfile.read(path)
    assert (len(sound), rate) == (240000, 48000)
    np.testing.assert_allclose(sound[500:-500, 1], sound[500:-500, 0], atol=1e-3)


def test_a_short_stem_is_followed_by_silence(tmp_path):
    mix = mixed(tmp_path, {"a_L": sine(0.5, peak=0.4), "b_R": sine(1, peak=0.4)})
    assert len(mix) == 48000
    assert not mix[24000:, 0].any()
    assert mix[24000:, 1].any()


def test_a_stereo_stem_keeps_its_sides(tmp_path):
    sides = np.stack([sine(1, peak=0.3), sine(1, hz=300, peak=0.1)], axis=1)
    np.testing.assert_allclose(mixed(tmp_path, {"Room": sides}), sides, atol=1e-6)


def test_a_quiet_mix_is_not_turned_up(tmp_path):
    mix = mixed(tmp_path, {"OH_L": sine(1, peak=0.01)})
    assert np.abs(mix).max() == pytest.approx(0.01, rel=1e-3)


def test_a_loud_mix_is_turned_down_to_minus_one_dbfs_at_its_own_balance(tmp_path):
    loud = {"OH_L": sine(1, hz=1200, peak=1.8), "OH_R": sine(1, hz=1200, peak=0.9)}
    left, right = np.abs(mixed(tmp_path, loud)).max(axis=0)
    assert left == pytest.approx(CEILING, abs=1e-4)
    assert left <= 10 ** (-1 / 20)
    assert right == pytest.approx(left / 2, abs=1e-4)


@pytest.mark.parametrize("fps", [60, "30000/1001", 24])
@pytest.mark.parametrize("seconds", [1.0, 1.0001, 5.7])
def test_a_mix_is_exactly_as_long_as_its_frames(tmp_path, fps, seconds):
    frames = int(-(-seconds * Fraction(fps) // 1))
    mix = mixed(tmp_path, {"Kick": sine(seconds)}, fps=fps, frames=frames)
    assert len(mix) == sample_at(frames, RATE, Fraction(fps))


def test_an_excerpt_starts_at_the_sample_of_its_frame(tmp_path):
    mix = mixed(tmp_path, {"OH_L": clicks(2, [48000 + 123])}, start_frame=60, frames=60)
    assert np.flatnonzero(mix[:, 0]).tolist() == [123]


@pytest.mark.parametrize("seconds", [0.5, 3])
def test_a_finished_mix_is_cut_or_filled_with_silence(tmp_path, seconds):
    finished = Stem.open(write_sound(tmp_path / "mix.flac", sine(seconds), subtype="PCM_24"))
    path = tmp_path / "out.wav"
    write_audio(path, finished, start_frame=6, frames=60, fps=Fraction(60))
    sound, rate = soundfile.read(path)
    kept = sine(seconds)[4800:52800]
    assert (len(sound), rate) == (48000, RATE)
    np.testing.assert_allclose(sound[: len(kept)], kept, atol=1e-4)
    assert not sound[len(kept) :].any()


def test_a_finished_mix_over_full_scale_is_turned_down(tmp_path):
    finished = Stem.open(write_sound(tmp_path / "mix.wav", sine(1, peak=1.75)))
    cut = {"start_frame": 0, "frames": 60, "fps": Fraction(60)}
    gain, _ = write_audio(tmp_path / "out.wav", finished, **cut)
    sound, _ = soundfile.read(tmp_path / "out.wav")
    assert gain == pytest.approx(CEILING / 1.75, rel=1e-3)
    np.testing.assert_allclose(sound, gain * sine(1, peak=1.75), atol=1e-5)


def test_a_finished_mix_at_full_scale_stays_as_it_is(tmp_path):
    loud = np.clip(sine(1, hz=700, peak=1.2), -1, 1)
    finished = Stem.open(write_sound(tmp_path / "mix.wav", loud))
    cut = {"start_frame": 0, "frames": 60, "fps": Fraction(60)}
    gain, _ = write_audio(tmp_path / "out.wav", finished, **cut)
    assert gain == 1
    np.testing.assert_allclose(soundfile.read(tmp_path / "out.wav")[0], loud, atol=1e-7)


def test_the_mixer_knows_by_how_much_the_sum_was_turned_down(tmp_path):
    stems = [Stem.open(write_sound(tmp_path / f"{side}.wav", sine(1, peak=0.9))) for side in "ab"]
    cut = {"start_frame": 0, "frames": 60, "fps": Fraction(60)}
    mixer = write_mix(tmp_path / "mix.wav", stems, **cut)
    assert mixer.gain == pytest.approx(CEILING / (2 * 0.9 * 0.5**0.5), rel=1e-3)


def test_more_stems_than_files_may_be_open_are_mixed_in_groups(tmp_path, monkeypatch):
    at = [4800 * n + 100 for n in range(9)]
    stems = [Stem.open(write_sound(tmp_path / f"{n}_L.wav", clicks(1, [at[n]]))) for n in range(9)]
    cut = {"start_frame": 0, "frames": 60, "fps": Fraction(60)}
    write_mix(tmp_path / "one.wav", stems, **cut)
    monkeypatch.setattr("manim_drumkit.levels.measure.OPEN_AT_ONCE", 2)
    write_mix(tmp_path / "groups.wav", stems, **cut)
    one, groups = (soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("one", "groups"))
    assert np.flatnonzero(groups[:, 0]).tolist() == at
    np.testing.assert_array_equal(one, groups)


def test_equal_stems_give_equal_files(tmp_path):
    stem = Stem.open(write_sound(tmp_path / "a.wav", sine(3, peak=0.95)))
    cut = {"start_frame": 0, "frames": 180, "fps": Fraction(60)}
    for name in ("1.wav", "2.wav"):
        write_mix(tmp_path / name, [stem, stem], **cut)
    assert (tmp_path / "1.wav").read_bytes() == (tmp_path / "2.wav").read_bytes()
