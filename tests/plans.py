"""A plan that needs no film."""

from dataclasses import fields, replace
from fractions import Fraction

from manim_drumkit.workspace.plan import ChunkPlace, Film, Plan

PLAN = Plan(
    film=Film(
        stems=("Kick", "Tr\N{REPLACEMENT CHARACTER}ngel", "$(rm -rf)"),
        labels=("Bass drum", "Triangle", ""),
        kinds=("kick", "percussion", "other"),
        colors=("#FC6255", "#FFFFFF", "#00FF00"),
        fps=Fraction(30000, 1001),
        total_frames=42,
        intro_seconds=1.5,
    ),
    scene_file="../scenes/pyramids.py",
    scene="Video",
    manim_options=("-r", "160,90"),
    settings={"pixel_width": "160"},
    chunks=(ChunkPlace(0, 30, "a" * 64), ChunkPlace(30, 12, "b" * 64)),
    levels_sha256="c" * 64,
    hits_sha256="d" * 64,
    mix_sha256="ab",
)


def plan_with(**changes):
    """Return the plan with other values, its own or the film's."""
    if "chunks" in changes:
        changes["total_frames"] = sum(chunk.frame_count for chunk in changes["chunks"])
    if "stems" in changes:
        changes.setdefault("kinds", ("other",) * len(changes["stems"]))
    of_film = {each.name: changes.pop(each.name) for each in fields(Film) if each.name in changes}
    return replace(PLAN, film=replace(PLAN.film, **of_film), **changes)
