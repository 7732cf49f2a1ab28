"""The options of ``drumkit-split`` for the scene: which one, and what it is told."""

from typing import Any

import click
import cloup
from click.shell_completion import CompletionItem

from manim_drumkit.cli.errors import lasting_output, reported
from manim_drumkit.cli.types import Assignment, Finite
from manim_drumkit.palette import THEMES
from manim_drumkit.split.scene_file import DEFAULT_SCENE
from manim_drumkit.split.scene_names import list_scenes
from manim_drumkit.text import printable
from manim_drumkit.workspace.scene_options import COMMON_OPTIONS, MOST_SECONDS


@reported
def _list_scenes(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    scenes = list_scenes()
    width = max(len(scene.name) for scene in scenes)
    with lasting_output():
        for scene in scenes:
            origin = f"  ({scene.origin})" if scene.origin else ""
            click.echo(printable(f"{scene.name:{width}}  {scene.about}{origin}"))
    context.exit()


def _complete_scene(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Complete the name of a scene, or that of a file."""
    names = [scene.name for scene in list_scenes() if scene.name.startswith(begun)]
    return [CompletionItem(begun, type="file"), *map(CompletionItem, names)]


SCENE = cloup.option(
    "--scene",
    metavar="NAME|FILE:CLASS",
    default=DEFAULT_SCENE,
    show_default=True,
    shell_complete=_complete_scene,
    help="The scene to render: its name, a file with one scene, or a class in a file.",
)
LIST_SCENES = cloup.option(
    "--list-scenes",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_scenes,
    help="Print the names of all scenes, and exit.",
)
TITLE = cloup.option("--title", metavar="TEXT", help="The title, in the upper left corner.")

SCENE_GROUP = cloup.option_group(
    "Scene",
    cloup.option("--subtitle", metavar="TEXT", help="A smaller line below the title."),
    cloup.option(
        "--background",
        metavar="COLOR|IMAGE",
        help="What is behind the picture: #RRGGBB, a colour's name, or the file of an image.",
    ),
    cloup.option(
        "--theme",
        type=click.Choice(list(THEMES)),
        metavar="NAME",
        help=f"The colours of background, text and stems: {', '.join(THEMES)}; the last is for "
        "colour-blind eyes.  [default: the scene's]",
    ),
    cloup.option(
        "--fade",
        type=Finite(0, MOST_SECONDS),
        metavar="S",
        help="Fade in and out within S seconds.  [default: the scene's]",
    ),
    cloup.option(
        "--intro",
        type=Finite(min=0),
        default=0.0,
        metavar="S",
        help="Open from above, and swing into place within S seconds.",
    ),
    cloup.option(
        "--set",
        "assignments",
        type=Assignment(),
        multiple=True,
        metavar="KEY=VALUE",
        help="Set any option of the scene; repeat it for several.",
    ),
)


def take_options(values: dict[str, Any]) -> dict[str, str]:
    """Take what is said to the scene out of the values of all options, and return it as text."""
    texts = dict(values.pop("assignments"))
    short = {name: values.pop(name) for name in COMMON_OPTIONS}
    return texts | {name: str(value) for name, value in short.items() if value is not None}
