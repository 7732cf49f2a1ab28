from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from manim import BLUE, GREEN, RED, Dot, ThreeDCamera, tempconfig
from manim._config.video_encoder import VideoEncoderSpec
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.video_segment_encoder import VideoSegmentEncoder

from films import pictures
from manim_drumkit.segment import h264
from manim_drumkit.segment.manim_cli import FAST_ENCODER, FAST_PRESET
from manim_drumkit.segment.patches import replaced_methods
from manim_drumkit.segment.zero_copy import zero_copy_methods


def zero_copy():
    return replaced_methods(zero_copy_methods())


SPEC = VideoEncoderSpec(
    "mp4", "libx264", "yuv420p", 96, 64, Fraction(60), (("crf", "0"), ("preset", "ultrafast"))
)


def test_a_film_with_the_settings_of_a_run_has_skipped_rows_and_the_same_pictures(tmp_path):
    encode_bar(tmp_path / "a.mp4")
    assert_bar_is_shown(tmp_path / "a.mp4", slices_of_each=3)


def test_whole_pictures_are_encoded_with_a_warning_where_x264_is_another(tmp_path, monkeypatch):
    monkeypatch.setattr(h264, "IN_DECODING_ORDER", 1)
    with pytest.warns(RuntimeWarning, match=r"pic_order_cnt_type is 2.*whole pictures"):
        encode_bar(tmp_path / "a.mp4")
    assert_bar_is_shown(tmp_path / "a.mp4", slices_of_each=1)


def encode_bar(path: Path) -> None:
    fast = (("preset", FAST_PRESET), *FAST_ENCODER.items(), ("threads", "1"))
    spec = VideoEncoderSpec("mp4", "libx264", "yuv420p", 96, 320, Fraction(60), fast)
    with zero_copy():
        encoder = VideoSegmentEncoder(target=path, spec=spec)
        for time in range(40):
            pixels = np.zeros((320, 96, 4), np.uint8)
            pixels[150 : 160 + time % 5, 20:60] = 200
            encoder.write_frame(pixels, repeat=1 + time % 2)
        encoder.finish()


def assert_bar_is_shown(path: Path, slices_of_each: int) -> None:
    assert [int((frame[:320, 40] > 100).sum()) for frame in pictures(path)] == [
        10 + time % 5 for time in range(40) for _ in range(1 + time % 2)
    ]
    with av.open(path) as video:
        counts = {slices(packet) for packet in video.demux(video=0) if packet.size}
    assert counts == {slices_of_each}


def slices(packet) -> int:
    """Count the slices of a picture in an mp4 file, where lengths stand before NAL units."""
    data, count = bytes(packet), 0
    while data:
        length = int.from_bytes(data[:4])
        count += data[4] & 31 in (1, 5)
        data = data[4 + length :]
    return count


def encode(path: Path) -> None:
    encoder = VideoSegmentEncoder(target=path, spec=SPEC)
    noise = np.random.default_rng(1)
    for repeat in (1, 3, 1):
        pixels = noise.integers(0, 255, (64, 96, 4), dtype=np.uint8)
        encoder.write_frame(pixels, repeat=repeat)
    encoder.finish()


def test_frames_in_place_give_the_same_video(tmp_path):
    encode(tmp_path / "theirs.mp4")
    with zero_copy():
        encode(tmp_path / "ours.mp4")
    ours = pictures(tmp_path / "ours.mp4")
    assert len(ours) == 5
    np.testing.assert_array_equal(ours, pictures(tmp_path / "theirs.mp4"))


def test_frames_that_manim_refuses_are_refused(tmp_path):
    with zero_copy():
        encoder = VideoSegmentEncoder(target=tmp_path / "a.mp4", spec=SPEC)
        with pytest.raises(ValueError, match="shape"):
            encoder.write_frame(np.zeros((3, 3, 4), np.uint8))
        encoder.abort()


def test_a_frame_stays_as_it_was_while_somebody_holds_it():
    with tempconfig({"pixel_width": 64, "pixel_height": 36}), zero_copy():
        renderer = CairoRenderer()
        scene, dot = SimpleNamespace(mobjects=[], foreground_mobjects=[]), Dot(radius=2)
        frames, copies = [], []
        for i in range(20):
            dot.set_color([RED, GREEN, BLUE][i % 3])
            renderer.update_frame(scene, [dot])
            frames = [*frames, renderer.get_frame()][-3:]
            copies = [*copies, frames[-1].copy()][-3:]
            for frame, copy in zip(frames, copies, strict=True):
                np.testing.assert_array_equal(frame, copy)
        assert len(renderer.camera.pixel_array_to_cairo_context) <= 5  # buffers are used again


def test_every_buffer_is_drawn_into_as_manim_draws_into_its_one():
    scene = SimpleNamespace(mobjects=[], foreground_mobjects=[])

    def drawn():
        renderer = CairoRenderer(camera_class=ThreeDCamera)
        for i in range(6):
            renderer.camera.frame_center = np.array([0.5 * i, 0, 0])
            renderer.update_frame(scene, [Dot([0.5 * i, 0, 0])])
            yield renderer.get_frame()

    with tempconfig({"pixel_width": 64, "pixel_height": 36}):
        theirs = list(drawn())
        with zero_copy():
            np.testing.assert_array_equal(list(drawn()), theirs)


def test_manim_has_its_encoder_back_afterwards():
    own = VideoSegmentEncoder.write_frame
    with pytest.raises(ZeroDivisionError), zero_copy():
        assert VideoSegmentEncoder.write_frame is not own
        raise ZeroDivisionError
    assert VideoSegmentEncoder.write_frame is own


def test_another_encoder_is_left_as_it_is_with_a_warning(monkeypatch):
    def write_frame(self, pixels):
        """Do it in another way."""

    monkeypatch.setattr(VideoSegmentEncoder, "write_frame", write_frame)
    with pytest.warns(RuntimeWarning, match="not as manim-drumkit knows it"), zero_copy():
        assert VideoSegmentEncoder.write_frame is write_frame
