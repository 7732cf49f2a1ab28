"""What mkdocs cannot read from docs/: pages made from the README, the code and the commands."""

import html
import inspect
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import cloup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import manim_drumkit
from manim_drumkit.cli import farm, run_command, split_command, status, stems

ROOT = Path(__file__).parent.parent
REPOSITORY = "https://github.com/manim-drumkit/manim-drumkit"
OURS = re.compile(
    rf"(?:{REPOSITORY}/blob|https://raw\.githubusercontent\.com/manim-drumkit/manim-drumkit)/main/"
    r"(?P<path>[^)\s#]+)"
)
PAGES_OF_ROOT = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"} | {
    "CONTRIBUTING.md": "contributing.md"
}
GIVEN = ("scene.frame.Frame", "scene.frame.Room", "palette.Theme", "workspace.film_levels.Hits")
COMMANDS = {
    "drumkit-split": split_command.main,
    "run_all.sh": run_command.main,
    "drumkit-status": status.main,
    "drumkit-stems": stems.main,
    "drumkit-farm": farm.main,
}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are written elsewhere already."""
    made = {page: (ROOT / name).read_text() for name, page in PAGES_OF_ROOT.items()}
    made["index.md"] = "---\nhide: [navigation]\n---\n" + made["index.md"]
    made |= {"commands.md": commands_page(), "api.md": api_page()}
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links into the repository into links within the site, and the other way round."""
    markdown = OURS.sub(lambda link: _target(link["path"]) or link[0], markdown)
    return re.sub(r"\]\(\.\./([^)\s]+)\)", rf"]({REPOSITORY}/blob/main/\1)", markdown)


def _target(path: str) -> str | None:
    """Return where a file of the repository stands in the site, ``None`` if it does not."""
    return PAGES_OF_ROOT.get(path) or (path[5:] if path.startswith("docs/") else None)


def api_page() -> str:
    """Write the page of all public names, which mkdocstrings fills from their docstrings."""
    order = ["DrumScene", "DrumMixin", "FilmLevels", "Chunk"]
    names = [*order, *(name for name in manim_drumkit.__all__ if name not in order)]
    parts = ["# Python", "All of these are imported from `manim_drumkit`."]
    parts += [f"::: manim_drumkit.{name}" for name in names]
    parts += ["## What scenes are given", "You need not import these."]
    options = "options: {heading_level: 3, show_if_no_docstring: true}"
    parts += [f"::: manim_drumkit.{path}\n    {options}" for path in GIVEN]
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """Write the page of all commands, from what ``--help`` prints."""
    completion = "[complete](recipes.md#completion-in-your-shell)"
    parts = ["# Commands", f"This is what `--help` prints. Your shell can {completion} all of it."]
    for name, command in COMMANDS.items():
        parts += [f"## {name}", *_described(command, name)]
    with warnings.catch_warnings(action="ignore"):  # of what manim imports
        from manim.cli.render.commands import render
    (group,) = (each for each in render.option_groups if each.title == "Drumkit options")
    parts += ["## manim render", "manim-drumkit adds these options to manim's own."]
    parts.append(_options(group.options, click.Context(render)))
    return "\n\n".join(parts) + "\n"


def _described(command: cloup.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{name} {usage}\n```"
    yield html.escape(inspect.cleandoc(command.help or ""), quote=False)
    for group in (*command.option_groups, command.get_default_option_group(context)):
        yield f"### {group.title} {{ #{name}-{group.title.lower().replace(' ', '-')} }}"
        yield _options(group.options, context)
    if isinstance(command.epilog, str):
        yield f"```console\n$ {command.epilog.removeprefix('Example: ')}\n```"


def _options(options: Sequence[click.Parameter], context: click.Context) -> str:
    """Write options as a list of definitions, which phones can show, too."""
    records = filter(None, (option.get_help_record(context) for option in options))
    pairs = [f"<code>{_plain(option)}</code>\n:   {_plain(text)}" for option, text in records]
    return "\n\n".join(pairs)


def _plain(text: str) -> str:
    escaped = html.escape(" ".join(text.split()), quote=False)
    return escaped.replace("[", "&#91;")
