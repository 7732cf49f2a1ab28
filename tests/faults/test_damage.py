"""Damage on disk, no room on it, a broken ffmpeg and a mad clock: all of it is named, or mended."""

import itertools
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from programs import run
from runs import (
    CHUNKS,
    FRAMES,
    assert_a_rerun_gives_the_film,
    false_ffmpeg,
    film,
    frames_drawn,
    receipts,
    run_all,
    split,
    state,
)

pytestmark = pytest.mark.film


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def overwrite(path):
    path.write_bytes(bytes(reversed(path.read_bytes())))


DAMAGES = [cut, empty, overwrite, os.unlink]


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
    shown = project / "tmp" / "Video.mp4"
    shown.write_text("an older film")
    names = ("7.npy", "plan.json", "mix.wav")
    for name, damage in itertools.product(names, (overwrite, os.unlink)):
        whole = (project / "tmp" / name).read_bytes()
        damage(project / "tmp" / name)
        done = run_all(project)
        assert done.returncode == 1
        assert f"tmp/{name}" in done.stderr
        assert "drumkit-split" in done.stderr
        assert "Traceback" not in done.stderr
        assert shown.read_text() == "an older film"
        (project / "tmp" / name).write_bytes(whole)
    for damage in DAMAGES:
        for name in names:
            damage(project / "tmp" / name)
        split(project)
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert receipts(project) == before


FAILURES_OF_FFMPEG = {
    'case "$*" in *mix*aac*) exit 1;; esac': "encode the sound",
    'case "$*" in *concat*) exit 228;; esac': "join the segments",
    'case "$*" in *concat*) for last; do :; done; echo > "$last"; exit;; esac': "cannot be read",
}


def test_an_ffmpeg_that_fails_leaves_the_older_film_and_all_segments(
    project, undisturbed, tmp_path
):
    split(project)
    shown = project / "tmp" / "Video.mp4"
    shown.write_text("an older film")
    before = None
    for code, words in FAILURES_OF_FFMPEG.items():
        done = run_all(project, **false_ffmpeg(tmp_path, code))
        assert done.returncode == 1
        assert words in done.stderr
        assert shown.read_text() == "an older film"
        assert state(project).phase == "failed"
        before = before or receipts(project)
        assert len(before) == CHUNKS
    assert_a_rerun_gives_the_film(project, undisturbed)
    assert receipts(project) == before


@pytest.mark.root
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
"""C's ``rand`` begins with the same seed in every process."""


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
    done = run_all(project, "--timeout", "30", SLOW="0.02", **bent)
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(film(project), undisturbed)
    assert state(project).seconds < 300  # an hour is 3600
    assert len(frames_drawn(project)) == FRAMES
    assert "done" in run("drumkit-status", cwd=project, **bent).stdout
