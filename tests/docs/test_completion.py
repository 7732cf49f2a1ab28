"""Shell completion, as the recipe installs it, in a real bash."""

import re
import subprocess

import pytest

from programs import ROOT

RECIPE = (ROOT / "docs" / "recipes.md").read_text()
INSTALLS = re.findall(r"^\$ (_\w+_COMPLETE=bash_source .*)$", RECIPE, re.M)
COMPLETE = """
source ./drumkit-split
COMP_WORDS=(drumkit-split {words}) COMP_CWORD={last}
_drumkit_split_completion drumkit-split
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def bash(script, cwd):
    done = subprocess.run(
        ["bash", "-c", script], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completions")
    for line in INSTALLS:
        bash(line, folder)
    return folder


@pytest.mark.parametrize("name", [line.rpartition(" ")[2] for line in INSTALLS])
def test_every_command_writes_its_rules(folder, name):
    assert name in bash(f"source ./{name}; complete -p {name}", folder)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["stems/", "--tr"], {"--transparent", "--trim"}),
        (["stems/", "--theme", ""], {"dark", "light", "okabe-ito"}),
        (["stems/", "--scene", "ri"], {"ring"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_their_values_and_scenes_are_completed(folder, words, expected):
    script = COMPLETE.format(words=" ".join(f"'{word}'" for word in words), last=len(words))
    assert set(bash(script, folder)) == expected
