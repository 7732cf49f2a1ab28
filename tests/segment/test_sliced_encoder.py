from fractions import Fraction

import av
import numpy as np
import pytest

from manim_drumkit.errors import SegmentError
from manim_drumkit.segment import sliced_encoder
from manim_drumkit.segment.h264 import ParameterSets, StreamError, nal_units
from manim_drumkit.segment.manim_cli import FAST_ENCODER, FAST_PRESET
from manim_drumkit.segment.sliced_encoder import MOST_GROUPS, SlicedEncoder, rows_to_encode
from manim_drumkit.segment.x264 import X264
from manim_drumkit.segment.yuv import Yuv420Picture, yuv_pictures

WIDTH, HEIGHT = 128, 400
OPTIONS = {"preset": FAST_PRESET, **FAST_ENCODER, "threads": "1"}


def film(tops, *, ground=(0, 0, 0), size=(WIDTH, HEIGHT), seed=1):
    """Draw a textured square at several heights on a plain ground: RGBA pictures."""
    width, height = size
    texture = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    for number, top in enumerate(tops):
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[:] = (*ground, 255)
        pixels[top : top + 24, 20 + number % 9 : 52 + number % 9, :3] = texture
        yield pixels


def swinging(count, middle=200, reach=4):
    return [middle + round(reach * np.sin(0.7 * time)) for time in range(count)]


def x264(width=WIDTH):
    return X264(width, Fraction(60), OPTIONS)


def encode(pictures, size=(WIDTH, HEIGHT)):
    """Return the parameter sets of a film, and its encoded pictures."""
    width, height = size
    parameter_sets = x264(width).open(height).extradata
    encoder = SlicedEncoder(x264(width), height, parameter_sets)
    made = [made for time, pixels in enumerate(pictures) for made in encoder.encode(pixels, time)]
    return parameter_sets, [*made, *encoder.flush()]


def encode_alone(pictures, rows=range(HEIGHT)):
    """Let x264 encode rows of pictures; return what :func:`decode` takes."""
    context, picture = x264().open(len(rows)), Yuv420Picture(WIDTH, rows)
    packets = []
    for time, pixels in enumerate(pictures):
        frame = picture.show(pixels, range(HEIGHT))
        frame.pts = time
        packets += context.encode(frame)
    return context.extradata, [bytes(packet) for packet in (*packets, *context.encode(None))]


def decode(parameter_sets, streams):
    """Decode pictures, ``uint8[pictures, height * 3 / 2, width]``; an error in one is ours."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.options = parameter_sets, {"err_detect": "explode"}
    packets = [*(av.Packet(stream) for stream in streams), None]
    return np.array([frame.to_ndarray() for each in packets for frame in decoder.decode(each)])


def streams(pictures):
    return [picture.data for picture in pictures]


def slices_of(picture):
    return sum(unit.kind in (1, 5) for unit in nal_units(picture.data))


def source(pictures, size=(WIDTH, HEIGHT)):
    show = yuv_pictures(*size)
    return np.array([show(pixels).to_ndarray() for pixels in pictures])


GROUNDS = [(0, 0, 0), (255, 255, 255), (12, 34, 56), (27, 30, 32), (200, 10, 90)]


@pytest.mark.parametrize("ground", GROUNDS)
def test_rows_that_move_decode_as_x264_encoded_them_and_the_others_stay(ground):
    tops = swinging(30)
    parameter_sets, pictures = encode(film(tops, ground=ground))
    assert [picture.time for picture in pictures] == list(range(30))
    assert {slices_of(picture) for picture in pictures} == {3}
    decoded = decode(parameter_sets, streams(pictures))
    rows = rows_to_encode(next(film(tops, ground=ground)))
    alone = decode(*encode_alone(film(tops, ground=ground), rows))
    np.testing.assert_array_equal(decoded[:, rows.start : rows.stop], alone[:, : len(rows)])
    for rest, end in ((slice(rows.start), rows.start), (slice(rows.stop, HEIGHT), rows.stop - 1)):
        assert (decoded[:, rest] == decoded[:1, end : end + 1]).all()


@pytest.mark.parametrize("threads", [None, "2", "4", "0", "auto"])
def test_many_threads_encode_as_many_slices(threads, monkeypatch):
    monkeypatch.delitem(OPTIONS, "threads")
    if threads:
        monkeypatch.setitem(OPTIONS, "threads", threads)
    parameter_sets, pictures = encode(film(range(200, 80, -3)))
    assert {slices_of(picture) for picture in pictures} == {3}
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(film(range(200, 80, -3)))).mean() < 1


def test_a_skipped_slice_takes_a_few_bytes():
    _, pictures = encode([next(film([200]))] * 30)
    assert {slices_of(picture) for picture in pictures} == {3}
    assert max(len(picture.data) for picture in pictures[1:]) < 80


@pytest.mark.parametrize("way", [range(200, 40, -4), range(200, 340, 4), range(0, 360, 9)])
def test_what_moves_out_of_its_rows_begins_more_of_them_with_a_key_frame(way):
    parameter_sets, pictures = encode(film(way))
    decoded = decode(parameter_sets, streams(pictures))
    assert len(decoded) == len(way)
    assert sum(picture.is_key for picture in pictures) > 1
    error = decoded.astype(int) - source(film(way))
    assert np.abs(error).mean() < 1
    assert not error[:, :HEIGHT][decoded[:, :HEIGHT] == 16].all()


@pytest.mark.parametrize(
    "size", [(128, 1080), (64, 402), (1920, 256), (130, 400), (128, 16), (16, 400)]
)
def test_any_even_size_decodes_to_the_whole_picture(size):
    width, height = size
    middle = height // 2

    def drawn():
        for time in range(12):
            pixels = np.zeros((height, width, 4), np.uint8)
            pixels[middle - 4 : middle + time % 4, : width // 2] = 50 + 9 * time
            yield pixels

    parameter_sets, pictures = encode(drawn(), size)
    decoded = decode(parameter_sets, streams(pictures))
    assert decoded.shape == (12, height * 3 // 2, width)
    assert np.abs(decoded.astype(int) - source(drawn(), size)).mean() < 1


def test_a_long_film_has_its_regular_key_frames():
    parameter_sets, pictures = encode(film(swinging(520)))
    assert [picture.time for picture in pictures if picture.is_key] == [0, 250, 500]
    assert len(decode(parameter_sets, streams(pictures))) == 520


def test_scene_cuts_decode():
    def cuts():
        for seed in range(6):
            yield from film(swinging(9), seed=seed)

    parameter_sets, pictures = encode(cuts())
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(cuts())).mean() < 1


def test_a_film_that_begins_empty_fades_in_and_out_and_ends_empty():
    def fading():
        for pixels, light in zip(
            film(swinging(40)), np.sin(np.linspace(0, np.pi, 40)), strict=True
        ):
            yield (pixels * max(light, 0)).astype(np.uint8)

    parameter_sets, pictures = encode(fading())
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(fading())).mean() < 1


def test_a_picture_with_nothing_on_it_leaves_room_for_skipped_rows():
    def appearing():
        yield np.full((HEIGHT, WIDTH, 4), (0, 0, 0, 255), np.uint8)
        yield from film(swinging(20))

    _, pictures = encode(appearing())
    assert [slices_of(picture) for picture in pictures] == [2] + 20 * [3]


def gradient(tops):
    for pixels in film(tops):
        pixels[..., 2] = np.maximum(pixels[..., 2], np.linspace(20, 60, HEIGHT)[:, None])
        yield pixels


def half_and_half(tops):
    for pixels in film(tops):
        pixels[: HEIGHT // 2, : WIDTH // 2, 1] |= 16
        yield pixels


def full(tops):
    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    for time, _ in enumerate(tops):
        yield np.roll(noise, time, axis=0)


@pytest.mark.parametrize("pictures_of", [gradient, full])
def test_pictures_without_plain_rows_are_encoded_whole(pictures_of):
    parameter_sets, pictures = encode(pictures_of(swinging(20)))
    assert {slices_of(picture) for picture in pictures} == {1}
    whole = decode(*encode_alone(pictures_of(swinging(20))))
    np.testing.assert_array_equal(decode(parameter_sets, streams(pictures)), whole)


def test_a_ground_that_is_plain_below_only_has_skipped_rows_there():
    tops = swinging(20, middle=60, reach=5)
    parameter_sets, pictures = encode(half_and_half(tops))
    assert {slices_of(picture) for picture in pictures} == {2}
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(half_and_half(tops))).mean() < 1


def test_a_ground_that_changes_in_every_frame_is_soon_encoded_whole():
    def flashing():
        for time, pixels in enumerate(film(swinging(40))):
            pixels[..., 0] = np.maximum(pixels[..., 0], 3 * time)
            yield pixels

    parameter_sets, pictures = encode(flashing())
    assert sum(picture.is_key for picture in pictures) <= MOST_GROUPS + 1
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(flashing())).mean() < 1


def test_pictures_are_encoded_whole_where_streams_of_rows_are_others(monkeypatch):
    fits = ParameterSets.fits
    monkeypatch.setattr(
        ParameterSets, "fits", lambda sets, whole: sets == whole and fits(sets, whole)
    )
    parameter_sets, pictures = encode(film(swinging(20)))
    assert {slices_of(picture) for picture in pictures} == {1}
    whole = decode(*encode_alone(film(swinging(20))))
    np.testing.assert_array_equal(decode(parameter_sets, streams(pictures)), whole)


def test_whole_pictures_stay_whole(monkeypatch):
    def changed(encoded, drawn):
        raise StreamError("plain rows are not plain")

    monkeypatch.setattr(sliced_encoder, "_check_row", changed)
    _, pictures = encode(film([200, 200, *range(200, 60, -4)]))
    assert {slices_of(picture) for picture in pictures} == {1}
    assert sum(picture.is_key for picture in pictures) <= 2


@pytest.mark.parametrize("count", [1, 5, 30])
def test_rows_that_x264_does_not_keep_plain_are_encoded_in_whole_pictures(count, monkeypatch):
    def changed(decoded, drawn):
        raise StreamError("plain rows are not plain")

    monkeypatch.setattr(sliced_encoder, "_check_row", changed)
    parameter_sets, pictures = encode(film(swinging(count)))
    assert [picture.time for picture in pictures] == list(range(count))
    assert {slices_of(picture) for picture in pictures} == {1}
    whole = decode(*encode_alone(film(swinging(count))))
    np.testing.assert_array_equal(decode(parameter_sets, streams(pictures)), whole)


def test_two_grounds_each_stay_as_they_are():
    def split():
        for pixels in film(swinging(20)):
            pixels[210:, :, 0] = np.maximum(pixels[210:, :, 0], 90)
            yield pixels

    parameter_sets, pictures = encode(split())
    assert {slices_of(picture) for picture in pictures} == {3}
    decoded = decode(parameter_sets, streams(pictures))
    assert np.abs(decoded.astype(int) - source(split())).mean() < 1


@pytest.mark.parametrize("count", [25, 40])
def test_a_stream_that_changes_midway_is_an_error_with_a_remedy(count, monkeypatch):
    split, calls = sliced_encoder.split_packet, []

    def changing(packet):
        calls.append(packet)
        if len(calls) > 20:
            raise StreamError("slice_type is 1")
        return split(packet)

    monkeypatch.setattr(sliced_encoder, "split_packet", changing)
    with pytest.raises(SegmentError, match=r"slice_type is 1.*--preset"):
        encode(film(swinging(count)))
