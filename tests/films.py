"""Running the commands for real, and looking at what they make."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from manim_drumkit.run.film import film_problems
from manim_drumkit.video import video_times
from manim_drumkit.workspace.plan import Plan

ROOT = Path(__file__).parent.parent
PYRAMIDS = ROOT / "scenes" / "pyramids.py"
BIN = Path(sys.executable).parent

TINY = ("-r", "160,90")
LOSSLESS = ("--encoder-option", "crf=0", "--encoder-option", "preset=ultrafast")


def run(*command, cwd, check=True, **env):
    """Run a command with our interpreter's tools on the path."""
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "COLUMNS": "200", **env}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(
            f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
    return done


def manim(*arguments, cwd, check=True, **env):
    options = ("--silent", "--disable_caching", "--progress_bar", "none", *TINY)
    command = (sys.executable, "-m", "manim", "render", *options, *arguments)
    return run(*command, cwd=cwd, check=check, **env)


def render_film(folder, *split_options, manim_options=(), stems="stems"):
    """Run the two commands of the README in a folder; return the film."""
    split_and = ("drumkit-split", stems, *split_options, "--", *TINY, *manim_options)
    run(*split_and, cwd=folder)
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
    assert frame_times(film) == [k / plan.fps for k in range(plan.total_frames)]
    assert film_problems(video_times(film), plan) == []
    probe = "ffprobe -v error -count_packets -select_streams v -of csv=p=0 -show_entries".split()
    entries = "stream=r_frame_rate,avg_frame_rate,start_pts,nb_read_packets"
    rate = f"{plan.fps.numerator}/{plan.fps.denominator}"
    found = run(*probe, entries, film, cwd=folder).stdout.strip()
    assert found == f"{rate},{rate},0,{plan.total_frames}"
