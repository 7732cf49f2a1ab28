from fractions import Fraction

import av
import numpy as np
import pytest

from films import pictures
from manim_drumkit.video import picture_size, put_on_grid, video_times


def write_video(path, frames, *, fps=Fraction(60), stretch=lambda k: k, **options):
    """Encode grey frames, each of another brightness, shown at ``stretch(k) / fps``."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = 1 / (fps * 100)
        for k in range(frames):
            frame = av.VideoFrame.from_ndarray(
                np.full((48, 64, 3), 4 * k % 256, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = round(100 * stretch(k)), 1 / (fps * 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("fps", [Fraction(60), Fraction(30000, 1001), Fraction(25, 2)])
@pytest.mark.parametrize("frames", [1, 2, 3, 50])
def test_frames_are_put_on_the_grid(tmp_path, fps, frames):
    path = write_video(tmp_path / "a.mp4", frames, fps=fps, stretch=lambda k: 1.07 * k + 0.3)
    before = pictures(path)
    assert put_on_grid(path, fps) == frames
    times = video_times(path)
    assert times.frames == frames
    assert times.start == 0
    assert times.durations <= {1 / fps}
    assert times.decodes_in_order
    np.testing.assert_array_equal(pictures(path), before)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_the_order_of_showing_is_kept_across_key_frames(tmp_path):
    path = write_video(tmp_path / "a.mp4", 60, g="7", bf="3")
    put_on_grid(path, Fraction(60))
    brightness = pictures(path)[:, 0, 0].astype(int)
    assert (np.diff(brightness) > 0).all()


def test_irregular_times_are_seen(tmp_path):
    path = write_video(tmp_path / "a.mp4", 20, stretch=lambda k: k + (0.4 if k > 9 else 0))
    assert len(video_times(path).durations) > 1


def test_the_size_is_known_and_there_is_no_sound(tmp_path):
    path = write_video(tmp_path / "a.mp4", 3)
    assert picture_size(path) == (64, 48)
    assert video_times(path).audio_seconds is None


def test_a_file_that_is_no_video_is_an_error_of_the_system(tmp_path):
    (tmp_path / "a.mp4").write_text("not a video")
    with pytest.raises(OSError, match="Invalid data"):
        video_times(tmp_path / "a.mp4")
