"""WAV files as recorders, pipes and crashes leave them."""

import struct

import numpy as np
import pytest
import soundfile

from beats import RATE, beat, encode, halves, heard, open_beat, stream
from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem

NEVER_FINISHED = "a.wav: its header was never finished, so it was read to the end of the file"


def chunk(name, content, *, pad=True):
    odd = b"\0" * (len(content) % 2) if pad else b""
    return name + struct.pack("<I", len(content)) + content + odd


def form(*, tag=1, channels=1, rate=RATE, bits=16, block=None):
    block = channels * bits // 8 if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, 0, block, bits))


def samples(sound=None):
    return np.round(32767 * (beat() if sound is None else sound)).astype("<i2").tobytes()


def write(path, *chunks):
    body = b"WAVE" + b"".join(chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def patched(path, offset, number, size=4):
    """Replace a number behind the name of the data chunk, or elsewhere."""
    content = bytearray(path.read_bytes())
    content[offset : offset + size] = number.to_bytes(size, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "size",
    [0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0xFFFFFF00, 0x7FFFFFFF, 0x7FFFF000, 0x80000000],
)
def test_a_size_that_nobody_knew_is_read_to_the_end_of_the_file(tmp_path, size):
    path = write(tmp_path / "a.wav", form(), chunk(b"data", samples()))
    assert open_beat(patched(path, 40, size)).notes == (NEVER_FINISHED,)


@pytest.mark.parametrize("options", ["-f wav", "-f wav -c:a pcm_s24le", "-f w64", "-f wav -rf64 1"])
def test_what_came_through_a_pipe_is_read_to_its_end(tmp_path, options):
    assert open_beat(stream(tmp_path / "a.wav", *options.split())).notes == (NEVER_FINISHED,)


@pytest.mark.parametrize(("kind", "shift"), [("WAV", 4), ("RF64", 4), ("W64", 16), ("WAVEX", 4)])
def test_a_size_out_of_date_is_read_to_the_end_of_the_file(tmp_path, kind, shift):
    path = tmp_path / "a.wav"
    soundfile.write(path, beat(), RATE, format=kind, subtype="PCM_16")
    at = path.read_bytes().index(b"data")
    size = 3 * RATE * 2
    if kind == "RF64":
        patched(path, 28, size, 8)
    elif kind == "W64":
        patched(path, at + 16, size + 24, 8)
    else:
        patched(path, at + 4, size)
    (note,) = open_beat(path).notes
    assert note.startswith(f"a.wav: its header promises {size} bytes of sound and more follow")


@pytest.mark.parametrize("names", [(b"LIST",), (b"bext", b"LIST"), (b"iXML",), (b"JUNK", b"fact")])
def test_chunks_of_odd_sizes_need_no_padding(tmp_path, names):
    extra = [chunk(name, b"INFOx" * 3, pad=False) for name in names]
    path = write(tmp_path / "a.wav", form(), *extra, chunk(b"data", samples()))
    assert open_beat(path).notes == ()


@pytest.mark.parametrize(
    "after",
    [
        b"TAG" + bytes(125),
        b"xyz!",
        bytes(50_000),
        chunk(b"LIST", b"INFOISFT\4\0\0\0DAW\0"),
        chunk(b"Vend", bytes(range(256)) * 9) + chunk(b"Velo", b"12"),
        b"ID3\4\0\0\0\0\0\x0a" + b"x" * 10,
        b"APETAGEX" + bytes(300),
    ],
    ids="id3v1 few zeros list unknown id3v2 ape".split(),
)
def test_what_stands_behind_the_sound_is_no_sound(tmp_path, after):
    path = write(tmp_path / "a.wav", form(), chunk(b"data", samples()))
    path.write_bytes(path.read_bytes() + after)
    assert open_beat(path).notes == ()


@pytest.mark.parametrize("options", [(), ("-c:a", "pcm_f32le"), ("-f", "w64")])
def test_joined_files_are_read_one_after_the_other(tmp_path, options):
    assert open_beat(halves(tmp_path / "a.wav", *options)).notes == ()


def test_joined_files_that_differ_are_refused(tmp_path):
    path = halves(tmp_path / "a.wav")
    other = encode(tmp_path / "b.wav", "-ac", "2")
    path.write_bytes(path.read_bytes() + other.read_bytes())
    with pytest.raises(
        StemError, match=r"a\.wav changes from 48000 Hz, 1 channels, to .* 4\.000 s"
    ):
        Stem.open(path)


@pytest.mark.parametrize("codec", ["GSM610", "IMA_ADPCM", "MS_ADPCM"])
def test_compressed_wav_is_read_from_anywhere(tmp_path, codec):
    path = tmp_path / "a.wav"
    soundfile.write(path, beat(rate=8000), 8000, subtype=codec)
    stem = open_beat(path, lossy=True, seconds=Stem.open(path).seconds)
    assert abs(stem.seconds - 4) < 0.13
    whole = heard(stem)
    (part,) = stem.blocks([20_000, 20_500])
    np.testing.assert_array_equal(part, whole[20_000:20_500])


@pytest.mark.parametrize(("fact", "samples"), [(31_990, 31_990), (9, 32_000), (99_999, 32_000)])
def test_a_length_is_believed_only_within_the_last_block(tmp_path, fact, samples):
    path = tmp_path / "a.wav"
    soundfile.write(path, beat(rate=8000), 8000, subtype="GSM610")
    at = path.read_bytes().index(b"fact") + 8
    assert Stem.open(patched(path, at, fact)).samples == samples


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"bits": 24, "block": 4}, "contradicts itself: 1 x 24 bits in blocks of 4 bytes"),
        ({"bits": 16, "block": 4}, "contradicts itself: 1 x 16 bits in blocks of 4 bytes"),
        ({"bits": 32, "block": 2, "tag": 3}, "contradicts itself"),
        ({"rate": 0}, "a sample rate of 0 Hz"),
        ({"rate": 999}, "a sample rate of 999 Hz"),
        ({"rate": 768_001}, "a sample rate of 768001 Hz"),
        ({"rate": 3_000_000_000}, "a sample rate of 3000000000 Hz"),
        ({"channels": 0, "block": 0}, "0 channels"),
    ],
)
def test_a_header_that_cannot_be_true_is_refused(tmp_path, options, reason):
    path = write(tmp_path / "a.wav", form(**options), chunk(b"data", samples()))
    with pytest.raises(StemError, match=rf"a\.wav.*({reason})"):
        Stem.open(path)


@pytest.mark.parametrize("data", [(), (chunk(b"data", b""),)])
def test_a_file_without_sound_is_refused(tmp_path, data):
    path = write(tmp_path / "a.wav", form(), *data, chunk(b"LIST", b"INFO"))
    with pytest.raises(StemError, match=r"a\.wav (holds no sound|cannot be read)"):
        Stem.open(path)


@pytest.mark.parametrize("kind", ["WAV", "RF64", "W64", "WAVEX"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(tmp_path, kind, share):
    path = tmp_path / "a.wav"
    soundfile.write(path, beat(), RATE, format=kind, subtype="PCM_24")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StemError, match=r"a\.wav is cut off: .* promises \d+ bytes"):
        Stem.open(path)


def test_the_time_and_the_names_that_recorders_write_are_read(tmp_path):
    bext = bytes(338) + struct.pack("<Q", 10**10) + bytes(256)
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{place}</CHANNEL_INDEX><INTERLEAVE_INDEX>{place}"
        f"</INTERLEAVE_INDEX><NAME>{name}</NAME></TRACK>"
        for place, name in ((2, "OH &amp; Room"), (1, " Kick\n"))
    )
    ixml = f"<BWFXML><TRACK_LIST>{tracks}</TRACK_LIST></BWFXML>".encode()
    path = write(
        tmp_path / "a.wav",
        chunk(b"bext", bext),
        form(channels=2),
        chunk(b"data", samples()),
        chunk(b"iXML", ixml),
    )
    stem = Stem.open(path)
    assert (stem.time_reference, stem.channel_titles) == (10**10, ("Kick", "OH & Room"))


def test_a_time_may_stand_in_the_ixml_alone(tmp_path):
    words = (("HI", 1), ("LO", 5))
    speed = "".join(
        f"<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{half}>{number}"
        f"</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{half}>"
        for half, number in words
    )
    path = write(
        tmp_path / "a.wav", form(), chunk(b"iXML", speed.encode()), chunk(b"data", samples())
    )
    assert Stem.open(path).time_reference == 2**32 + 5
    assert Stem.open(write(path, form(), chunk(b"data", samples()))).time_reference is None
