"""Names are text: no shell, no list of ffmpeg, no log and no terminal takes them for more."""

import numpy as np
import pytest

from films import assert_exact, pictures, split
from programs import TINY, run
from sounds import sine, write_sound

pytestmark = pytest.mark.film

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
    "a 'quoted' \"name\" $(touch pwned) `touch pwned`; & | > </[red] \\ # * ?/-rf/"
    "Trängel %d %03d/two\nlines\n"
)


def test_a_folder_of_any_name_holds_a_project(tmp_path):
    project = tmp_path / FOLDERS
    write_sound(project / "stems" / "Kick.wav", sine(0.6))
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


def test_an_output_folder_and_a_scene_of_any_name_work(tmp_path):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    out = "-tmp/$(touch pwned)/it's/a:b"
    name = "-my 'own' $(touch pwned)\n.py"
    (tmp_path / name).write_text(
        "import numpy as np\nfrom manim import *\n"
        "class Größe(Scene):\n"
        "    def construct(self):\n"
        "        frames = len(np.load(config.chunk_file))\n"
        "        self.wait(frames / config.frame_rate, frozen_frame=False)\n"
    )
    options = (f"--out={out}", f"--scene=./{name}:Größe", "--fps", "10", "--jobs", "1")
    run("drumkit-split", "stems", *options, "--", *TINY, cwd=tmp_path)
    run(f"./{out}/run_all.sh", cwd=tmp_path)
    assert (tmp_path / out / "Größe.mp4").exists()
    assert "done" in run("drumkit-status", "--", out, cwd=tmp_path).stdout
    assert not list(tmp_path.rglob("pwned*"))


def test_a_stranger_s_plan_does_not_choose_where_files_go(tmp_path):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    split(tmp_path, "stems", "--fps", "10", "--jobs", "1", "--", *TINY)
    plan = tmp_path / "tmp" / "plan.json"
    good = plan.read_text()
    plan.write_text(good.replace('"scene": "Video"', '"scene": "../../Video"'))
    done = run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "not the name of a class" in done.stderr
    other = f'"manim_options": ["--media_dir", "{tmp_path}/elsewhere",'
    plan.write_text(good.replace('"manim_options": [', other))
    run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    assert {path.name for path in tmp_path.iterdir()} == {"stems", "tmp"}


def test_a_chunk_with_pickled_objects_is_refused(tmp_path):
    write_sound(tmp_path / "stems" / "Kick.wav", sine(0.4))
    split(tmp_path, "stems", "--fps", "10", "--jobs", "1", "--", *TINY)
    np.save(tmp_path / "tmp" / "0.npy", np.array([{"a": 1}], dtype=object))
    done = run("./tmp/run_all.sh", cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "without pickled objects" in done.stderr
