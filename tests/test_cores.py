import os

import pytest

from manim_drumkit.cores import usable_cores


def cgroup(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)), raising=False)


def test_without_a_quota_all_cores_that_the_affinity_allows_count(tmp_path, many):
    assert usable_cores(root=tmp_path, own=tmp_path / "none") == 64


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("400000 100000", 4), ("150000 100000", 2), ("5000 100000", 1), ("max 100000", 64), ("x", 64)],
)
def test_the_quota_of_a_container_counts(tmp_path, many, limit, cores):
    (tmp_path / "own").write_text("0::/\n")
    cgroup(tmp_path, cpu__max=limit)
    assert usable_cores(root=tmp_path, own=tmp_path / "own") == cores


def test_the_tightest_quota_above_a_process_counts(tmp_path, many):
    (tmp_path / "own").write_text("0::/user.slice/film.service\n")
    cgroup(tmp_path / "user.slice", cpu__max="300000 100000")
    cgroup(tmp_path / "user.slice" / "film.service", cpu__max="800000 100000")
    cgroup(tmp_path / "other.slice", cpu__max="100000 100000")
    assert usable_cores(root=tmp_path, own=tmp_path / "own") == 3


def test_a_quota_of_cgroup_v1_counts_though_a_container_names_paths_of_its_host(tmp_path, many):
    (tmp_path / "own").write_text("4:memory:/docker/ab\n3:cpu,cpuacct:/docker/ab\n")
    quota = {"cpu__cfs_quota_us": "250000", "cpu__cfs_period_us": "100000"}
    cgroup(tmp_path / "cpu,cpuacct", **quota)
    assert usable_cores(root=tmp_path, own=tmp_path / "own") == 3


def test_more_quota_than_cores_gives_the_cores(tmp_path, many):
    (tmp_path / "own").write_text("0::/\n")
    cgroup(tmp_path, cpu__max="9900000 100000")
    assert usable_cores(root=tmp_path, own=tmp_path / "own") == 64
