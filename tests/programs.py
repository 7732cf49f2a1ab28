"""Running programs for real, as their users do."""

import subprocess
import sys
from os import environ
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYRAMIDS = ROOT / "scenes" / "pyramids.py"
BIN = Path(sys.executable).parent

TINY = ("-r", "160,90")
LOSSLESS = ("--encoder-option", "crf=0", "--encoder-option", "preset=ultrafast")
ULTRAFAST = LOSSLESS[2:]

films_allowed = False
"""Whether the present test is marked ``film``; ``conftest`` sets it."""


def run(*command, cwd, check=True, **env):
    """Run a command; its output is as for a wide terminal."""
    words = [str(part) for part in command]
    must_be_marked(words)
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**environ, "COLUMNS": "200", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"{words} exited with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def manim(*arguments, cwd, check=True, **env):
    options = ("--silent", "--disable_caching", "--progress_bar", "none", *TINY)
    command = (sys.executable, "-m", "manim", "render", *options, *arguments)
    return run(*command, cwd=cwd, check=check, **env)


def must_be_marked(words):
    """Refuse a command that renders in a test that is not marked ``film``."""
    starters = {"manim", "--estimate", "manim_drumkit.cli.farm"}
    renders = bool(starters & set(words)) or "run_all.sh" in " ".join(words)
    assert films_allowed or not renders, f"mark the test that runs {words} as film"
