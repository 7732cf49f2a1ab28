import pytest

from manim_drumkit.errors import PlanError
from manim_drumkit.segment.manim_cli import ALPHA_OPTIONS
from manim_drumkit.split.encoder_trial import needs_trial, try_encoder


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({"video_codec": "auto", "pixel_format": "auto"}, False),
        ({"video_codec": "libx264", "pixel_format": "yuv420p"}, False),
        ({"video_codec": "libx265", "pixel_format": "auto"}, True),
        ({"video_codec": "auto", "pixel_format": "yuv444p"}, True),
    ],
)
def test_what_every_machine_can_do_needs_no_trial(settings, needed):
    assert needs_trial(settings) is needed


@pytest.mark.film
def test_a_machine_that_cannot_make_a_transparent_film_says_so(tmp_path):
    settings = {"video_codec": "no_such_codec", "pixel_format": "yuva444p10le"}
    settings["background_opacity"] = "0.0"
    with pytest.raises(PlanError, match=r"cannot encode.*no_such_codec.*leave out --transparent"):
        try_encoder([*ALPHA_OPTIONS, "--video-codec", "no_such_codec"], settings)


@pytest.mark.film
@pytest.mark.parametrize(
    ("codec", "works"),
    [("libx265", True), ("libsvtav1", False), ("h264_nvenc", False), ("no_such_codec", False)],
)
def test_a_codec_is_opened_written_and_joined_or_named(codec, works):
    settings = {"video_codec": codec, "pixel_format": "auto"}
    options = ("--quality", "h", "--video-codec", codec)
    if works:
        try_encoder(options, settings)
        return
    with pytest.raises(PlanError, match=f"cannot encode and join with --video-codec {codec}"):
        try_encoder(options, settings)
