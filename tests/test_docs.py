import re
import tomllib

import pytest
from click.testing import CliRunner

from films import PYRAMIDS, ROOT, manim
from manim_drumkit.cli import begin, split, status, stems
from sounds import write_stems

COMMANDS = (split.main, stems.main, status.main, begin.main)

README = (ROOT / "README.md").read_text()
DOCS = README + "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))


def test_every_command_is_in_the_readme():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [name for name in project["scripts"] if name not in README]


@pytest.mark.parametrize("command", [split.main, stems.main, status.main, begin.main])
def test_every_command_has_an_example_in_its_help(command):
    assert "Example: " in CliRunner().invoke(command, ["--help"]).stdout


def test_every_option_in_the_readme_exists():
    known = {opt for each in COMMANDS for p in each.params for opt in (*p.opts, *p.secondary_opts)}
    known |= set(
        "--chunk-file --segment-dir --log-file --resolution --help --renderer --encoder-option "
        "--disable_caching".split()
    )
    known |= set(re.findall(r'"(--[a-z]+)"', (ROOT / "scripts" / "bench.py").read_text()))
    assert set(re.findall(r"--[a-z][a-z_-]+", DOCS)) <= known


def test_every_file_that_the_docs_link_to_exists():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text())
        assert not [link for link in links if not (page.parent / link).exists()]


def test_the_readme_is_short():
    assert len(README.splitlines()) < 150


def test_the_scene_in_the_readme_renders(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    (tmp_path / "bounce.py").write_text(code)
    write_stems(tmp_path / "stems", 0.2)
    done = CliRunner().invoke(
        split.main, [str(tmp_path / "stems"), "--out", str(tmp_path / "tmp"), "--fps", "10"]
    )
    assert done.exit_code == 0, done.output
    manim("bounce.py", "Bounce", "--chunk-file", "tmp/0.npy", cwd=tmp_path)


def test_no_file_names_a_registry():
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert all("==" in line for line in lock.splitlines() if not line.startswith("#"))


def test_the_stock_scene_can_be_read_in_two_minutes():
    assert len(PYRAMIDS.read_text().splitlines()) < 90
