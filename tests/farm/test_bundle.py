import os
from dataclasses import replace

import numpy as np
import pytest

from manim_drumkit.errors import RunError
from manim_drumkit.farm.bundle import Bundle
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.segment.scene_imports import modules_of
from manim_drumkit.workspace.film_levels import HIT, write_music
from plans import PLAN, plan_with


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The plan of a scene that imports a module, in a project that is the current folder."""
    project = tmp_path / "project"
    tmp = project / "out" / "tmp"
    (project / "scenes").mkdir(parents=True)
    tmp.mkdir(parents=True)
    (project / "scenes" / "own.py").write_text("import helper, shared\n")
    (project / "scenes" / "helper.py").write_text("A = 1\n")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "shared.py").write_text("B = 2\n")
    levels = np.zeros((42, len(PLAN.film.stems)), np.float32)
    music = write_music(tmp, levels, np.zeros(0, HIT), [0, 30, 42])
    plan_with(chunks=music.chunks, scene_file="../../scenes/own.py").save(tmp / "plan.json")
    monkeypatch.chdir(project)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "library"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    scene = str(tmp / "../../scenes/own.py")
    return RunFolder.open(tmp, ("python", "-m", "manim", "render", scene, "Video", "-r", "160,90"))


def unpacked(bundle, root, monkeypatch):
    """Unpack a bundle, and go where manim would run in it."""
    bundle.unpack(root)
    monkeypatch.chdir(root / bundle.project)
    folders = os.pathsep.join(str(root / name) for name in bundle.python_path)
    monkeypatch.setenv("PYTHONPATH", folders)
    return root / bundle.folder


def test_a_worker_finds_the_same_plan_scene_and_modules(run, tmp_path, monkeypatch):
    here = modules_of(run.folder / run.plan.scene_file)
    assert here.keys() == {"helper.py", "../../library/shared.py"}
    bundle, expected = Bundle.of(run), run.expected_recipe()
    folder = unpacked(bundle, tmp_path / "worker", monkeypatch)
    there = RunFolder.open(folder, ("python", *bundle.command))
    assert there.plan == run.plan
    assert modules_of(folder / there.plan.scene_file) == here
    scene = bundle.command[bundle.command.index("Video") - 1]
    assert modules_of(tmp_path / "worker" / bundle.project / scene) == here
    assert there.expected_recipe() == expected


def test_the_same_files_make_the_same_bundle_and_its_chunks_are_not_in_it(run, tmp_path):
    assert Bundle.of(run) == Bundle.of(run)
    Bundle.of(run).unpack(tmp_path / "worker")
    names = {path.name for path in (tmp_path / "worker").rglob("*.*")}
    assert names == {"plan.json", "levels.npy", "hits.npy", "own.py", "helper.py", "shared.py"}


def test_files_and_folders_are_included_where_the_scene_looks_for_them(run, tmp_path, monkeypatch):
    pictures = tmp_path / "project" / "pictures"
    (pictures / "__pycache__").mkdir(parents=True)
    (pictures / "drum.svg").write_text("<svg/>")
    (pictures / "__pycache__" / "x.pyc").touch()
    (tmp_path / "project" / "words.txt").write_text("la")
    include = [tmp_path / "project" / "pictures", tmp_path / "project" / "words.txt"]
    unpacked(Bundle.of(run, include), tmp_path / "worker", monkeypatch)
    with open("pictures/drum.svg") as picture, open("words.txt") as words:  # noqa: PTH123
        assert (picture.read(), words.read()) == ("<svg/>", "la")
    assert not list((tmp_path / "worker").rglob("*.pyc"))
    with pytest.raises(RunError, match=r"gone\.txt does not exist; --include names files"):
        Bundle.of(run, [tmp_path / "gone.txt"])


def test_the_users_own_configuration_goes_along_below_the_projects(run, tmp_path, monkeypatch):
    own = tmp_path / "home" / ".config" / "manim" / "manim.cfg"
    own.parent.mkdir(parents=True)
    own.write_text("[CLI]\nbackground_color = RED\nframe_rate = 7\n")
    (tmp_path / "project" / "manim.cfg").write_text("[CLI]\nframe_rate = 30\n")
    unpacked(Bundle.of(run), tmp_path / "worker", monkeypatch)
    with open("manim.cfg") as file:  # noqa: PTH123
        text = file.read()
    assert "background_color = RED" in text
    assert "frame_rate = 30" in text


def test_a_command_that_draws_another_scene_is_refused(run):
    with pytest.raises(RunError, match=r"does not draw Video of \.\./\.\./scenes/own\.py"):
        Bundle.of(replace(run, command=(*run.command[:4], "other.py", "Video")))
