"""The whole path, for real: stems, split, run_all.sh, film."""

import shutil
from itertools import pairwise

import numpy as np
import pytest

from films import assert_exact, pictures, render_film, sound, split
from manim_drumkit.workspace.plan import Plan
from programs import LOSSLESS, PYRAMIDS, TINY, ULTRAFAST, run
from runs import receipts
from sounds import RATE, clicks, write_sound, write_stems

pytestmark = pytest.mark.film


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "Tom's project"
    write_stems(folder / "stems", 1.4)
    return folder


def rendered_again(project, before):
    after = receipts(project)
    return {name for name in after if after[name] != before.get(name)}


def test_a_film_in_one_chunk_and_in_seven_has_the_same_pixels(project):
    whole = render_film(
        project, "--fps", "15", "--chunk-seconds", "9", "--intro", "0.5", manim_options=LOSSLESS
    )
    one = pictures(whole)
    assert_exact(project)
    seven = pictures(
        render_film(
            project, "--fps", "15", "--chunk-seconds", "0.2", "--intro", "0.5", "--jobs", "2",
            manim_options=LOSSLESS,
        )
    )  # fmt: skip
    assert len(Plan.load(project / "tmp" / "plan.json").chunks) == 7
    assert_exact(project)
    np.testing.assert_array_equal(one, seven)
    assert all((a != b).any() for a, b in pairwise(one))


@pytest.mark.parametrize(
    ("fps", "chunk_seconds"),
    [("60", "0.1"), ("29.97", "0.1"), ("24", "0.05"), ("12.5", "0.3"), ("60", "0.0334")],
)
def test_films_are_exact_at_every_rate_down_to_chunks_of_one_frame(project, fps, chunk_seconds):
    write_stems(project / "stems", 0.31)
    render_film(
        project,
        "--fps",
        fps,
        "--chunk-seconds",
        chunk_seconds,
        "--jobs",
        "2",
        manim_options=ULTRAFAST,
    )
    assert_exact(project)


def test_sound_is_in_step_with_the_picture_from_the_first_frame_to_the_last(tmp_path):
    at = [4800, 48000, 91200]
    write_sound(tmp_path / "stems" / "Kick_L.wav", clicks(2, at))
    film = render_film(tmp_path, "--fps", "30", "--chunk-seconds", "0.7", manim_options=ULTRAFAST)
    heard, rate = sound(film)
    onsets = np.flatnonzero(np.abs(heard[:, 0]) > 0.3) / rate
    bright = pictures(film)[:, :90].astype(int)
    moved = np.abs(np.diff(bright, axis=0)).sum(axis=(1, 2)) > 2000
    for sample in at:
        assert min(abs(onset - sample / RATE) for onset in onsets) < 0.003
        assert moved[int(sample / RATE * 30) - 1]  # the frame that holds the click differs
    assert abs(len(heard) / rate - 2) < 0.025


def test_a_stock_scene_with_several_plays_becomes_an_exact_film(project):
    (project / "own.py").write_text(
        "import numpy as np\n"
        "from manim import *\n"
        "class Video(Scene):\n"
        "    def construct(self):\n"
        "        dot = Dot()\n"
        "        for level in np.load(config.chunk_file)[:, 1]:\n"
        "            self.play(dot.animate.set_x(3 * level), run_time=0.5 / config.frame_rate)\n"
    )
    options = ("--scene", "own.py:Video", "--fps", "30", "--chunk-seconds", "0.5", "--no-audio")
    render_film(project, *options, manim_options=ULTRAFAST)
    assert_exact(project)


def test_a_rerun_renders_nothing_unless_the_options_or_the_scene_have_changed(project):
    shutil.copy(PYRAMIDS, project / "own.py")
    options = ("--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", "0.5")
    render_film(project, *options)
    before = receipts(project)
    done = run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == set()
    assert "frames/s" not in done.stderr

    render_film(project, *options, manim_options=("--seed", "4"))
    assert rendered_again(project, before) == {0, 1, 2}

    before = receipts(project)
    (project / "own.py").write_text((project / "own.py").read_text() + "# edited\n")
    run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == {0, 1, 2}
    assert_exact(project)


def test_a_scene_that_is_edited_while_it_renders_makes_no_film_of_two_kinds(project):
    (project / "own.py").write_text(
        "from manim import *\n"
        "from manim_drumkit import DrumScene\n"
        "class Video(DrumScene):\n"
        "    def build(self):\n"
        "        self.add(Square())\n"
        "        if self.chunk.first:\n"
        "            open(__file__, 'a').write('# edited\\n')\n"
    )
    options = ("--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", "0.5", "--jobs", "1")
    split(project, "stems", *options, "--", *TINY)
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert done.returncode == 1
    assert "was edited while the chunk was drawn" in done.stderr
    assert not (project / "tmp" / "Video.mp4").exists()


def test_a_class_that_is_no_scene_is_named_by_the_chunk_that_finds_out(project):
    (project / "own.py").write_text(
        "from manim import *\n"
        "class NoScene(VGroup): ...\n"
        "class Other(Scene):\n"
        "    def construct(self): self.wait(1)\n"
    )
    options = ("--scene", "own.py:NoScene", "--fps", "10", "--chunk-seconds", "9")
    split(project, "stems", *options, "--", *TINY)
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert done.returncode == 1
    assert "no scene called NoScene; it has Other" in done.stderr


def test_the_script_works_from_anywhere_without_our_tools_on_the_path(project, tmp_path):
    run("drumkit-split", "stems", "--fps", "10", "--", *TINY, cwd=project)
    moved = tmp_path / "moved elsewhere"
    project.rename(moved)
    ffmpeg = shutil.which("ffmpeg")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "ffmpeg").symlink_to(ffmpeg)
    done = run(
        moved / "tmp" / "run_all.sh", cwd="/", PATH=f"{tools}:/usr/bin:/bin", JOBS="1", CDPATH="."
    )
    assert_exact(moved)
    size = (moved / "tmp" / "Video.mp4").stat().st_size / 1e6
    assert done.stdout.splitlines()[-1] == (
        f"{moved}/tmp/Video.mp4: 0:01, 14 frames of 160x90 at 10 fps, {size:.1f} MB"
    )


def test_without_ffmpeg_nothing_is_rendered(project, tmp_path):
    split(project, "stems", "--fps", "10")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "env", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    done = run("./tmp/run_all.sh", cwd=project, check=False, PATH=str(tools))
    assert done.returncode == 1
    assert "ffmpeg is not installed" in done.stderr
    assert not (project / "tmp" / "media").exists()


def test_a_chunk_or_a_scene_that_is_gone_is_said_before_anything_is_rendered(project):
    shutil.copy(PYRAMIDS, project / "own.py")
    split(project, "stems", "--scene", "own.py:Video", "--fps", "10")
    (project / "own.py").rename(project / "other.py")
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "own.py does not exist" in done.stderr
    (project / "other.py").rename(project / "own.py")
    (project / "tmp" / "0.npy").unlink()
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "0.npy does not exist" in done.stderr
