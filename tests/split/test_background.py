"""The background: a colour or an image, ready before anything is rendered."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import CSS4_COLORS
from PIL import Image

from manim_drumkit.errors import ConfigError
from manim_drumkit.settings import hex_color
from manim_drumkit.split.background import read_background
from manim_drumkit.workspace.chunk import Chunk
from manim_drumkit.workspace.plan import Plan
from sounds import write_stems
from splits import refused, split

RED, BLUE = (255, 0, 0), (0, 0, 255)


def read(path, width=160, height=90, behind="#000000"):
    """Read a background as an array."""
    color, image = read_background(str(path), width, height, behind)
    assert color == ""
    return np.array(Image.open(io.BytesIO(image)))


def halves(width, height):
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


@pytest.mark.parametrize("name", [*list(CSS4_COLORS)[::7], "RebeccaPurple"])
def test_a_colour_is_known_by_its_name_in_css(name):
    color = CSS4_COLORS[name.lower()].upper()
    assert hex_color(name) == color
    assert read_background(name, 160, 90, "#000000") == (color, b"")


def test_a_large_image_is_made_as_small_as_the_picture_lets_it(tmp_path):
    halves(1600, 1600).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png").shape == (160, 160, 3)
    halves(3000, 90).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png").shape == (90, 3000, 3)


def test_a_small_image_stays_as_it_is(tmp_path):
    halves(20, 30).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read(tmp_path / "a.png"), np.array(halves(20, 30)))


def test_an_image_stands_as_the_camera_was_held(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # it is to be turned clockwise
    halves(40, 20).save(tmp_path / "a.png", exif=exif)
    turned = read(tmp_path / "a.png")
    assert turned.shape == (40, 20, 3)
    assert (tuple(turned[0, 0]), tuple(turned[-1, 0])) == (RED, BLUE)


def test_what_is_transparent_shows_the_theme(tmp_path):
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert tuple(read(tmp_path / "a.png", behind="#F5F2EB")[0, 0]) == (0xF5, 0xF2, 0xEB)


def test_greys_of_16_bits_are_not_clipped(tmp_path):
    Image.fromarray(np.full((9, 9), 30000, np.uint16)).save(tmp_path / "a.png")
    assert tuple(read(tmp_path / "a.png")[0, 0]) == (117, 117, 117)


def test_what_is_no_image_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no\.png is neither a file nor a colour; write #RR"):
        read(tmp_path / "no.png")
    with pytest.raises(ConfigError, match=r"nvay is neither .* \(did you mean navy\?\)"):
        read("nvay")
    (tmp_path / "text.png").write_text("%!PS-Adobe-3.0 EPSF-3.0")
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("text.png", "pipe.png", "."):
        with pytest.raises(ConfigError, match=f"{tmp_path / name} cannot be read as an image"):
            read(tmp_path / name)


def test_an_image_that_would_fill_the_memory_is_refused(tmp_path):
    Image.new("1", (20_000, 10_000)).save(tmp_path / "a.png")
    with pytest.raises(ConfigError, match=r"a\.png cannot be read as an image \(Image size"):
        read(tmp_path / "a.png")


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]), st.data())
def test_a_damaged_image_is_read_or_refused_by_name(tmp_path_factory, kind, data):
    file = io.BytesIO()
    halves(8, 6).save(file, kind, exif=Image.Exif() if kind != "BMP" else b"")
    content = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        assert read_background(str(path), 4, 4, "#000000")[1]
    except ConfigError as error:
        assert "cannot be read as an image" in str(error)  # noqa: PT017


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_stems(tmp_path / "stems", 0.1)
    return tmp_path


def test_the_image_stands_in_the_folder_and_goes_with_the_next_split(project):
    halves(320, 180).save("a.png")
    split("stems", "--background", "a.png", "--quality", "l")
    plan = Plan.load(Path("tmp/plan.json"))
    assert "background" not in plan.film.options
    assert Chunk.load("tmp/0.npy").background == Path("tmp/background.png")
    before = plan.digest_of(0)
    halves(320, 181).save("a.png")
    split("stems", "--background", "a.png", "--quality", "l")
    assert Plan.load(Path("tmp/plan.json")).digest_of(0) != before
    split("stems", "--background", "teal")
    assert not Path("tmp/background.png").exists()
    assert Chunk.load("tmp/0.npy").background is None


def test_an_image_of_the_settings_lies_beside_their_file(project):
    (project / "look").mkdir()
    halves(32, 18).save("look/a.png")
    Path("look/drumkit.toml").write_text("[scene]\nbackground = 'a.png'")
    split("stems", "--config", "look/drumkit.toml")
    assert Path("tmp/background.png").exists()
    Path("look/drumkit.toml").write_text("[scene]\nbackground = 'b.png'")
    assert "look/b.png is neither a file" in refused(
        project, "stems", "--config", "look/drumkit.toml"
    )


def test_a_background_of_somebody_else_is_not_overwritten(project):
    halves(32, 18).save("a.png")
    split("stems")
    Path("tmp/background.png").write_text("mine")
    assert "was not written by drumkit-split" in refused(project, "stems", "--background", "a.png")


@pytest.mark.parametrize("where", ["option", "file"])
def test_a_background_and_a_transparent_film_contradict(project, where):
    Path("drumkit.toml").write_text('[scene]\nbackground = "teal"\n')
    given = {"option": ("--background", "teal"), "file": ("--config", "drumkit.toml")}[where]
    words = refused(project, "stems", "--transparent", *given, code=2)
    assert "--transparent and the background teal contradict" in words
    split("stems", "--transparent", *given, "--background", "", "--quiet")
    assert Plan.load(Path("tmp/plan.json")).film_name == "Video.mov"
