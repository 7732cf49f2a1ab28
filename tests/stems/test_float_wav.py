import hashlib
import io

import numpy as np
import pytest
import soundfile

from manim_drumkit.stems.float_wav import FloatWav, wav_header


def test_blocks_written_at_any_place_are_read_back(tmp_path):
    sound = np.random.default_rng(1).normal(0, 0.3, (1000, 2)).astype(np.float32)
    file = FloatWav(tmp_path / "a.wav", rate=44100, channels=2, samples=1000)
    for start in (600, 0, 300):
        file.write(start, sound[start : start + 300])
    found, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    sound[900:] = 0  # never written
    assert rate == 44100
    np.testing.assert_array_equal(found, sound)


def test_sound_is_added_and_the_peak_of_the_sum_returned(tmp_path):
    file = FloatWav(tmp_path / "a.wav", rate=8000, channels=1, samples=10)
    assert file.write(0, np.full((10, 1), 0.25, np.float32)) == 0.25
    assert file.write(5, np.full((5, 1), -0.75, np.float32), add=True) == 0.5
    checksum = file.finish(0.5)
    assert checksum == hashlib.sha256((tmp_path / "a.wav").read_bytes()).hexdigest()
    assert soundfile.read(tmp_path / "a.wav")[0].tolist() == [0.125] * 5 + [-0.25] * 5


@pytest.mark.parametrize(("samples", "kind"), [(48_000, b"RIFF"), (2**30, b"RF64")])
def test_the_header_states_the_true_length_beyond_four_gigabytes_too(samples, kind):
    header = wav_header(48000, 2, samples)
    assert header.startswith(kind)

    class Sparse(io.RawIOBase):
        """The header, then silence of the promised length."""

        place = 0
        end = len(header) + 8 * samples

        def seek(self, offset, whence=0):
            self.place = (0, self.place, self.end)[whence] + offset
            return self.place

        def tell(self):
            return self.place

        def read(self, count=-1):
            count = min(count, self.end - self.place)
            content = header[self.place : self.place + count].ljust(count, b"\0")
            self.place += count
            return content

        def readinto(self, buffer):
            content = self.read(len(buffer))
            buffer[: len(content)] = content
            return len(content)

    with soundfile.SoundFile(Sparse()) as sound:
        assert (sound.frames, sound.samplerate, sound.channels) == (samples, 48000, 2)
        assert sound.subtype == "FLOAT"
