import pytest

from manim_drumkit.errors import SceneError
from manim_drumkit.segment import scene_imports
from manim_drumkit.segment.scene_imports import is_in_project, modules_of
from manim_drumkit.split.scene_file import DEFAULT_SCENE, find_scene
from programs import PYRAMIDS


def write_scene(folder, text):
    (folder / "my.py").write_text(text)
    return f"{folder / 'my.py'}:Video"


@pytest.mark.parametrize(
    "text",
    ["class Video: ...", "from base import Video", "from base import *", "Video = make()"],
)
def test_a_class_is_found_without_running_the_file(tmp_path, text):
    text += "\nraise SystemExit('this file was run')\n"
    assert find_scene(write_scene(tmp_path, text)) == (tmp_path / "my.py", "Video")


@pytest.mark.parametrize(
    "text", [DEFAULT_SCENE, "pyramids", "scenes/pyramids.py", "scenes/pyramids.py:Video"]
)
def test_a_carried_scene_is_at_hand_everywhere(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    path, scene = find_scene(text)
    assert (path.read_text(), scene) == (PYRAMIDS.read_text(), "Video")


@pytest.mark.parametrize("text", ["pyramids", "scenes/pyramids.py:Video"])
def test_a_scene_of_ones_own_goes_before_the_carried_one(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "pyramids.py").write_text("class Video: ...")
    assert find_scene(text)[0] == tmp_path / "scenes" / "pyramids.py"


@pytest.mark.parametrize(
    ("code", "scene"),
    [
        ("class Wave(DrumScene): ...\nclass Light(VGroup):\n    def draw(self): ...", "Wave"),
        ("class Wave(studio.Base):\n    def draw(self): ...\nclass Light(VGroup): ...", "Wave"),
        ("class Wave:\n    def construct(self): ...", "Wave"),
        ("class _Base(DrumScene): ...\nclass Wave(_Base): ...", "Wave"),
        ("class Wave(DrumMixin, MovingCameraScene): ...", "Wave"),
        ("try:\n    import x\nexcept ImportError:\n    class Wave(manim.Scene): ...", "Wave"),
        ("from studio import MyScene\nclass Wave(MyScene): ...", "Wave"),
        ("def f():\n    class Inner(Scene): ...\nclass Wave(MyScene): ...", "Wave"),
    ],
)
def test_the_only_scene_of_a_file_needs_no_class(tmp_path, code, scene):
    (tmp_path / "my.py").write_text(code + "\nraise SystemExit('this file was run')\n")
    assert find_scene(f"{tmp_path}/my.py") == (tmp_path / "my.py", scene)


def test_a_file_with_several_scenes_or_none_is_refused_by_name(tmp_path):
    (tmp_path / "my.py").write_text("class A(Scene): ...\nclass B(Scene): ...")
    with pytest.raises(SceneError, match=r"has the scenes A and B; choose one with .*my\.py:A"):
        find_scene(f"{tmp_path}/my.py")
    (tmp_path / "my.py").write_text("import manim")
    with pytest.raises(SceneError, match="has no scene"):
        find_scene(f"{tmp_path}/my.py")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("class Other: ...\nclass Another: ...", "its classes are Another, Other"),
        ("from manim import *", "no scene called Video"),
        ("class Video(:", "line 1"),
        ("\0", "null bytes"),
    ],
)
def test_a_file_without_the_scene_is_refused_by_name(tmp_path, content, reason):
    with pytest.raises(SceneError, match=rf"my\.py.*({reason})"):
        find_scene(write_scene(tmp_path, content))


def test_a_missing_file_and_a_half_name_are_refused(tmp_path):
    with pytest.raises(SceneError, match=r"no\.py cannot be read"):
        find_scene(f"{tmp_path}/no.py:Video")
    for text in ("", "pyramids.py:", ":Video", "a.py:1Video", "a.py:x;y", "scenes/pyramids"):
        with pytest.raises(SceneError, match="FILE:CLASS"):
            find_scene(text)


def test_a_path_with_braces_is_refused_since_manim_cannot_open_it(tmp_path):
    folder = tmp_path / "a{b}"
    folder.mkdir()
    with pytest.raises(SceneError, match="brace"):
        find_scene(write_scene(folder, "class Video: ..."))


@pytest.fixture
def beside(tmp_path):
    """A scene with modules beside it, of every kind that Python can import."""
    files = {
        "scene.py": "import helpers, numpy as np\nfrom pack.deep import part\nimport space.inner\n"
        "def late():\n    from lazy import thing\n",
        "helpers.py": "import pack\n",
        "lazy.py": "thing = 1\n",
        "other.py": "",
        "pack/__init__.py": "from . import sibling\n",
        "pack/sibling.py": "from .deep.part import x\n",
        "pack/unused.py": "",
        "pack/deep/__init__.py": "",
        "pack/deep/part.py": "x = 1\n",
        "space/inner.py": "import scene\n",
        "numpy.txt": "",
    }
    for name, code in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code)
    return tmp_path


def test_modules_beside_a_scene_are_found_as_deep_as_they_are_imported(beside):
    assert list(modules_of(beside / "scene.py")) == [
        "helpers.py",
        "lazy.py",
        "pack/__init__.py",
        "pack/deep/__init__.py",
        "pack/deep/part.py",
        "pack/sibling.py",
        "space/inner.py",
    ]


def test_a_changed_module_has_another_digest_and_a_broken_one_is_no_error(beside):
    before = modules_of(beside / "scene.py")
    (beside / "pack" / "deep" / "part.py").write_text("x = (")
    after = modules_of(beside / "scene.py")
    assert {name for name in after if after[name] != before[name]} == {"pack/deep/part.py"}


def test_installed_packages_are_not_beside_a_scene(tmp_path, monkeypatch):
    installed = tmp_path / ".venv" / "lib" / "site-packages"
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(installed))
    monkeypatch.setattr(scene_imports, "_foreign", scene_imports._foreign.__wrapped__)
    assert is_in_project(tmp_path / "helpers.py", [tmp_path])
    assert not is_in_project(installed / "numpy" / "__init__.py", [tmp_path])


def test_modules_of_the_projects_root_are_found_as_python_finds_them(tmp_path, monkeypatch):
    files = {
        "studio/scenes/x.py": "from studio.colors import MAIN\nimport near, lib\n",
        "studio/scenes/near.py": "",
        "studio/__init__.py": "",
        "studio/colors.py": "MAIN = 1\n",
        "near.py": "raise SystemExit('the one beside the scene goes before')\n",
        "path/lib.py": "",
    }
    for name, code in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    found = modules_of(tmp_path / "studio" / "scenes" / "x.py")
    assert list(found) == ["../../path/lib.py", "../__init__.py", "../colors.py", "near.py"]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    class Video: ...\nexcept ImportError: ...",
        "if True:\n    pass\nelse:\n    class Video: ...",
        "def make():\n    return 1\nVideo = make()",
        "globals()['Video'] = type('Video', (), {})",
        "import sys\nsetattr(sys.modules[__name__], 'Video', 1)",
    ],
)
def test_a_class_that_reading_may_miss_is_left_to_manim(tmp_path, code):
    (tmp_path / "own.py").write_text(code)
    assert find_scene(f"{tmp_path}/own.py:Video") == (tmp_path / "own.py", "Video")


def test_a_class_whose_film_no_file_system_can_name_is_refused(tmp_path):
    name = "V" * 248
    (tmp_path / "own.py").write_text(f"class {name}: ...")
    with pytest.raises(SceneError, match="too long for the name of a film"):
        find_scene(f"{tmp_path}/own.py:{name}")
