import sys

from click.testing import CliRunner

from manim_drumkit.cli.farm import main
from programs import ROOT, run


def error_of(*arguments, code=1):
    done = CliRunner().invoke(main, [str(word) for word in arguments])
    assert done.exit_code == code, done.output
    return done.stderr


def test_it_starts_without_dask_and_manim():
    code = "import sys, manim_drumkit.cli.farm; print({'distributed', 'manim'} & set(sys.modules))"
    assert run(sys.executable, "-c", code, cwd=ROOT).stdout == "set()\n"


def test_without_dask_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert error_of(tmp_path) == (
        "Error: drumkit-farm needs Dask; install it with: pip install 'manim-drumkit[farm]'\n"
    )


def test_options_that_contradict_each_other_are_refused(tmp_path):
    (tmp_path / "ca.pem").touch()
    text = error_of("--scheduler", "tcp://127.0.0.1:1", "--workers", "2", code=2)
    assert "--workers are of this machine, --scheduler is of a cluster" in text
    text = error_of("--tls-ca", tmp_path / "ca.pem", code=2)
    assert "--tls-ca, --tls-cert and --tls-key belong together" in text


def test_a_folder_without_a_script_is_named(tmp_path):
    text = error_of(tmp_path)
    assert text == f"Error: {tmp_path}/run_all.sh does not exist; write it with drumkit-split\n"


def test_certificates_are_made_with_the_commands_that_use_them(tmp_path):
    done = CliRunner().invoke(main, ["--make-certificates", str(tmp_path / "own")])
    assert done.exit_code == 0
    for command in ("dask scheduler", "dask worker tls://", "drumkit-farm --scheduler tls://"):
        assert command in done.stdout
    assert (tmp_path / "own" / "key.pem").is_file()
