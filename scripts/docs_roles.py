"""Let mkdocstrings read the roles in our docstrings, such as :meth:`draw`, as code or links."""

import re
from typing import Any

import griffe

import manim_drumkit

ROLE = re.compile(r":(?:attr|class|data|func|meth):`(?P<short>~?)(?P<target>[\w.]+)`")


class Roles(griffe.Extension):
    """Replace the roles in each docstring."""

    def on_instance(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Replace the roles in the docstring of one object."""
        if obj.docstring:
            obj.docstring.value = ROLE.sub(_link, obj.docstring.value)


def _link(role: re.Match[str]) -> str:
    """Return a public name as a link to its description, and any other as code."""
    name = role["target"].rpartition(".")[2]
    shown = f"`{name}`" if role["short"] else f"`{role['target']}`"
    public = name in manim_drumkit.__all__
    return f"[{shown}][manim_drumkit.{name}]" if public else f"`{name}`"
