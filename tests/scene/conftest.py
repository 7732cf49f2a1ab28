import pytest
from manim import config


@pytest.fixture(scope="session", autouse=True)
def media_of_its_own(tmp_path_factory):
    """Keep manim's pictures of text apart: several test processes would write the same files."""
    config.media_dir = tmp_path_factory.mktemp("media")
