"""Names are text: no shell, no list of ffmpeg, no log and no terminal takes them for more."""

import numpy as np
import pytest

from films import TINY, assert_exact, pictures, run
from manim_drumkit.text import printable
from sounds import sine, write_sound

STEMS = (
    "'; touch pwned; '",
    '" $(touch pwned) `touch pwned`',
    "-rf --help",
    "two\nlines\nfile 'pwned'",
    r"\input{pwned} $x_1^2$ \end{document} %&#~",
    "[red]not markup <span> &amp;",
    "\x1b[31mred\x1b]0;title\x07",
    "Tr\udce4ngel",
    "‮right to left 🥁",
)

FOLDERS = (
    "a 'quoted' \"name\" $(touch pwned) `touch pwned`; & | > </[red] \\ # * ?/-rf",
    "Trängel %d %03d/two\nlines\n",
)


@pytest.mark.parametrize("name", FOLDERS, ids=ascii)
def test_a_folder_of_any_name_holds_a_project(tmp_path, name):
    project = tmp_path / name
    write_sound(tmp_path / "plain" / "stems" / "Kick.wav", sine(0.6))
    project.parent.mkdir(parents=True)
    (tmp_path / "plain").rename(project)
    run("drumkit-split", "stems", "--fps", "10", "--jobs", "1", "--", *TINY, cwd=project)
    done = run("./tmp/run_all.sh", cwd=project)
    assert "Traceback" not in done.stderr
    assert_exact(project)
    assert "done" in run("drumkit-status", cwd=project).stdout
    assert not list(tmp_path.rglob("pwned*"))


def test_a_folder_whose_name_is_not_utf8_is_refused_before_any_work(tmp_path):
    write_sound(tmp_path / "plain" / "stems" / "Kick.wav", sine(0.6))
    project = (tmp_path / "plain").rename(tmp_path / "Tr\udce4ngel")
    done = run("drumkit-split", "stems", cwd=project, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Tr\\udce4ngel/tmp is not a name in UTF-8" in done.stderr


def test_stems_of_any_name_become_a_film(tmp_path):
    for name in STEMS:
        write_sound(tmp_path / "stems" / "tone.wav", sine(0.4)).rename(
            tmp_path / "stems" / f"{name}.wav"
        )
    done = run("drumkit-split", "stems", "--fps", "10", "--jobs", "1", "--", *TINY, cwd=tmp_path)
    run("./tmp/run_all.sh", cwd=tmp_path)
    assert_exact(tmp_path)
    assert pictures(tmp_path / "tmp" / "Video.mp4").any()
    assert not list(tmp_path.rglob("pwned*"))
    assert "\x1b" not in done.stdout
    assert "[red]not markup" in done.stdout
    for log in (tmp_path / "tmp" / "logs").iterdir():
        assert "\x1b]0;" not in log.read_text()


@pytest.mark.parametrize("out", ["-tmp", "$(touch pwned)/it's/a:b"])
def test_an_output_folder_of_any_name_works(tmp_path, out):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    options = (f"--out={out}", "--fps", "10", "--jobs", "1", "--", *TINY)
    run("drumkit-split", "stems", *options, cwd=tmp_path)
    run(f"./{out}/run_all.sh", cwd=tmp_path)
    assert (tmp_path / out / "Video.mp4").exists()
    assert "done" in run("drumkit-status", "--", out, cwd=tmp_path).stdout
    assert not list(tmp_path.rglob("pwned*"))


def test_a_scene_of_any_file_name_is_rendered(tmp_path):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    name = "-my 'own' $(touch pwned)\n.py"
    (tmp_path / name).write_text(
        "import numpy as np\nfrom manim import *\n"
        "class Größe(Scene):\n"
        "    def construct(self):\n"
        "        frames = len(np.load(config.chunk_file))\n"
        "        self.wait(frames / config.frame_rate, frozen_frame=False)\n"
    )
    scene = f"--scene=./{name}:Größe"
    run("drumkit-split", "stems", scene, "--fps", "10", "--jobs", "1", "--", *TINY, cwd=tmp_path)
    run("./tmp/run_all.sh", cwd=tmp_path)
    assert (tmp_path / "tmp" / "Größe.mp4").exists()
    assert not list(tmp_path.rglob("pwned*"))


def test_text_for_a_terminal_moves_and_colours_nothing():
    shown = printable("a\x1b[31mb\x07\r\x9b‮\udce4c\n\td é🥁")
    assert shown == "a\\x1b[31mb\\x07\\r\\x9b\\u202e\\udce4c\n\td é🥁"


def test_a_stranger_s_plan_does_not_choose_where_files_go(tmp_path):
    from manim_drumkit.errors import PlanError
    from manim_drumkit.workspace.plan import Plan

    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    run("drumkit-split", "stems", "--fps", "10", "--jobs", "1", "--", *TINY, cwd=tmp_path)
    plan = tmp_path / "tmp" / "plan.json"
    good = plan.read_text()
    plan.write_text(good.replace('"scene": "Video"', '"scene": "../../Video"'))
    with pytest.raises(PlanError, match="not the name of a class"):
        Plan.load(plan)
    run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    plan.write_text(good)
    run("./tmp/run_all.sh", cwd=tmp_path)
    plan.write_text(good.replace('"manim_options": [', '"manim_options": ["--media_dir", "/x",'))
    done = run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "--media_dir cannot stand after --" in done.stderr


def test_a_chunk_with_pickled_objects_is_refused(tmp_path):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    run("drumkit-split", "stems", "--fps", "10", "--jobs", "1", "--", *TINY, cwd=tmp_path)
    np.save(tmp_path / "tmp" / "0.npy", np.array([{"a": 1}], dtype=object))
    done = run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "without pickled objects" in done.stderr
