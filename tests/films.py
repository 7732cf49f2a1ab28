"""Making films, and looking at them."""

from contextlib import chdir
from fractions import Fraction

import av
import numpy as np
from click.testing import CliRunner

from manim_drumkit.cli.split_command import main as split_command
from manim_drumkit.run.film import film_problems
from manim_drumkit.video import video_times
from manim_drumkit.workspace.plan import Plan
from programs import TINY, run


def split(folder, *arguments, code=0):
    """Run drumkit-split in a folder, but in this process, which has manim imported already."""
    with chdir(folder):
        done = CliRunner().invoke(split_command, [str(part) for part in arguments])
    assert done.exit_code == code, done.output
    return done


def render_film(folder, *split_options, manim_options=()):
    """Split the stems of a folder and run all; return the film."""
    split(folder, "stems", *split_options, "--", *TINY, *manim_options)
    run("./tmp/run_all.sh", cwd=folder)
    return folder / "tmp" / "Video.mp4"


def pictures(path):
    """Decode a video into ``uint8[frames, height, width]`` arrays of luma and chroma rows."""
    with av.open(str(path)) as container:
        return np.array([frame.to_ndarray() for frame in container.decode(video=0)])


def frame_times(path):
    """Decode a video and give the seconds at which a player shows its frames."""
    with av.open(str(path)) as container:
        return [frame.pts * Fraction(frame.time_base) for frame in container.decode(video=0)]


def sound(path):
    """Decode the sound of a film into ``float32[samples, channels]`` from time 0, and its rate."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        return np.concatenate(frames, axis=1).T, stream.rate


def assert_exact(folder):
    """Check a film by what a player shows, frame by frame, and by its packets."""
    plan = Plan.load(folder / "tmp" / "plan.json")
    film = folder / "tmp" / plan.film_name
    assert frame_times(film) == [k / plan.film.fps for k in range(plan.film.total_frames)]
    assert film_problems(video_times(film), plan) == []
    probe = "ffprobe -v error -count_packets -select_streams v -of csv=p=0 -show_entries".split()
    entries = "stream=r_frame_rate,avg_frame_rate,start_pts,nb_read_packets"
    rate = f"{plan.film.fps.numerator}/{plan.film.fps.denominator}"
    found = run(*probe, entries, film, cwd=folder).stdout.strip()
    assert found == f"{rate},{rate},0,{plan.film.total_frames}"
