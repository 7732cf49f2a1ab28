"""The Manim plugin: adds ``--chunk-file`` and its companions to ``manim render``.

Manim imports this module at the end of ``import manim``, and calls nothing in it. So the
work is done at import, it is small, and a failure warns instead of breaking manim.
"""

import functools
import sys
import warnings
from typing import Any

CONTEXT = "manim_drumkit.segment.context"
"""Loaded when it is needed first: every ``import manim`` pays for what is imported here."""


def install() -> None:
    """Add the options to ``manim render``, and read them where manim reads its own."""
    import cloup
    from manim._config.utils import ManimConfig
    from manim.cli.render.commands import render

    from manim_drumkit.segment.patches import (
        LOAD_SCENES,
        READ_OPTIONS,
        RENDER_COMMAND,
        RENDER_SCENE,
        replace_methods,
    )

    if any(param.name == "chunk_file" for param in render.params):
        return
    options = cloup.option_group(
        "Drumkit options",
        cloup.option(
            "--chunk-file",
            metavar="FILE",
            multiple=True,
            help="Draw the levels in this file, as config.chunk_file and "
            "manim_drumkit.current_chunk(). May be repeated, to draw several chunks one "
            "after the other; - reads their names from standard input, each ended by a zero "
            "byte. Example: --chunk-file tmp/3.npy",
        ),
        cloup.option(
            "--segment-dir",
            metavar="DIR",
            default=None,
            help="Write this render's video into this folder, then a receipt that "
            "says that it is whole; {} stands for the name of the chunk. "
            "Example: --segment-dir 'tmp/media/{}'",
        ),
        cloup.option(
            "--log-file",
            metavar="FILE",
            default=None,
            help="Write what this render prints into this file; {} stands for the name "
            "of the chunk. Example: --log-file 'tmp/logs/{}.log'",
        ),
    )
    group = _declare(options)
    replace_methods(
        {
            RENDER_COMMAND: _rendering_all,
            READ_OPTIONS: _reading_ours,
            LOAD_SCENES: _settling,
            RENDER_SCENE: _recording,
        }
    )
    render.params.extend(group.options)
    render.option_groups.append(group)
    ManimConfig.chunk_file = None  # what config.chunk_file is without the option


def _declare(options: Any) -> Any:
    """Turn a decorator of options into the group that ``--help`` shows."""
    import cloup

    @cloup.command()
    @options  # type: ignore[untyped-decorator]
    def bearer() -> None: ...

    return bearer.option_groups[0]


def _rendering_all(callback: Any) -> Any:
    @functools.wraps(callback)
    def render(**parameters: Any) -> Any:
        if not any(parameters.get(name) for name in ("chunk_file", "segment_dir", "log_file")):
            for name in ("chunk_file", "log_file"):
                parameters.pop(name, None)
            return callback(**parameters)
        from manim_drumkit.segment.batch import render_batch

        return _reported(lambda: render_batch(callback, parameters))

    return render


def _reading_ours(digest_args: Any) -> Any:
    @functools.wraps(digest_args)
    def digest(config: Any, args: Any) -> Any:
        earlier = sys.modules.get(CONTEXT)
        if earlier:
            earlier.end()
        result = digest_args(config, args)
        if getattr(args, "chunk_file", None) or getattr(args, "segment_dir", None):
            from manim_drumkit.segment import context

            _reported(lambda: context.begin(config, args))
        return result

    return digest


def _settling(scene_classes_from_file: Any) -> Any:
    @functools.wraps(scene_classes_from_file)
    def load(*args: Any, **kwargs: Any) -> Any:
        classes = scene_classes_from_file(*args, **kwargs)
        context = sys.modules.get(CONTEXT)
        if context:
            context.settle()
        return classes

    return load


def _recording(scene_render: Any) -> Any:
    @functools.wraps(scene_render)
    def render(scene: Any, *args: Any, **kwargs: Any) -> Any:
        def run() -> Any:
            return scene_render(scene, *args, **kwargs)

        context = sys.modules.get(CONTEXT)
        return _reported(lambda: context.record(scene, run)) if context else run()

    return render


def _reported(action: Any) -> Any:
    """Run an action; on the command line its errors end the program, in one line."""
    import click

    from manim_drumkit.errors import DrumkitError, UsageError

    try:
        return action()
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    except DrumkitError as error:
        if click.get_current_context(silent=True) is None:
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


try:
    install()
except Exception as error:
    warnings.warn(
        f"manim-drumkit could not add its options to this manim ({error!r}); manim works as before",
        RuntimeWarning,
        stacklevel=2,
    )
