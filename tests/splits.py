"""Running ``drumkit-split`` in this process."""

from click.testing import CliRunner

from manim_drumkit.cli.split_command import main


def split(*arguments, code=0):
    """Run the command; it must exit with this status."""
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == code, done.output
    return done


def refused(project, *arguments, code=1):
    """Split what cannot be split; nothing may be left behind. Return the one line of error."""
    before = {path for path in project.rglob("*") if path.parent.name != "stems"}
    done = split(*arguments, code=code)
    assert {path for path in project.rglob("*") if path.parent.name != "stems"} == before
    if code == 1:
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("Error: ")
    return done.stderr


def notes(*arguments):
    """Return what the command notes about its input, without the word."""
    lines = split(*arguments).stdout.splitlines()
    return [line.removeprefix("Note: ") for line in lines if line.startswith("Note: ")]
