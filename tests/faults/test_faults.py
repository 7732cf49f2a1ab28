"""Every fault is provoked for real; then a plain rerun gives the exact film."""

import itertools
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from films import BIN, LOSSLESS, TINY, assert_exact, pictures, run
from manim_drumkit.workspace.lock import is_held
from manim_drumkit.workspace.state import Journal
from sounds import write_stems

SCENE = """
import os, sys, time
from pathlib import Path
from manim import *
from manim_drumkit import DrumScene

class Video(DrumScene):
    def build(self):
        self.dots = [Dot(radius=0.5) for stem in self.chunk.stems]
        self.add(*self.dots)
        NUMBER = self.chunk.start_frame // 5
        FAULT

    def draw(self, levels, time):
        for i, dot in enumerate(self.dots):
            dot.move_to([3 * i - 3, 5 * levels[i] - 2, 0])
        with open("drawn", "a") as file:
            file.write(f"{round(time * 10)}\\n")
        __import__("time").sleep(float(os.environ.get("SLOW", 0)))
"""
"""Five frames a chunk; notes every frame that it draws."""

FRAMES, FRAMES_A_CHUNK, CHUNKS, JOBS = 50, 5, 10, 2


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "Tom's project"
    write_stems(folder / "stems", FRAMES / 10)
    return folder


def split(project, *, fault="pass", jobs=1, options=()):
    """Split into chunks of a scene that does ``fault`` in chunk ``NUMBER`` of its choice."""
    code = SCENE.replace("FAULT", fault)
    (project / "own.py").write_text(code)
    run(
        *("drumkit-split", "stems", "--scene", "own.py:Video", "--fps", "10"),
        *("--chunk-seconds", "0.5", "--jobs", str(jobs), *options, "--", *TINY, *LOSSLESS),
        cwd=project,
    )


def run_all(project, *arguments, **env):
    return run("./tmp/run_all.sh", *arguments, cwd=project, check=False, **env)


class Running:
    """``run_all.sh`` in a process group of its own, as in a terminal."""

    def __init__(self, project, *arguments, slow="0.2", **env):
        environment = {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "SLOW": slow,
            **env,
        }
        self.project = project
        self.output = (project / "output").open("w+")
        self.process = subprocess.Popen(
            ["./tmp/run_all.sh", *arguments],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # as a terminal does
        )

    def kill(self, number, *, group=False):
        (os.killpg if group else os.kill)(self.process.pid, number)

    def members(self):
        """List the processes of the group, by what they run."""
        listed = subprocess.run(
            ["ps", "-eo", "pid=,pgid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        return {int(pid): args for pid, group, args in rows if int(group) == self.process.pid}

    def wait(self):
        """Wait for the script, and for the last of its processes; return status and output."""
        status = self.process.wait(60)
        wait_until(lambda: not is_held(self.project / "tmp"))
        self.output.seek(0)
        return status, self.output.read()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def wait_for_segments(project, count):
    wait_until(lambda: len(receipts(project)) >= count)


def receipts(project):
    found = (project / "tmp" / "media").glob("*/receipt.json")
    return {int(path.parent.name): path.stat().st_mtime_ns for path in found}


def frames_drawn(project):
    return [int(line) for line in (project / "drawn").read_text().splitlines()]


def undisturbed_film(folder, frames):
    """Render a film that nothing disturbs; return its pictures."""
    write_stems(folder / "stems", frames / 10)
    split(folder)
    assert run_all(folder).returncode == 0
    return pictures(folder / "tmp" / "Video.mp4")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return undisturbed_film(tmp_path_factory.mktemp("undisturbed"), FRAMES)


def assert_a_rerun_gives_the_film(project, undisturbed):
    done = run_all(project)
    assert done.returncode == 0, done.stderr
    assert_exact(project)
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), undisturbed)


def test_after_twenty_kills_at_random_moments_the_film_has_the_same_pixels(project, tmp_path):
    undisturbed = undisturbed_film(tmp_path / "undisturbed", 2 * FRAMES)
    write_stems(project / "stems", 2 * FRAMES / 10)
    split(project, jobs=JOBS)
    seed = random.randrange(10**6)
    rng, kills = random.Random(seed), 0
    print("seed", seed)
    while kills < 20:
        running = Running(project)
        time.sleep(rng.uniform(0, 3))
        target = rng.choice(["group", "run_all.sh", "cli.render", "--chunk-file"])
        victims = [pid for pid, words in running.members().items() if target in words]
        if target == "group" and running.process.poll() is None:
            running.kill(signal.SIGKILL, group=True)
            kills += 1
        for pid in victims[:1]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
        if target == "--chunk-file" and running.process.poll() is None:
            time.sleep(rng.uniform(0, 1))
            running.kill(signal.SIGKILL)
            kills += 1
        running.wait()
    assert_a_rerun_gives_the_film(project, undisturbed)
    again = len(frames_drawn(project)) - 2 * FRAMES
    assert again <= kills * JOBS * FRAMES_A_CHUNK


@pytest.mark.parametrize(
    ("number", "group", "status"),
    [
        (signal.SIGINT, True, 130),  # Ctrl-C in a terminal
        (signal.SIGHUP, True, 129),  # a connection is lost
        (signal.SIGTERM, False, 143),
    ],
)
def test_a_signal_stops_all_processes_and_says_how_to_go_on(
    project, undisturbed, number, group, status
):
    split(project, jobs=JOBS)
    running = Running(project)
    wait_for_segments(project, 1)
    running.kill(number, group=group)
    ended, output = running.wait()
    assert ended == status
    assert output.endswith("Stopped. Run it again: it goes on from here.\n")
    assert "Traceback" not in output
    assert not [words for words in running.members().values() if "<defunct>" not in words]
    assert Journal.load(project / "tmp").step == "stopped"
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_terminal_that_is_closed_leaves_nothing_running(project, undisturbed, monkeypatch):
    split(project, jobs=JOBS)
    monkeypatch.setenv("SLOW", "0.2")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(project)
        os.execv("./tmp/run_all.sh", ["./tmp/run_all.sh"])
    wait_for_segments(project, 1)
    os.close(terminal)
    os.waitpid(child, 0)
    wait_until(lambda: not is_held(project / "tmp"))
    assert Journal.load(project / "tmp").step == "stopped"
    assert len(receipts(project)) < CHUNKS
    monkeypatch.delenv("SLOW")
    assert_a_rerun_gives_the_film(project, undisturbed)


def test_what_is_damaged_afterwards_is_rendered_again_and_nothing_else(project, undisturbed):
    split(project)
    assert run_all(project).returncode == 0
    before = receipts(project)
    for number, damage in enumerate(DAMAGES):
        damage(project / f"tmp/media/{2 * number}/Video.mp4")
        damage(project / f"tmp/media/{2 * number + 1}/receipt.json")
    receipt = project / "tmp/media/9/receipt.json"
    receipt.write_text(receipt.read_text().replace('"frames": 5', '"frames": 4'))
    assert_a_rerun_gives_the_film(project, undisturbed)
    after = receipts(project)
    assert {n for n in after if after[n] != before[n]} == {*range(2 * len(DAMAGES)), 9}


def test_what_drumkit_split_wrote_is_checked_before_anything_is_rendered(project, undisturbed):
    split(project)
    assert run_all(project).returncode == 0
    before = receipts(project)
    film = project / "tmp" / "Video.mp4"
    film.write_text("an older film")
    names = ("7.npy", "plan.json", "mix.wav")
    for name, damage in itertools.product(names, DAMAGES):
        whole = (project / "tmp" / name).read_bytes()
        damage(project / "tmp" / name)
        done = run_all(project)
        assert done.returncode == 1
        assert f"tmp/{name}" in done.stderr
        assert "drumkit-split" in done.stderr
        assert "Traceback" not in done.stderr
        assert film.read_text() == "an older film"
        (project / "tmp" / name).write_bytes(whole)
    for damage in DAMAGES:
        for name in names:
            damage(project / "tmp" / name)
        split(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert receipts(project) == before


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def overwrite(path):
    path.write_bytes(bytes(reversed(path.read_bytes())))


DAMAGES = [cut, empty, overwrite, os.unlink]

FAULTS = {
    "raises": ("raise RuntimeError('cursed')", "RuntimeError: cursed"),
    "hangs": ("time.sleep(99)", "given up: no new frame for 4 s (--timeout)"),
    "exits": ("sys.exit()", "the scene ended manim with status 0, too early"),
    "exits with a reason": ("sys.exit('it is Sunday')", "it is Sunday"),
    "ends the process": ("os._exit(0)", "manim ended, with status 0, before its segment was whole"),
    "is killed for memory": ("os.kill(os.getpid(), 9)", "because memory ran out"),
    "plays too few frames": (
        "self.construct = lambda: self.wait(0.25, frozen_frame=False); self.construct()",
        "frames, its chunk has 5",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_scene_with_a_fault_is_named_and_the_rest_is_kept(project, undisturbed, name):
    deed, words = FAULTS[name]
    split(project, fault=f"if NUMBER == 3 and not Path('mended').exists(): {deed}")
    patience = ["--timeout", "4"] if name == "hangs" else []
    done = run_all(project, *patience, RETRIES="0")
    assert done.returncode == 1
    assert "Chunk 3 failed: " in done.stderr
    assert "1 of 10 chunks failed (3)" in done.stderr
    assert words in done.stderr
    assert "logs/3.log" in done.stderr
    assert receipts(project).keys() == set(range(CHUNKS)) - {3}
    assert not (project / "tmp" / "Video.mp4").exists()
    status = run("drumkit-status", cwd=project)
    assert "9 done, 1 failed" in status.stdout
    assert words in status.stdout
    (project / "mended").touch()
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_chunk_that_fails_once_is_retried_and_the_film_is_made(project, undisturbed):
    fault = "if NUMBER == 3 and not Path('tried').exists(): Path('tried').touch(); os._exit(9)"
    split(project, fault=fault)
    done = run_all(project)
    assert done.returncode == 0
    assert "Chunk 3 failed and will be tried again: manim ended, with status 9" in done.stderr
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), undisturbed)


def test_fail_fast_does_not_render_what_will_not_become_a_film(project):
    split(project, fault="if NUMBER == 1: raise RuntimeError('cursed')")
    done = run_all(project, "--fail-fast", SLOW="0.2")
    assert done.returncode == 1
    assert "RuntimeError: cursed" in done.stderr
    assert len(receipts(project)) < 6


def test_a_second_run_and_a_split_are_refused_while_one_is_at_work(project, undisturbed):
    split(project, jobs=JOBS)
    running = Running(project)
    wait_for_segments(project, 1)
    second = run_all(project)
    assert second.returncode == 1
    assert "another run is at work" in second.stderr
    again = run("drumkit-split", "stems", cwd=project, check=False)
    assert again.returncode == 1
    assert "a run is at work" in again.stderr
    status, output = running.wait()
    assert status == 0, output
    assert_exact(project)
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), undisturbed)
    assert len(frames_drawn(project)) == FRAMES


def false_ffmpeg(tmp_path, code):
    """Put an ffmpeg first on the path that runs some shell code before the true one."""
    tools = tmp_path / "bin"
    tools.mkdir(exist_ok=True)
    script = tools / "ffmpeg"
    script.write_text(f'#!/bin/sh\n{code}\nexec {shutil.which("ffmpeg")} "$@"\n')
    script.chmod(0o755)
    return {"PATH": f"{tools}:{BIN}:{os.environ['PATH']}"}


FAILURES_OF_FFMPEG = {
    'case "$*" in *mix*aac*) exit 1;; esac': "encode the sound",
    'case "$*" in *concat*) exit 228;; esac': "join the segments",
    'case "$*" in *concat*) for last; do :; done; echo > "$last"; exit;; esac': "cannot be read",
}


def test_an_ffmpeg_that_fails_leaves_the_older_film_and_all_segments(
    project, undisturbed, tmp_path
):
    split(project)
    film = project / "tmp" / "Video.mp4"
    film.write_text("an older film")
    before = None
    for code, words in FAILURES_OF_FFMPEG.items():
        done = run("./tmp/run_all.sh", cwd=project, check=False, **false_ffmpeg(tmp_path, code))
        assert done.returncode == 1
        assert words in done.stderr
        assert film.read_text() == "an older film"
        assert Journal.load(project / "tmp").step == "failed"
        before = before or receipts(project)
        assert len(before) == CHUNKS
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert receipts(project) == before


def test_a_full_disk_is_said_and_a_rerun_goes_on_when_there_is_room(project, undisturbed):
    split(project)
    disk = project / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk to fill")
    try:
        shutil.copytree(project / "tmp", disk / "tmp")
        shutil.rmtree(project / "tmp")
        (project / "tmp").symlink_to(disk / "tmp")
        (disk / "own.py").symlink_to(project / "own.py")
        space = shutil.disk_usage(disk).free - 100_000
        (disk / "ballast").write_bytes(bytes(space))
        done = run_all(project)
        assert done.returncode == 1
        assert "is full" in done.stderr
        assert "Traceback" not in done.stderr.partition("is full")[0]
        before = receipts(project)
        (disk / "ballast").unlink()
        assert_a_rerun_gives_the_film(project, undisturbed)
        assert before.items() <= receipts(project).items()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long jump(void) { return (rand() % 7 - 3) * 3600L; }
int clock_gettime(clockid_t id, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(id, now);
    if (id == CLOCK_REALTIME) now->tv_sec += jump();
    return result;
}
int gettimeofday(struct timeval *now, void *zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
    int result = real(now, zone);
    now->tv_sec += jump();
    return result;
}
time_t time(time_t *now) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (now) *now = at.tv_sec;
    return at.tv_sec;
}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the clock is bent with LD_PRELOAD")
def test_a_clock_that_jumps_for_hours_changes_nothing(project, undisturbed, tmp_path):
    library = tmp_path / "clock.so"
    (tmp_path / "clock.c").write_text(CLOCK)
    compile_it = ("cc", "-shared", "-fPIC", "-o", library, tmp_path / "clock.c", "-ldl")
    run(*compile_it, cwd=tmp_path)
    split(project)
    bent = {"LD_PRELOAD": str(library)}
    code = "import time; print(len({round(time.time() / 3600) for _ in range(99)}))"
    assert int(run(sys.executable, "-c", code, cwd=project, **bent).stdout) > 3
    done = run_all(project, "--timeout", "30", SLOW="0.05", **bent)
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), undisturbed)
    assert Journal.load(project / "tmp").seconds < 120
    assert len(frames_drawn(project)) == FRAMES
    assert "done" in run("drumkit-status", cwd=project, **bent).stdout


def test_only_some_chunks_are_rendered_and_the_last_part_makes_the_film(project, undisturbed):
    split(project)
    done = run_all(project, "--only", "3,7-9")
    assert done.returncode == 0
    assert "\n20 of 20 frames" in done.stderr
    assert "No film yet: 6 of 10 chunks" in done.stderr
    assert receipts(project).keys() == {3, 7, 8, 9}
    assert not (project / "tmp" / "Video.mp4").exists()
    assert run_all(project, "--only", "0-2,4-6").returncode == 0
    assert_exact(project)
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), undisturbed)


@pytest.mark.parametrize("chosen", ["10", "3-", "9-7", "-1", "all", ""])
def test_chunks_that_are_none_are_refused(project, chosen):
    split(project)
    done = run_all(project, f"--only={chosen}")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert not receipts(project)


def test_a_folder_that_cannot_be_written_is_said(project):
    split(project)
    (project / "tmp" / ".lock").unlink(missing_ok=True)
    (project / "tmp" / ".lock").mkdir()
    done = run_all(project)
    assert done.returncode == 1
    assert "tmp cannot be written; copy it" in done.stderr
    assert not receipts(project)


def test_a_detached_run_is_stopped_cleanly_and_goes_on(project, undisturbed):
    split(project, jobs=JOBS)
    done = run_all(project, "--detach", "--retries", "0", SLOW="0.2")
    assert done.returncode == 0, done.stderr
    for words in ("drumkit-status", "--watch", "--stop", "logs/run.log"):
        assert words in done.stdout
    process = Journal.load(project / "tmp").process
    assert os.getsid(process) == process  # the terminal's end is not its end
    wait_for_segments(project, 1)
    stopped = run_all(project, "--stop")
    assert (stopped.returncode, "It has stopped" in stopped.stdout) == (0, True)
    assert not is_held(project / "tmp")
    assert "Stopped. Run it again" in (project / "tmp/logs/run.log").read_text()
    assert "No run is at work" in run_all(project, "--stop").stdout
    before = receipts(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert before.items() <= receipts(project).items()


def test_a_detached_run_that_cannot_begin_says_why_at_once(project):
    split(project)
    (project / "own.py").unlink()
    done = run_all(project, "--detach")
    assert done.returncode == 1
    assert "own.py does not exist" in done.stderr
    assert Journal.load(project / "tmp").step == "failed"
    done = run_all(project, "--detach", "--bogus")
    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_a_change_in_a_module_beside_the_scene_is_rendered(project):
    split(project, fault="from parts.sizes import SIZE; self.dots[0].scale(SIZE)")
    (project / "parts").mkdir()
    (project / "parts" / "sizes.py").write_text("SIZE = 1")
    (project / "other.py").write_text("SIZE = 1")
    assert run_all(project).returncode == 0
    before = receipts(project)
    (project / "other.py").write_text("SIZE = 2")
    assert run_all(project).returncode == 0
    assert receipts(project) == before
    (project / "parts" / "sizes.py").write_text("SIZE = 2")
    assert run_all(project).returncode == 0
    assert not receipts(project).items() & before.items()


def test_splitting_again_keeps_every_segment_whose_chunk_did_not_change(project):
    split(project)
    assert run_all(project).returncode == 0
    before = receipts(project)
    split(project, jobs=2, options=("--no-audio",))
    assert run_all(project).returncode == 0
    assert receipts(project) == before
    assert_exact(project)


@pytest.mark.parametrize("moment", [0.2, 0.5, 0.8])
def test_a_script_that_dies_while_it_starts_leaves_nothing_at_work(project, undisturbed, moment):
    split(project, jobs=JOBS)
    running = Running(project)
    time.sleep(moment)
    running.kill(signal.SIGKILL)
    running.wait()
    assert len(receipts(project)) < CHUNKS
    assert_a_rerun_gives_the_film(project, undisturbed)


SLOW_JOIN = 'case "$*" in *concat*) touch joining; sleep 30 & wait;; esac'


def test_a_script_that_dies_while_it_joins_takes_ffmpeg_with_it(project, undisturbed, tmp_path):
    split(project)
    bin_first = false_ffmpeg(tmp_path, f'trap "kill \\$!" TERM\n{SLOW_JOIN}')
    running = Running(project, slow="0", **bin_first)
    wait_until((project / "tmp" / "joining").exists)
    running.kill(signal.SIGKILL)
    start = time.monotonic()
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert time.monotonic() - start < 20


def test_a_run_is_stopped_while_it_joins_too(project, undisturbed, tmp_path):
    split(project)
    bin_first = false_ffmpeg(tmp_path, f'trap "kill \\$!; exit 1" TERM\n{SLOW_JOIN}')
    running = Running(project, slow="0", **bin_first)
    wait_until((project / "tmp" / "joining").exists)
    assert "It has stopped" in run_all(project, "--stop").stdout
    status, output = running.wait()
    assert (status, "Stopped. Run it again" in output) == (143, True)
    assert not (project / "tmp" / "Video.mp4").exists()
    assert_a_rerun_gives_the_film(project, undisturbed)


def test_what_a_scene_leaves_running_does_not_keep_the_next_run_out(project, undisturbed):
    split(project, fault="os.system('sleep 20 &') if NUMBER == 3 else None")
    assert run_all(project).returncode == 0
    assert not is_held(project / "tmp")
    assert_a_rerun_gives_the_film(project, undisturbed)


def test_a_module_that_is_edited_while_a_chunk_is_drawn_makes_no_film_of_two_kinds(project):
    (project / "parts").mkdir()
    sizes = project / "parts" / "sizes.py"
    sizes.write_text("SIZE = 1")
    edit = "Path('parts/sizes.py').write_text('SIZE = 2')"
    split(
        project,
        fault="from parts import sizes; self.dots[0].scale(sizes.SIZE)\n"
        f"        if NUMBER == 7 and sizes.SIZE == 1: {edit}",
    )
    done = run_all(project)
    assert done.returncode == 1
    assert "was edited while the chunk was drawn" in done.stderr
    assert "changed during the run" in done.stderr
    assert run_all(project).returncode == 0
    film = pictures(project / "tmp" / "Video.mp4")
    shutil.rmtree(project / "tmp" / "media")
    assert run_all(project).returncode == 0
    np.testing.assert_array_equal(pictures(project / "tmp" / "Video.mp4"), film)


def test_a_reader_that_goes_away_does_not_end_the_run(project, undisturbed):
    split(project)
    done = run("bash", "-c", "./tmp/run_all.sh 2>&1 | head -n 1", cwd=project)
    assert "Rendering all 10 chunks" in done.stdout
    wait_until(lambda: not is_held(project / "tmp"))
    assert len(receipts(project)) == CHUNKS


def test_the_script_is_found_through_symbolic_links(project, undisturbed, tmp_path):
    split(project)
    (tmp_path / "first").symlink_to(project / "tmp" / "run_all.sh")
    (project / "second").symlink_to("../first")
    assert run("./second", cwd=project).returncode == 0
    assert_exact(project)
    assert not (project / ".lock").exists()
