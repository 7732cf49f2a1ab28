"""AIFF, CAF and AU files as pipes, crashes and cat leave them."""

import pytest
import soundfile

from beats import RATE, beat, halves, open_beat, stream
from manim_drumkit.errors import StemError
from manim_drumkit.stems.stem import Stem


def written(path, kind, subtype="PCM_16"):
    soundfile.write(path, beat(), RATE, format=kind, subtype=subtype)
    return bytearray(path.read_bytes())


@pytest.mark.parametrize("kind", ["aiff", "caf", "au"])
def test_what_came_through_a_pipe_is_read_to_its_end(tmp_path, kind):
    notes = open_beat(stream(tmp_path / "a", "-f", kind)).notes
    assert len(notes) == (kind == "aiff")  # the others have a way to say that nobody knows


@pytest.mark.parametrize("kind", ["AIFF", "CAF", "AU"])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_a_size_out_of_date_is_read_to_the_end_of_the_file(tmp_path, kind, subtype):
    path = tmp_path / "a"
    content = written(path, kind, subtype)
    size = 3 * RATE * {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}[subtype]
    if kind == "AIFF":
        at = content.index(b"SSND") + 4
        content[at : at + 4] = (size + 8).to_bytes(4, "big")
    elif kind == "CAF":
        at = content.index(b"data") + 4
        content[at : at + 8] = (size + 4).to_bytes(8, "big")
    else:
        content[8:12] = size.to_bytes(4, "big")
    path.write_bytes(content)
    (note,) = open_beat(path).notes
    assert "bytes of sound and more follow, so it was read to the end" in note


@pytest.mark.parametrize("name", ["a.aif", "a.caf", "a.au"])
def test_joined_files_are_read_one_after_the_other(tmp_path, name):
    assert open_beat(halves(tmp_path / name)).notes == ()


@pytest.mark.parametrize("kind", ["AIFF", "CAF", "AU"])
@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path, kind, share):
    path = tmp_path / "a"
    content = written(path, kind)
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StemError, match="a is cut off: its header promises"):
        Stem.open(path)
