"""Names of scenes: found and listed without running or importing anything."""

import subprocess
import sys

import pytest

from manim_drumkit.errors import SceneError
from manim_drumkit.split.scene_file import find_scene
from manim_drumkit.split.scene_names import list_scenes
from programs import ROOT
from splits import split

CARRIED = sorted(path.stem for path in (ROOT / "scenes").glob("*.py"))


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenes").mkdir()
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def install(folder, *entries, **code):
    """Write an installed package with scenes, in which importing anything is an error."""
    write(folder / "pack" / "__init__.py", "raise SystemExit('this package was imported')")
    for name, text in code.items():
        write(folder / "pack" / f"{name}.py", text)
    info = folder / "drum_pack-1.0.dist-info"
    write(info / "METADATA", "Metadata-Version: 2.1\nName: drum-pack\nVersion: 1.0\n")
    write(info / "entry_points.txt", "[manim_drumkit.scenes]\n" + "\n".join(entries))


def test_names_lead_to_own_scenes_then_to_carried_ones_then_to_those_of_packages(
    project, monkeypatch
):
    site = project / "site"
    entries = ("mine = pack.deep:Wave", "ring = pack.deep:Wave", "theirs = pack.deep")
    install(site, *entries, deep="class Wave(DrumScene): ...")
    monkeypatch.syspath_prepend(site)
    assert find_scene("theirs") == (site / "pack" / "deep.py", "Wave")
    assert find_scene("mine") == (site / "pack" / "deep.py", "Wave")
    assert find_scene("ring") == (ROOT / "scenes" / "ring.py", "Video")
    own = write(project / "scenes" / "mine.py", "class My(DrumScene): ...")
    assert find_scene("mine") == (own, "My")
    own = write(project / "scenes" / "ring.py", "class Video(Scene): ...\nclass A(Scene): ...")
    assert find_scene("ring") == (own, "Video")
    own.write_text("class B(Scene): ...\nclass A(Scene): ...")
    with pytest.raises(SceneError, match=r"ring\.py has the scenes B and A; choose"):
        find_scene("ring")


def test_an_unknown_name_is_refused_with_the_nearest_and_all_others(project):
    write(project / "scenes" / "mine.py", "class My(DrumScene): ...")
    known = ", ".join(sorted([*CARRIED, "mine"]))
    with pytest.raises(SceneError) as caught:
        find_scene("Pyramid")
    assert str(caught.value) == (
        f"there is no scene called Pyramid (did you mean pyramids?); known are {known}, "
        "or write FILE.py or FILE.py:CLASS"
    )


def test_a_package_that_is_half_gone_is_named(project, monkeypatch):
    install(project / "site", "gone = pack.gone:Wave", "away = nowhere.at.all:Wave")
    monkeypatch.syspath_prepend(project / "site")
    for name, module in (("gone", "pack.gone"), ("away", "nowhere.at.all")):
        with pytest.raises(SceneError, match=f"there is no module {module}; install its package"):
            find_scene(name)


def test_a_list_has_a_line_for_each_scene_and_needs_no_stems(project, monkeypatch):
    install(
        project / "site",
        *("theirs = pack.deep:Wave", "gone = pack.gone:Wave"),
        deep='"""Waves of theirs.\n\nAnd more."""\nclass Wave(DrumScene): ...',
    )
    monkeypatch.syspath_prepend(project / "site")
    write(project / "scenes" / "mine.py", '"""A scene of mine."""\nclass My(DrumScene): ...')
    write(project / "scenes" / "broken.py", "class (")
    write(project / "scenes" / "helpers.py", "def noise(): ...")
    lines = split("--list-scenes").stdout.splitlines()
    names = sorted([*CARRIED, "broken", "gone", "mine", "theirs"])
    assert [line.split()[0] for line in lines] == names
    found = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}
    assert found["mine"] == "A scene of mine.  (scenes/mine.py)"
    assert found["theirs"] == "Waves of theirs.  (of drum-pack)"
    assert "line 1" in found["broken"]
    assert "there is no module pack.gone" in found["gone"]


def test_every_carried_scene_says_what_it_is(monkeypatch):
    monkeypatch.chdir(ROOT)
    scenes = [scene for scene in list_scenes() if not scene.origin]
    assert [scene.name for scene in scenes] == CARRIED
    assert all(scene.about.endswith(".") for scene in scenes)


def test_listing_never_imports_manim(project):
    code = (
        "import sys; from manim_drumkit.split.scene_names import list_scenes; list_scenes(); "
        "assert 'manim' not in sys.modules"
    )
    subprocess.run((sys.executable, "-c", code), check=True, timeout=60)
