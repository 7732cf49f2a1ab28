"""The patches: every method of manim that ours take the place of, in one table.

Manim's files stay as they are. A method is replaced in memory, and only where its source still
says what ours relies on; where it does not, manim works as before, and slower.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Target:
    """A method of manim, and what its source must say for ours to take its place."""

    module: str
    owner: str
    """The class, or another object of the module, that has the method; empty for a function."""
    name: str
    expects: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.owner or self.module}.{self.name}"

    def load_owner(self) -> Any:
        """Import the object that has the method."""
        module = import_module(self.module)
        return getattr(module, self.owner) if self.owner else module

    def as_expected(self) -> bool:
        """Tell whether the method still does what ours relies on."""
        method = getattr(self.load_owner(), self.name, None)
        return inspect.isfunction(method) and all(
            words in inspect.getsource(inspect.unwrap(method)) for words in self.expects
        )


# What the plugin replaces for as long as manim is loaded.
RENDER_COMMAND = Target(
    "manim.cli.render.commands", "render", "callback", ("config.digest_args(click_args)",)
)
LOAD_SCENES = Target(
    "manim.cli.render.commands", "", "scene_classes_from_file", ("get_module(file_path)",)
)
READ_OPTIONS = Target("manim._config.utils", "ManimConfig", "digest_args", ("args.scene_names",))
RENDER_SCENE = Target("manim.scene.scene", "Scene", "render", ())

# What is replaced while a segment is rendered.
COUNT_FRAME = Target("manim.scene.scene_file_writer", "SceneFileWriter", "write_frame", ("repeat",))
LIST_PLAYS = Target(
    "manim.scene.scene_file_writer", "SceneFileWriter", "_concat_manifest_bytes", ("file 'file:",)
)
ENCODE_FRAME = Target(
    "manim.scene.video_segment_encoder",
    "VideoSegmentEncoder",
    "write_frame",
    ("_validate_frame", "_next_pts", "_stream.encode", "_container.mux", "_operation_error"),
)
FINISH_FILE = Target(
    "manim.scene.video_segment_encoder",
    "VideoSegmentEncoder",
    "finish",
    ("self._stream.encode()", "self._container.close()", "self._closed"),
)
GET_FRAME = Target(
    "manim.renderer.cairo_renderer",
    "CairoRenderer",
    "get_frame",
    ("return self.camera.pixel_array.copy()",),
)
UPDATE_FRAME = Target(
    "manim.renderer.cairo_renderer",
    "CairoRenderer",
    "update_frame",
    ("set_frame_to_background(", "camera.reset()"),
)
COMPILE_TEX = Target(
    "manim.mobject.text.tex_mobject",
    "",
    "tex_to_svg_file",
    ("generate_tex_file(", "svg_file.exists()"),
)
TARGETS = (
    RENDER_COMMAND,
    LOAD_SCENES,
    READ_OPTIONS,
    RENDER_SCENE,
    COUNT_FRAME,
    LIST_PLAYS,
    ENCODE_FRAME,
    FINISH_FILE,
    GET_FRAME,
    UPDATE_FRAME,
    COMPILE_TEX,
)

Replacements: TypeAlias = Mapping[Target, Callable[[Any], Any]]
"""By target, a function that takes manim's method and returns the one in its place."""


def replace_methods(replacements: Replacements) -> Callable[[], None]:
    """Replace methods of manim; return a function that gives manim its own back.

    Raises:
        RuntimeError: one of them is not as expected; none is replaced.
    """
    strange = [
        f"{each.owner or each.module}.{each.name}"
        for each in replacements
        if not each.as_expected()
    ]
    if strange:
        raise RuntimeError(f"{', '.join(strange)} of manim is not as manim-drumkit knows it")
    owners = {target: target.load_owner() for target in replacements}
    own = {target: vars(owners[target])[target.name] for target in replacements}
    for target, make in replacements.items():
        setattr(owners[target], target.name, make(getattr(owners[target], target.name)))

    def undo() -> None:
        for target, method in own.items():
            setattr(owners[target], target.name, method)

    return undo


@contextmanager
def replaced_methods(replacements: Replacements, *, needed_for: str = "") -> Iterator[None]:
    """Replace methods of manim in the block; where one is not as expected, warn and go on.

    Args:
        replacements: the methods.
        needed_for: what cannot be made without them.

    Raises:
        SegmentError: one is not as expected, and they are needed.
    """
    try:
        undo = replace_methods(replacements)
    except RuntimeError as error:
        if needed_for:
            from manim_drumkit.errors import SegmentError  # not at each import of manim

            raise SegmentError(f"{error}; it is needed for {needed_for}") from error
        warnings.warn(f"{error}; it is used as it is, and slower", RuntimeWarning, stacklevel=2)
        yield
        return
    try:
        yield
    finally:
        undo()
