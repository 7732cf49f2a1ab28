"""The lean import: the same settings as all of manim, and the same complaints, from less of it."""

import json
import sys

import pytest

from programs import PYRAMIDS, run

ASK = """
import sys, json
from fractions import Fraction
from pathlib import Path
from manim_drumkit.errors import DrumkitError
from manim_drumkit.segment.lean_import import import_settings
from manim_drumkit.segment.manim_cli import settings_with
BEFORE
try:
    answer = settings_with(Path(sys.argv[1]), "Video", sys.argv[2:], fps=Fraction(60))
except DrumkitError as error:
    answer = str(error)
print(json.dumps([answer, "manim.mobject.mobject" in sys.modules]))
"""
LEAN, WHOLE = "import_settings()", "import manim"
CONFIGURATIONS = {
    "none": "",
    "all kinds": "[CLI]\npixel_width = 640\nframe_height = 6\nbackground_color = RED\nseed = 7\n"
    "plugins = nosuch\nmedia_dir = here",
    "the other renderer": "[CLI]\nrenderer = opengl",
    "unfit": "[CLI]\nwrite_all = True",
}


def ask(folder, before, *options):
    code = ASK.replace("BEFORE", before)
    done = run(sys.executable, "-c", code, PYRAMIDS, *options, cwd=folder)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_less_of_manim_has_the_same_settings(tmp_path, text):
    (tmp_path / "manim.cfg").write_text(text)
    options = ("--quality", "l", "--encoder-option", "crf=20")
    lean, all_is_loaded = ask(tmp_path, LEAN, *options)
    assert not all_is_loaded
    assert [lean, True] == ask(tmp_path, WHOLE, *options)


PLUGIN = """
import importlib.metadata, manim_drumkit.segment.lean_import as lean
own = importlib.metadata.EntryPoint("own", "json", "manim.plugins")
lean.entry_points = lambda group: [*importlib.metadata.entry_points(group=group), own]
"""
ANOTHER_MANIM = """
import manim_drumkit.segment.lean_import as lean
part = lean._import_part
def strange():
    part()
    raise ImportError("no such module")
lean._import_part = strange
"""


@pytest.mark.parametrize("strange", [PLUGIN, ANOTHER_MANIM], ids=["a plugin", "another manim"])
def test_where_less_may_not_be_the_same_all_is_loaded(tmp_path, strange):
    found = ask(tmp_path, strange + LEAN)
    assert found == ask(tmp_path, WHOLE)
    assert found[1]
