"""What holds for all tests: nothing from the shell that starts them, and nothing at random."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import programs

INHERITED = (
    *("JOBS", "RETRIES", "CI", "TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"),
    *("TTY_COMPATIBLE", "TTY_INTERACTIVE", "XDG_CONFIG_HOME", "MPLBACKEND", "FFREPORT", "LANGUAGE"),
    *("CDPATH", "ENV", "BASH_ENV", "BASHOPTS", "SHELLOPTS", "POSIXLY_CORRECT"),
)
INHERITED_FAMILIES = ("PYTHON", "MANIM_DRUMKIT_", "LC_", "OMP_", "OPENBLAS_", "MKL_")

settings.register_profile(
    "full", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("full"), max_examples=25)


def pytest_configure(config):
    home = tempfile.mkdtemp(prefix="home-of-tests-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    forget_the_shell(home)
    settings.load_profile("quick" if config.option.markexpr == "quick" else "full")


def forget_the_shell(home):
    """Keep of the environment only what no test can see; the interpreter's tools come first.

    It is done before the tests are collected, since numpy and manim read theirs when they are
    imported: manim also a file in the user's home.
    """
    for name in list(os.environ):
        if name in INHERITED or name.startswith(INHERITED_FAMILIES):
            del os.environ[name]
    os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    path = f"{programs.BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ.update(LANG="C.UTF-8", HOME=home, PATH=path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if not any(item.get_closest_marker(name) for name in ("film", "root")):
            item.add_marker("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    programs.films_allowed = item.get_closest_marker("film") is not None
