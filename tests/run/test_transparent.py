"""Films with alpha: the pictures that editors get, and the film around them."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from films import assert_exact, split
from manim_drumkit.errors import FilmError
from manim_drumkit.run.film import publish
from manim_drumkit.video import has_alpha, put_on_grid, video_times
from plans import plan_with
from programs import TINY, manim, run
from runs import receipts
from sounds import write_stems

pytestmark = pytest.mark.film

SCENE = """
from manim import *
from manim_drumkit import DrumScene

class Video(DrumScene):
    options = {"fade": 0.0}

    def build(self):
        self.square = Square(4, stroke_width=0, color="#FF0000", fill_opacity=0.5)
        self.dot = Dot([3, 3, 0], radius=0.6, color="#00A0FF")
        self.add(self.square, self.dot)

    def draw(self, levels, time):
        self.dot.move_to([3 - 2 * time, 2.5, 0])
"""
OPTIONS = ("stems", "--scene", "own.py", "--fps", "10", "--jobs", "2")
HALF = (80, 45)
"""A pixel of the square, of half a red."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    write_stems(folder / "stems", 1.4)
    (folder / "own.py").write_text(SCENE)
    return folder


def render(project, *options):
    split(project, *OPTIONS, *options, "--", *TINY)
    return run("./tmp/run_all.sh", cwd=project).stdout


def decoded(path):
    """Decode a video with alpha into straight ``uint8[frames, height, width, 4]``."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        assert {frame.colorspace for frame in frames} == {Colorspace.ITU709}
        return np.array([frame.to_ndarray(format="rgba") for frame in frames])


def blended(pictures, background):
    """Lay straight pictures over a grey, as editors do."""
    alpha = pictures[..., 3:] / 255
    return pictures[..., :3] * alpha + (1 - alpha) * background


@pytest.fixture(scope="module")
def film(project):
    render(project, "--transparent")
    return project / "tmp" / "Video.mov"


def test_a_transparent_film_is_exact_and_has_the_whole_sound(project, film):
    assert_exact(project)
    assert video_times(film).audio_seconds == Fraction(14, 10)
    probe = "ffprobe -v error -of csv=p=0 -select_streams".split()
    entries = "stream=codec_name,codec_tag_string,color_space,has_b_frames"
    found = run(*probe, "v", "-show_entries", entries, film, cwd=project).stdout.strip()
    assert found == "prores,ap4h,0,bt709"
    found = run(*probe, "a", "-show_entries", "stream=codec_name", film, cwd=project).stdout
    assert found.strip() == "pcm_s24le"
    with av.open(str(film)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        assert all(packet.pts == packet.dts and packet.is_keyframe for packet in packets)


def test_half_a_red_is_red_with_half_the_alpha_and_nothing_is_clear(film):
    pictures = decoded(film)
    x, y = HALF
    assert np.abs(pictures[:, y, x].astype(int) - (255, 0, 0, 128)).max() <= 2
    assert (pictures[:, 45, 5, 3] == 0).all()


@pytest.mark.parametrize(("color", "grey"), [("#000000", 0), ("#FFFFFF", 255), ("#808080", 128)])
def test_over_any_background_it_looks_as_if_drawn_there(project, film, color, grey):
    chunk, segment = project / "tmp" / "0.npy", project / f"on-{grey}"
    lossless = ("--video-codec", "libx264rgb", "--pixel-format", "rgb24")
    scene = project / f"on_{grey}.py"
    scene.write_text(f"{SCENE}\nconfig.background_color = {color!r}\n")
    manim(
        *(scene, "Video", "--chunk-file", chunk, "--segment-dir", segment, *lossless),
        *("--encoder-option", "crf=0"),
        cwd=project,
    )
    with av.open(str(segment / "Video.mp4")) as container:
        there = np.array([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    off = np.abs(blended(decoded(film)[: len(there)], grey) - there)
    assert off.mean() < 0.5
    assert off.max() <= 12  # at the edges, which lose most


def test_one_chunk_and_seven_have_the_same_pixels(project, film):
    whole = decoded(film)
    render(project, "--transparent", "--chunk-seconds", "0.2")
    assert len(receipts(project)) == 7
    np.testing.assert_array_equal(decoded(film), whole)


def test_a_missing_segment_is_rendered_again_and_no_other(project, film):
    before = receipts(project)
    (project / "tmp/media/1/Video.mov").write_bytes(b"")
    run("./tmp/run_all.sh", cwd=project)
    after = receipts(project)
    assert {number for number in before if before[number] != after[number]} == {1}
    assert_exact(project)


def test_opaque_and_transparent_films_take_turns_in_a_folder(project, film):
    render(project, "--transparent")
    clear = film.read_bytes()
    assert "Video.mp4" in render(project)
    assert_exact(project)
    assert film.read_bytes() == clear  # it stays, as the film of a scene with another name does
    assert not (project / "tmp/media/0/Video.mov").exists()
    assert "Video.mov" in render(project, "--transparent")
    assert_exact(project)
    assert not (project / "tmp/media/0/Video.mp4").exists()
    film.with_suffix(".mp4").write_bytes(b"the user's own")
    refused = split(project, *OPTIONS, "--", *TINY, code=1).output
    assert "Video.mp4 was not written by drumkit-split" in refused


def test_a_light_theme_and_a_background_in_the_file_paint_nothing(project):
    (project / "own.py").write_text(SCENE + '\nconfig.background_color = "#FF00FF"\n')
    render(project, "--transparent", "--theme", "light", "--end", "0.2")
    x, y = HALF
    pictures = decoded(project / "tmp" / "Video.mov")
    assert np.abs(pictures[:, y, x].astype(int) - (255, 0, 0, 128)).max() <= 2
    assert (pictures[:, 45, 5, 3] == 0).all()


def test_a_still_of_it_is_a_picture_with_alpha(project):
    from PIL import Image

    (project / "own.py").write_text(SCENE)
    split(project, *OPTIONS, "--transparent", "--still", "0.5", "--", *TINY)
    with Image.open(project / "tmp" / "still-0.500.png") as picture:
        assert picture.mode == "RGBA"
        assert np.abs(np.subtract(picture.getpixel(HALF), (255, 0, 0, 128))).max() <= 2


def test_a_film_without_alpha_is_not_taken_for_a_transparent_one(tmp_path):
    plan = plan_with(transparent=True, mix_sha256="")
    unchecked = tmp_path / ".Video.part.mov"
    with av.open(str(unchecked), "w") as container:
        stream = container.add_stream("prores_ks", rate=plan.film.fps, options={"profile": "4444"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv444p10le"
        for _ in range(plan.film.total_frames):
            grey = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 9, np.uint8), format="rgb24")
            container.mux(stream.encode(grey))
        container.mux(stream.encode(None))
    assert put_on_grid(unchecked, plan.film.fps) == plan.film.total_frames
    assert video_times(unchecked).durations == {1 / plan.film.fps} == {Fraction(1001, 30000)}
    assert not has_alpha(unchecked)
    with pytest.raises(FilmError, match="it has no alpha channel"):
        publish(tmp_path, plan, "")
    assert not (tmp_path / plan.film_name).exists()
