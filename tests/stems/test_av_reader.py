import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.stems.av_reader import decode, reblock, sound_facts
from sounds import RATE, sine


def write(path, sound, codec, *, rate=RATE, start=0):
    """Encode ``float[channels, samples]``; its first sample is at ``start``."""
    sound = np.atleast_2d(sound).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono" if len(sound) == 1 else "stereo"
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout=stream.layout.name)
        frame.rate, frame.pts = rate, start
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def decoded(path):
    return np.concatenate(list(decode(path)))


def test_sound_without_loss_is_read_sample_by_sample(tmp_path):
    both = np.stack([sine(0.5, peak=0.5), sine(0.5, hz=300, peak=0.25)])
    path = write(tmp_path / "a.mov", both, "pcm_f32le", rate=44100)
    assert sound_facts(path) == (24000, 44100, 2)
    heard = decoded(path)
    assert heard.dtype == np.float32
    np.testing.assert_allclose(heard, both.T, atol=1e-6)


def test_the_padding_that_an_encoder_puts_first_is_not_heard(tmp_path):
    sound = np.zeros(RATE)
    sound[RATE // 2 :] = sine(0.5, peak=0.5)
    path = write(tmp_path / "a.m4a", sound, "aac")
    samples, *_ = sound_facts(path)
    heard = decoded(path)[:, 0]
    assert abs(samples - RATE) <= 1024  # a packet of AAC
    assert len(heard) >= RATE
    onset = np.flatnonzero(np.abs(heard) > 0.1)[0]
    assert onset == pytest.approx(RATE // 2, abs=48)  # one millisecond


def test_a_video_without_sound_has_no_facts(tmp_path):
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 32
        container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    assert sound_facts(tmp_path / "a.mp4") is None


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(1, 9), max_size=9))
def test_blocks_have_their_sizes_and_all_samples_in_order(pieces, sizes):
    total = np.arange(2 * sum(pieces), dtype=np.float32).reshape(-1, 2)
    stream = iter(np.split(total, np.cumsum(pieces))[:-1])
    blocks = list(reblock(stream, 2, sizes))
    ends = np.minimum(np.cumsum([0, *sizes]), len(total))
    assert [len(block) for block in blocks] == np.diff(ends).tolist()
    heard = np.concatenate([np.zeros((0, 2)), *blocks])
    np.testing.assert_array_equal(heard, total[: len(heard)])
