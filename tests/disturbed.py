"""Fixtures of tests that disturb a run: a project, and the film that it must give in the end."""

import pytest

from runs import FRAMES, undisturbed_film
from sounds import write_stems


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "Tom's project"
    write_stems(folder / "stems", FRAMES / 10)
    return folder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The pictures of the film as run_all.sh makes it, undisturbed."""
    return undisturbed_film(tmp_path_factory.mktemp("undisturbed"), FRAMES)
