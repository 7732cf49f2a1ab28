import re
import tomllib

import pytest
from click.testing import CliRunner

from manim_drumkit.cli import farm, run_command, split_command, status, stems
from programs import PYRAMIDS, ROOT, manim
from sounds import write_stems

COMMANDS = (split_command.main, stems.main, status.main, run_command.main, farm.main)

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text()
DOCS = README + "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))

LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: *(\S+)", re.M)
"""``[text](target)``, and ``[name]: target`` at the start of a line."""
OUR_REPOSITORY = re.compile(
    r"https://(?:github\.com/manim-drumkit/manim-drumkit/(?:blob|raw|tree)"
    r"|raw\.githubusercontent\.com/manim-drumkit/manim-drumkit)/main/"
)


def targets(page):
    """Return the targets of a page's links, without their anchors."""
    return [(inline or named).partition("#")[0] for inline, named in LINK.findall(page.read_text())]


def missing(page):
    """Return the links of a page into this repository, relative or not, that lead nowhere."""
    places = {
        target: ROOT / OUR_REPOSITORY.sub("", target)
        if OUR_REPOSITORY.match(target)
        else page.parent / target
        for target in targets(page)
        if OUR_REPOSITORY.match(target) or "://" not in target
    }
    return [target for target, place in places.items() if not place.exists()]


def test_every_command_is_in_the_readme():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [name for name in project["scripts"] if name not in README]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_in_its_help(command):
    assert "Example: " in CliRunner().invoke(command, ["--help"]).stdout


@pytest.mark.parametrize("command", [split_command.main, stems.main, status.main, farm.main])
def test_help_shows_no_ranges(command):
    text = CliRunner().invoke(command, ["--help"]).stdout
    assert not re.search(r"<=?x|x[<>]=?|RANGE", text)


def test_every_option_in_the_readme_exists():
    known = {opt for each in COMMANDS for p in each.params for opt in (*p.opts, *p.secondary_opts)}
    known |= set(
        "--chunk-file --segment-dir --log-file --resolution --help --renderer --encoder-option "
        "--seed --disable_caching --wrap".split()
    )
    known |= set(re.findall(r'"(--[a-z]+)"', (ROOT / "scripts" / "bench.py").read_text()))
    known |= set(  # of Dask's commands and of SLURM's
        "--tls-ca-file --protocol --port --nthreads --nworkers --death-timeout --local-directory "
        "--array --cpus-per-task --mem --time --name".split()
    )
    known |= {"--stereo"}  # of the programs that we are compared with
    assert set(re.findall(r"--[a-z][a-z_-]+", DOCS)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_the_docs_link_to_exists(page):
    assert not missing(page)


def test_a_link_into_our_repository_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    base = "https://github.com/manim-drumkit/manim-drumkit/blob/main"
    page.write_text(f"[a]({base}/README.md#install) [b](gone.md#x) [c]\n\n[c]: {base}/gone.py\n")
    assert missing(page) == ["gone.md", f"{base}/gone.py"]


def test_the_readme_links_to_nothing_by_a_relative_path_which_breaks_on_a_package_index():
    assert not [target for target in targets(ROOT / "README.md") if "://" not in target]


def test_every_link_of_the_readme_by_name_has_a_target():
    text = re.sub(r"```.*?```|`[^`]*`", "", README, flags=re.S)
    named = {name.casefold() for name in re.findall(r"^\[([^\]]+)\]:", text, re.M)}
    used = re.findall(r"\[([^\]]+)\](?![(:])(?:\[([^\]]+)\])?", text)
    assert {(name or shown).casefold() for shown, name in used} == named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_of_the_docs_are_short(page):
    assert not [line for line in page.read_text().splitlines() if len(line) > 100]


def test_the_readme_is_short():
    assert len(README.splitlines()) < 150


@pytest.mark.film
def test_the_scene_in_the_readme_renders(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    (tmp_path / "bounce.py").write_text(code)
    write_stems(tmp_path / "stems", 0.2)
    done = CliRunner().invoke(
        split_command.main, [str(tmp_path / "stems"), "--out", str(tmp_path / "tmp"), "--fps", "10"]
    )
    assert done.exit_code == 0, done.output
    manim("bounce.py", "Bounce", "--chunk-file", "tmp/0.npy", cwd=tmp_path)


def test_no_file_names_a_registry():
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert all("==" in line for line in lock.splitlines() if not line.startswith("#"))


def test_the_stock_scene_can_be_read_in_two_minutes():
    assert len(PYRAMIDS.read_text().splitlines()) < 90
