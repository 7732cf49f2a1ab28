"""The whole path, for real: stems, split, run_all.sh, film."""

import shutil
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from films import LOSSLESS, TINY, assert_exact, pictures, render_film, run, sound
from manim_drumkit.run.film import film_problems
from manim_drumkit.workspace.plan import Plan
from sounds import RATE, clicks, write_sound, write_stems

FAST = ("--encoder-option", "preset=ultrafast")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "Tom's project"
    write_stems(folder / "stems", 1.4)
    return folder


def receipts(project):
    found = (project / "tmp" / "media").glob("*/receipt.json")
    return {path.parent.name: path.stat().st_mtime_ns for path in found}


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
        project, "--fps", fps, "--chunk-seconds", chunk_seconds, "--jobs", "2", manim_options=FAST
    )
    assert_exact(project)


def test_sound_is_in_step_with_the_picture_from_the_first_frame_to_the_last(tmp_path):
    at = [4800, 48000, 91200]
    write_sound(tmp_path / "stems" / "Kick_L.wav", clicks(2, at))
    film = render_film(tmp_path, "--fps", "30", "--chunk-seconds", "0.7", manim_options=FAST)
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
    render_film(project, *options, manim_options=FAST)
    assert_exact(project)


def test_a_failed_chunk_is_named_the_others_are_kept_and_a_rerun_does_the_rest(project):
    broken = (
        "from manim import *\n"
        "from manim_drumkit import DrumScene\n"
        "class Video(DrumScene):\n"
        "    def build(self):\n"
        "        self.add(Square())\n"
        "        if self.chunk.start_frame == 5 and not __import__('os').path.exists('mended'):\n"
        "            raise RuntimeError('the second chunk is cursed')\n"
    )
    (project / "own.py").write_text(broken)
    options = ("--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", "0.5")
    run("drumkit-split", "stems", *options, "--", *TINY, cwd=project)
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert done.returncode == 1
    assert "1 of 3 chunks failed (1)" in done.stderr
    assert "the second chunk is cursed" in done.stderr
    assert "logs/1.log" in done.stderr
    assert receipts(project).keys() == {"0", "2"}
    assert not (project / "tmp" / "Video.mp4").exists()

    before = receipts(project)
    (project / "mended").touch()
    run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == {"1"}
    assert_exact(project)


def test_a_rerun_renders_what_is_missing_broken_or_out_of_date_and_nothing_else(project):
    shutil.copy(run_scene(), project / "own.py")
    options = ("--scene", "own.py:Video", "--fps", "10", "--chunk-seconds", "0.5")
    render_film(project, *options)
    before = receipts(project)

    done = run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == set()
    assert "frames/s" not in done.stderr

    video = project / "tmp" / "media" / "2" / "Video.mp4"
    video.write_bytes(video.read_bytes()[:-100])
    (project / "tmp" / "media" / "0" / "receipt.json").unlink()
    run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == {"0", "2"}
    assert_exact(project)

    before = receipts(project)
    render_film(project, *options, manim_options=("--seed", "4"))
    assert rendered_again(project, before) == {"0", "1", "2"}

    before = receipts(project)
    (project / "own.py").write_text((project / "own.py").read_text() + "# edited\n")
    run("./tmp/run_all.sh", cwd=project)
    assert rendered_again(project, before) == {"0", "1", "2"}


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
    run("drumkit-split", "stems", *options, "--", *TINY, cwd=project)
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
    run("drumkit-split", "stems", *options, "--", *TINY, cwd=project)
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert done.returncode == 1
    assert "no scene called NoScene; it has Other" in done.stderr


def run_scene():
    from films import PYRAMIDS

    return PYRAMIDS


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


@pytest.mark.parametrize("jobs", ["0", "00", "-1", "many", " ", "9" * 20])
def test_a_number_of_jobs_that_is_none_is_refused(project, jobs):
    run("drumkit-split", "stems", "--fps", "10", cwd=project)
    done = run("./tmp/run_all.sh", cwd=project, check=False, JOBS=jobs)
    assert done.returncode == 2
    assert "Invalid value for '--jobs'" in done.stderr
    assert not (project / "tmp" / "media").exists()


def test_without_ffmpeg_nothing_is_rendered(project, tmp_path):
    run("drumkit-split", "stems", "--fps", "10", cwd=project)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "env", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    done = run("./tmp/run_all.sh", cwd=project, check=False, PATH=str(tools))
    assert done.returncode == 1
    assert "ffmpeg is not installed" in done.stderr
    assert not (project / "tmp" / "media").exists()


def test_a_chunk_or_a_scene_that_is_gone_is_said_before_anything_is_rendered(project):
    shutil.copy(run_scene(), project / "own.py")
    run("drumkit-split", "stems", "--scene", "own.py:Video", "--fps", "10", cwd=project)
    (project / "own.py").rename(project / "other.py")
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "own.py does not exist" in done.stderr
    (project / "other.py").rename(project / "own.py")
    (project / "tmp" / "0.npy").unlink()
    done = run("./tmp/run_all.sh", cwd=project, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "0.npy does not exist" in done.stderr


def test_the_check_of_a_film_sees_every_fault():
    from dataclasses import replace

    from manim_drumkit.video import VideoTimes
    from plans import PLAN

    good = VideoTimes(42, Fraction(0), frozenset({1 / PLAN.fps}), True, PLAN.fps, 42 / PLAN.fps)
    assert film_problems(good, PLAN) == []
    faults = {
        "41 frames": {"frames": 41},
        "first frame": {"start": Fraction(1, 60)},
        "frames last": {"durations": frozenset({1 / PLAN.fps, Fraction(1, 30)})},
        "out of order": {"decodes_in_order": False},
        "sound is missing": {"audio_seconds": None},
        "sound is 0.030 s longer": {"audio_seconds": good.audio_seconds + Fraction(3, 100)},
    }
    for message, fault in faults.items():
        (problem,) = film_problems(replace(good, **fault), PLAN)
        assert message.replace("\\", "") in problem
