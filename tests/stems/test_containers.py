import pytest

from beats import encode, halves, open_beat, stream
from manim_drumkit.errors import StemError
from manim_drumkit.stems.containers import files_in
from manim_drumkit.stems.region import Region
from manim_drumkit.stems.stem import Stem

CUT = {
    "a.m4a": "-c:a aac",
    "b.m4a": "-c:a alac -movflags +faststart",
    "a.mov": "-c:a pcm_s16le",
    "a.mkv": "-c:a pcm_s16le",
    "a.webm": "-c:a libopus",
    "a.avi": "-c:a pcm_s16le",
    "a.wma": "-c:a wmav2",
    "a.wv": "-c:a wavpack",
    "a.tta": "-c:a tta",
}
JOINED = {
    "a.m4a": "-c:a aac",
    "a.mov": "-c:a pcm_s16le",
    "a.mka": "-c:a pcm_s16le",
    "a.webm": "-c:a libopus",
    "a.avi": "-c:a pcm_s16le",
    "a.nut": "-c:a pcm_s16le",
    "a.tta": "-c:a tta",
    "a.wv": "-c:a wavpack",
}


@pytest.mark.parametrize(("name", "options"), CUT.items())
@pytest.mark.parametrize("share", [0.4, 0.97])
def test_a_file_that_is_cut_off_is_refused(tmp_path, name, options, share):
    path = encode(tmp_path / name, *options.split())
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(StemError, match=rf"{name} (is cut off|cannot be read|.* may be cut off)"):
        Stem.open(path)


@pytest.mark.parametrize(("name", "options"), JOINED.items())
def test_joined_files_are_read_one_after_the_other(tmp_path, name, options):
    lossy = name in ("a.m4a", "a.webm")
    path = halves(tmp_path / name, *options.split())
    assert open_beat(path, lossy=lossy).notes == ()
    assert len(files_in(Region.of(path))) == 2


@pytest.mark.parametrize("kind", ["mov", "matroska", "avi", "nut", "mpegts", "flv", "asf"])
def test_what_came_through_a_pipe_is_read_to_its_end(tmp_path, kind):
    codec = ("-c:a", "pcm_s16le") if kind in ("matroska", "avi", "nut") else ("-c:a", "aac")
    codec = ("-c:a", "wmav2") if kind == "asf" else codec
    path = stream(tmp_path / "a", *codec, "-movflags", "frag_keyframe+empty_moov", "-f", kind)
    stem = Stem.open(path)
    open_beat(path, lossy=True, seconds=stem.seconds)
    assert abs(stem.seconds - 4) < 0.03


def test_a_broadcast_that_was_joined_goes_on(tmp_path):
    stem = Stem.open(halves(tmp_path / "a.ts", "-c:a", "mp2"))
    assert abs(stem.seconds - 4) < 0.05
    assert stem.notes[0].startswith("a.ts: its clock jumps at 2.0")
