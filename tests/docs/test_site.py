"""The site: its checker finds what is dead, and every page stands in the navigation."""

import re
import sys

import pytest
from PIL import Image

from programs import ROOT, run

CHECKER = ROOT / "scripts" / "check_site.py"
PAGE = (
    '<h1 id="top">A</h1><a href="#top">up</a><img src="a.png" alt="a"><a href="https://x.org">x</a>'
)


def problems(site):
    done = run(sys.executable, CHECKER, site, cwd=site, check=False)
    assert done.returncode == bool(done.stdout)
    return done.stdout.splitlines()


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text(PAGE)
    Image.new("RGB", (1, 1)).save(tmp_path / "a.png")
    return tmp_path


def test_a_site_without_dead_links_passes(site):
    assert problems(site) == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ('<a href="gone.html">', "b.html: gone.html leads nowhere"),
        ('<a href="index.html#gone">', "b.html: index.html#gone has no such place"),
        ('<img src="gone.png" alt="a">', "b.html: gone.png leads nowhere"),
        ('<img src="a.png">', "b.html: the picture a.png has no description"),
    ],
)
def test_what_is_dead_is_named(site, broken, problem):
    (site / "b.html").write_text(broken)
    assert problems(site) == [problem]


def test_every_page_is_in_the_navigation():
    listed = set(re.findall(r"^ +- .+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M))
    made = {"index.md", "commands.md", "api.md", "changelog.md", "contributing.md"}
    assert listed == made | {path.name for path in (ROOT / "docs").glob("*.md")}


def test_the_moving_picture_is_small_and_goes_on_for_ever():
    path = ROOT / "docs" / "film.webp"
    assert path.stat().st_size < 3_000_000
    with Image.open(path) as film:
        assert film.is_animated
        assert film.info["loop"] == 0
