"""Every format that is read, with clicks on their frames."""

import os

import numpy as np
import pytest
import soundfile

from beats import RATE, SECONDS, beat, encode, heard, open_beat
from manim_drumkit.stems.stem import Stem

SOUNDFILE = [
    *(("WAV", subtype) for subtype in "PCM_U8 PCM_16 PCM_24 PCM_32 FLOAT DOUBLE ALAW ULAW".split()),
    *(("WAVEX", subtype) for subtype in "PCM_16 PCM_24 PCM_32 FLOAT DOUBLE".split()),
    *(("RF64", subtype) for subtype in "PCM_16 PCM_24 FLOAT".split()),
    *(("W64", subtype) for subtype in "PCM_16 PCM_24 FLOAT".split()),
    *(("CAF", subtype) for subtype in "PCM_16 PCM_24 FLOAT ALAC_16 ALAC_24".split()),
    *(("AIFF", subtype) for subtype in "PCM_S8 PCM_16 PCM_24 FLOAT DOUBLE ULAW".split()),
    *(("FLAC", subtype) for subtype in "PCM_S8 PCM_16 PCM_24".split()),
    *(("AU", subtype) for subtype in "PCM_16 PCM_24 FLOAT ULAW".split()),
]
LOSSLESS = {
    "a.m4a": "-c:a alac",
    "a.mov": "-c:a pcm_s24le",
    "b.mov": "-c:a pcm_s16be",
    "a.mp4": "-strict -2 -c:a flac",
    "a.mkv": "-c:a pcm_s16le",
    "b.mkv": "-c:a flac",
    "a.oga": "-c:a flac -f ogg",
    "a.wv": "-c:a wavpack",
    "a.tta": "-c:a tta",
    "a.nut": "-c:a pcm_s16le",
    "a.avi": "-c:a pcm_s16le",
    "a.wav": "-c:a pcm_s64le",
    "b.wav": "-c:a pcm_s24le -write_bext 1 -metadata description=Take",
    "c.wav": "-metadata title=Kick -metadata artist=Somebody",
    "a.flac": "-metadata title=Kick",
    "a.voc": "-c:a pcm_s16le",
    "a.aif": "-c:a pcm_s24be",
    "a.caf": "-c:a pcm_s16le",
}
LOSSY = {
    "a.mp3": "-c:a libmp3lame -b:a 128k",
    "b.mp3": "-c:a libmp3lame -q:a 2 -metadata title=Kick",
    "c.mp3": "-c:a libmp3lame -ar 22050",
    "a.mp2": "-c:a mp2 -b:a 192k",
    "a.m4a": "-c:a aac",
    "b.m4a": "-c:a aac -movflags +faststart",
    "c.m4a": "-c:a aac -movflags +frag_keyframe+empty_moov",
    "a.aac": "-c:a aac",
    "a.mkv": "-c:a aac",
    "b.mkv": "-c:a libmp3lame",
    "a.webm": "-c:a libopus",
    "b.webm": "-c:a libvorbis",
    "a.opus": "-c:a libopus",
    "a.ogg": "-c:a libvorbis -q 6",
    "a.mp4": "-c:a libopus",
    "a.ts": "-c:a aac",
    "b.ts": "-c:a mp2",
    "a.flv": "-c:a aac",
    "a.mpg": "-c:a mp2",
    "a.avi": "-c:a libmp3lame",
    "a.wma": "-c:a wmav2",
    "a.ac3": "-c:a ac3",
    "a.wav": "-c:a libmp3lame",
    "b.wav": "-c:a adpcm_ms",
    "c.wav": "-c:a adpcm_ima_wav",
    "a.aifc": "-c:a adpcm_ima_qt -f aiff",
}


@pytest.mark.parametrize(("kind", "subtype"), SOUNDFILE)
def test_what_libsndfile_writes_is_read_to_the_sample(tmp_path, kind, subtype):
    path = tmp_path / "a.sound"
    soundfile.write(path, beat(), RATE, format=kind, subtype=subtype)
    assert open_beat(path).notes == ()


@pytest.mark.parametrize(("name", "options"), LOSSLESS.items())
def test_what_ffmpeg_writes_without_loss_is_read_to_the_sample(tmp_path, name, options):
    stem = open_beat(encode(tmp_path / name, *options.split()))
    assert (stem.name, stem.rate, stem.notes) == (name[0], RATE, ())
    np.testing.assert_allclose(heard(stem)[:, 0], beat(), atol=1e-4)


@pytest.mark.parametrize(("name", "options"), LOSSY.items())
def test_what_ffmpeg_writes_with_loss_is_read_in_step(tmp_path, name, options):
    stem = Stem.open(encode(tmp_path / name, *options.split()))
    seconds = stem.seconds if name in NO_EXACT_END else SECONDS
    open_beat(stem.path, lossy=True, seconds=seconds)
    assert abs(stem.seconds - SECONDS) < 0.05
    assert stem.notes == ()


NO_EXACT_END = frozenset("a.mp3 a.avi a.wav b.wav c.wav".split())
"""These have whole blocks or frames, and nothing says how much of the last is sound."""


@pytest.mark.parametrize(
    ("kind", "rate"),
    [("WAV", rate) for rate in (4000, 8000, 11025, 22050, 44100, 88200, 192000, 384000)]
    + [("AIFF", 4000), ("AIFF", 96000), ("W64", 96000), ("FLAC", 96000), ("CAF", 96000)],
)
def test_all_rates_are_read(tmp_path, kind, rate):
    path = tmp_path / "a.sound"
    soundfile.write(path, beat(rate=rate), rate, format=kind, subtype="PCM_24")
    assert open_beat(path).rate == rate


@pytest.mark.parametrize(("kind", "channels"), [("WAV", 128), ("WAV", 7), ("CAF", 32), ("FLAC", 8)])
def test_many_channels_are_told_apart(tmp_path, kind, channels):
    sound = np.outer(beat(stop=0.5), np.arange(1, channels + 1) / channels)
    soundfile.write(tmp_path / "a.sound", sound, RATE, format=kind, subtype="PCM_24")
    stem = Stem.open(tmp_path / "a.sound")
    assert stem.channels == channels
    np.testing.assert_allclose(heard(stem), sound, atol=1e-6)


@pytest.mark.parametrize("channels", [2, 6, 7, 8, 9, 12, 16, 24, 64])
@pytest.mark.parametrize(("ending", "codec"), [("mov", "pcm_s24le"), ("mkv", "pcm_f32le")])
def test_many_channels_beside_a_film_are_told_apart(tmp_path, channels, ending, codec):
    sound = np.outer(beat(stop=0.5), np.arange(1, channels + 1) / channels)
    path = encode(tmp_path / f"a.{ending}", "-c:a", codec, sound=sound)
    stem = Stem.open(path)
    assert (stem.channels, stem.samples) == (channels, len(sound))
    np.testing.assert_allclose(heard(stem), sound, atol=1e-4)


@pytest.mark.parametrize(
    "options", ["-c:a aac", "-c:a flac -strict -2", "-c:a libopus -mapping_family 1"]
)
def test_eight_channels_are_read_from_compressed_tracks(tmp_path, options):
    sound = np.tile(beat(stop=0.5)[:, None], (1, 8))
    stem = Stem.open(encode(tmp_path / "a.mov", *options.split(), "-f", "mp4", sound=sound))
    assert stem.channels == 8
    assert heard(stem).shape == (stem.samples, 8)


@pytest.mark.parametrize(
    ("name", "options", "lossy"),
    [
        ("a.wav", "-c:a aac -f mp4", True),
        ("b.wav", "-c:a flac -f flac", False),
        ("c.wav", "-c:a libmp3lame -f mp3", True),
        ("a.flac", "-c:a pcm_s16le -f wav", False),
        ("a.mp3", "-c:a libvorbis -f ogg", True),
        ("b.mp3", "-c:a alac -f ipod", False),
        ("a.ogg", "-c:a pcm_s16be -f aiff", False),
        ("a.m4a", "-c:a wavpack -f wv", False),
        ("a.xyz", "-c:a pcm_s16le -f matroska", False),
    ],
)
def test_the_contents_choose_the_reader_not_the_ending(tmp_path, name, options, lossy):
    open_beat(encode(tmp_path / name, *options.split()), lossy=lossy)


@pytest.mark.parametrize("ending", ["flac", "mp3", "wav"])
def test_tags_before_the_sound_are_passed_over(tmp_path, ending):
    path = encode(tmp_path / f"a.{ending}")
    tag = b"ID3\4\0\0\0\0\x0a\1" + os.urandom(10 * 128 + 1).replace(b"\xff", b"\0")
    path.write_bytes(tag + path.read_bytes() + b"TAG" + bytes(125))
    open_beat(path, lossy=ending == "mp3")


def test_a_picture_in_a_file_is_no_matter(tmp_path):
    ffmpeg_picture = ("-f", "lavfi", "-i", "color=red:s=64x64:r=25:d=0.04")
    for name in ("a.mp3", "a.m4a", "a.flac"):
        path = encode(
            tmp_path / name,
            *ffmpeg_picture,
            *("-map", "0", "-map", "1", "-disposition:v", "attached_pic", "-c:v", "png"),
        )
        open_beat(path, lossy=name != "a.flac")
