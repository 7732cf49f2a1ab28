import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from manim_drumkit.cli.stems import main
from manim_drumkit.stems.demo import MICROPHONES, groove, perform
from manim_drumkit.stems.folder import find_stems
from sounds import sine, write_sound


@pytest.fixture(scope="module")
def performance():
    return perform(6.0)


def test_the_performance_is_seven_microphones_of_one_length(tmp_path):
    done = CliRunner().invoke(main, [str(tmp_path / "a" / "stems"), "--seconds", "3"])
    assert done.exit_code == 0, done.output
    found = find_stems(tmp_path / "a" / "stems")
    assert {stem.name for stem in found.stems} == set(MICROPHONES)
    assert {stem.seconds for stem in found.stems} == {3.0}
    assert not found.skipped


def test_the_performance_is_the_same_every_time(performance):
    for name, sound in perform(6.0).items():
        np.testing.assert_array_equal(sound, performance[name])


def test_it_is_loud_and_does_not_clip(performance):
    assert max(np.abs(s).max() for s in performance.values()) == pytest.approx(10 ** (-3 / 20))
    assert min(np.abs(s).max() for s in performance.values()) > 0.05


def test_each_microphone_hears_its_own_drum_above_the_bleed_of_others(performance):
    hits = groove(6.0, np.random.default_rng(2021))
    for drum in ("Kick", "Snare"):
        sound = performance[drum]
        heard = [np.abs(sound[int(h.seconds * 48000) :][:2400]).max() for h in hits
                 if h.instrument == drum and h.velocity > 0.6]  # fmt: skip
        assert min(heard) > 0.3 * np.abs(sound).max()
        assert np.abs(performance["L_Tom"][:24000]).max() > 0  # the bleed


@pytest.mark.parametrize("seconds", [1, 1.5, 2.5])
def test_a_short_performance_has_hits_too(seconds):
    assert np.abs(perform(seconds)["Kick"]).max() > 0.05


def test_a_folder_with_files_is_never_written_into(tmp_path):
    own = write_sound(tmp_path / "stems" / "Kick.wav", sine(0.1)).read_bytes()
    for folder in (tmp_path / "stems", tmp_path / "stems" / "Kick.wav"):
        done = CliRunner().invoke(main, [str(folder)])
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {folder} is not empty; name a new folder")
    assert (tmp_path / "stems" / "Kick.wav").read_bytes() == own
    assert soundfile.info(tmp_path / "stems" / "Kick.wav").frames == 4800
