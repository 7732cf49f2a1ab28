import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.segment.yuv import Yuv420Picture, yuv_pictures

HEIGHT, WIDTH = 64, 48


def converted_whole(pixels):
    frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="rgba")
    return frame.reformat(format="yuv420p").to_ndarray()


patches = st.tuples(
    st.integers(0, HEIGHT - 1), st.integers(1, HEIGHT), st.integers(0, WIDTH - 1), st.integers(0, 9)
)


@given(st.lists(patches, max_size=6))
def test_a_picture_is_the_same_as_if_all_of_it_were_converted(changes):
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    show = yuv_pictures(WIDTH, HEIGHT)
    np.testing.assert_array_equal(show(pixels).to_ndarray(), converted_whole(pixels))
    for top, rows, left, seed in changes:
        pixels = pixels.copy()
        part = pixels[top : top + rows, left:]
        part[:] = np.random.default_rng(seed).integers(0, 256, part.shape, np.uint8)
        np.testing.assert_array_equal(show(pixels).to_ndarray(), converted_whole(pixels))


@given(st.integers(0, HEIGHT // 2 - 1), st.integers(1, HEIGHT // 2))
def test_some_rows_are_those_of_the_whole_picture(first, count):
    pixels = np.random.default_rng(2).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    rows = range(2 * first, min(2 * (first + count), HEIGHT))
    frame = Yuv420Picture(WIDTH, rows).show(pixels, range(HEIGHT))
    whole = converted_whole(pixels)
    luma = frame.to_ndarray()[: len(rows)]
    np.testing.assert_array_equal(luma, whole[rows.start : rows.stop])


def test_a_frame_that_an_encoder_still_holds_is_not_written_over():
    black, white = (np.full((HEIGHT, WIDTH, 4), value, np.uint8) for value in (0, 255))
    container = av.open("unused", "w", format="null")
    stream = container.add_stream("rawvideo", rate=1)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    show = yuv_pictures(WIDTH, HEIGHT)
    held = [packet for p in (black, white) for packet in stream.encode(show(p))]
    assert [bytes(packet) for packet in held] == [
        converted_whole(p).tobytes() for p in (black, white)
    ]


@pytest.mark.parametrize("size", [(2, 2), (16, 640), (34, 18)])
def test_any_even_size_will_do(size):
    height, width = size
    show = yuv_pictures(width, height)
    for value in (9, 200, 200):
        pixels = np.full((height, width, 4), value, np.uint8)
        np.testing.assert_array_equal(show(pixels).to_ndarray(), converted_whole(pixels))
