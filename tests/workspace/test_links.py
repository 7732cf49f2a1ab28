import os

import pytest

from manim_drumkit.errors import RunError
from manim_drumkit.workspace.layout import run_names
from manim_drumkit.workspace.links import refuse_links
from manim_drumkit.workspace.lock import open_lock


@pytest.fixture
def folder(tmp_path):
    for place in ("media/3", "logs"):
        (tmp_path / "tmp" / place).mkdir(parents=True)
    (tmp_path / "victim").write_text("mine")
    return tmp_path / "tmp"


def test_a_folder_without_links_is_fine_and_so_is_one_behind_a_link(folder, tmp_path):
    (folder / "logs" / "0.log").touch()
    (tmp_path / "link").symlink_to(folder)
    refuse_links(folder, "Video.mp4")
    refuse_links(tmp_path / "link", "Video.mp4")


@pytest.mark.parametrize(
    "name",
    [
        *sorted(run_names("Video.mp4")),
        *("logs/0.log", "logs/run.log", "media/7", "media/3/Video.mp4", "media/3/receipt.json"),
        *("media/3/.receipt.part.json", "media/3/progress", "media/3/partial", "media/3/texts"),
    ],
)
def test_a_link_is_refused_by_name_wherever_a_run_writes(folder, tmp_path, name):
    (folder / name).symlink_to(tmp_path / "victim")
    with pytest.raises(RunError, match=rf"{name} is a link"):
        refuse_links(folder, "Video.mp4")


@pytest.mark.parametrize("name", ["media", "logs"])
def test_a_folder_that_is_a_link_is_refused_by_name(folder, tmp_path, name):
    (folder / name).rename(tmp_path / "away")
    (folder / name).symlink_to(tmp_path / "away")
    with pytest.raises(RunError, match=rf"{name} is a link"):
        refuse_links(folder, "Video.mp4")


def test_what_is_no_file_is_refused_by_name(folder):
    (folder / "Video.mp4").mkdir()
    with pytest.raises(RunError, match=r"Video\.mp4 is not a regular file"):
        refuse_links(folder, "Video.mp4")
    (folder / "Video.mp4").rmdir()
    os.mkfifo(folder / ".run.json")
    with pytest.raises(RunError, match=r"\.run\.json is not a regular file"):
        refuse_links(folder, "Video.mp4")


@pytest.mark.parametrize("name", ["logs/0.log", "logs/run.log", "media/7", "media/3/Video.mp4"])
def test_a_pipe_is_refused_by_name_wherever_a_run_writes(folder, name):
    os.mkfifo(folder / name)
    with pytest.raises(RunError, match=rf"{name} is not a regular file"):
        refuse_links(folder, "Video.mp4")


def test_what_is_no_folder_is_refused_by_name(folder):
    (folder / "logs").rmdir()
    (folder / "logs").touch()
    with pytest.raises(RunError, match=r"logs is not a folder; move it away"):
        refuse_links(folder, "Video.mp4")


def test_a_lock_that_is_a_link_is_not_followed(folder, tmp_path):
    (folder / ".lock").symlink_to(tmp_path / "planted")
    with pytest.raises(RunError, match=r"\.lock is a link"):
        open_lock(folder)
    assert not (tmp_path / "planted").exists()
