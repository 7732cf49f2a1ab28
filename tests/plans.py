"""A plan that needs no film."""

from fractions import Fraction

from manim_drumkit.workspace.plan import ChunkPlace, Plan

PLAN = Plan(
    scene_file="../scenes/pyramids.py",
    scene="Video",
    manim_options=("-r", "160,90"),
    fps=Fraction(30000, 1001),
    stems=("Kick", "Tr\N{REPLACEMENT CHARACTER}ngel", "$(rm -rf)"),
    labels=("Bass drum", "Triangle", ""),
    colors=("#FC6255", "#FFFFFF", "#00FF00"),
    chunks=(ChunkPlace(0, 30, "a" * 64), ChunkPlace(30, 12, "b" * 64)),
    audio=True,
    mix_sha256="ab",
    intro_seconds=1.5,
)
