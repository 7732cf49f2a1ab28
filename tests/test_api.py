import ast
import subprocess
import sys
from pathlib import Path

import pytest

import manim_drumkit

PACKAGE = Path(manim_drumkit.__file__).parent
DRAWING = set("camera drum_scene floor frame labels performance polygons solids view".split())


def python(code):
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_exports_are_complete_and_sorted():
    assert list(manim_drumkit.__all__) == sorted(manim_drumkit.__all__)
    assert set(manim_drumkit.__all__) == set(manim_drumkit._HOME)
    for name in manim_drumkit.__all__:
        assert getattr(manim_drumkit, name).__module__ == (
            f"manim_drumkit.{manim_drumkit._HOME[name]}"
        )
    with pytest.raises(AttributeError, match="no attribute 'Drum'"):
        _ = manim_drumkit.Drum


@pytest.mark.parametrize(
    "code",
    [
        "import manim_drumkit; import manim",
        "import manim; import manim_drumkit",
        "from manim_drumkit import DrumScene, Chunk; import manim",
        "from manim_drumkit import Ball; from manim import *; assert issubclass(Ball, Dot)",
        "import manim_drumkit.plugin; import manim",
    ],
)
def test_manim_and_the_package_are_imported_in_any_order(code):
    options = python(
        f"{code}\nfrom manim.cli.render.commands import render\n"
        "print([p.name for p in render.params if p.name in ('chunk_file', 'segment_dir')])"
    )
    assert options.strip() == "['chunk_file', 'segment_dir']"


def test_import_manim_loads_nothing_of_ours_but_the_plugin_and_its_patches():
    loaded = python(
        "import sys, manim\nprint(*sorted(m for m in sys.modules if m.startswith('manim_drumkit')))"
    )
    assert loaded.split() == [
        "manim_drumkit",
        "manim_drumkit.plugin",
        "manim_drumkit.segment",
        "manim_drumkit.segment.patches",
    ]


def test_a_render_loads_only_what_it_draws_with():
    slow = python(
        "import sys, manim, manim_drumkit.segment.context, manim_drumkit.scene.drum_scene\n"
        "slow = ('scipy.signal', 'matplotlib')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    assert slow.strip() == "[]"


def test_the_commands_start_without_manim():
    heavy = python(
        "import sys, manim_drumkit.cli.split_command, manim_drumkit.cli.run_command, "
        "manim_drumkit.cli.stems, manim_drumkit.cli.status\n"
        "print('manim' in sys.modules)"
    )
    assert heavy.strip() == "False"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_only_the_drawing_modules_import_manim(path):
    imported = {
        name.split(".")[0]
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    assert ("manim" in imported) == (path.parent.name == "scene" and path.stem in DRAWING)


@pytest.mark.parametrize("folder", [PACKAGE, Path(__file__).parent], ids=["package", "tests"])
def test_modules_stay_small(folder):
    lines = {path: len(path.read_text().splitlines()) for path in folder.rglob("*.py")}
    assert not [path for path, count in lines.items() if count > 300]
