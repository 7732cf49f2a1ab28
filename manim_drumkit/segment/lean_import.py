"""The lean import: of manim only its settings, and the options of ``manim render``.

``import manim`` loads all that draws, too, which takes twice as long. Here its package is made as
Python makes it, but not run; manim's own modules of settings and options are then imported from it.
"""

import sys
from importlib.metadata import entry_points, version
from importlib.util import find_spec, module_from_spec
from types import ModuleType

OWN_PLUGIN = "manim_drumkit.plugin"
"""Leaves manim's settings as they are."""
RENDERER = "manim.manager"
"""What draws; the module of the options imports it, and does not use it to read them."""


def import_settings() -> None:
    """Import what ``settings_with`` asks: all of manim, where less may not be the same.

    Only for a process that draws nothing. A plugin of others may change the settings.
    """
    plugins = {entry.module for entry in entry_points(group="manim.plugins")}
    if plugins <= {OWN_PLUGIN} and "manim" not in sys.modules:
        try:
            _import_part()
        except Exception:  # this manim is another, or its settings are wrong, and all of it says so
            for name in [name for name in sys.modules if name.partition(".")[0] == "manim"]:
                del sys.modules[name]
    import manim._config
    import manim.cli.render.commands  # noqa: F401


def _import_part() -> None:
    spec = find_spec("manim")
    if spec is None:
        raise ImportError("manim is not installed")
    package = module_from_spec(spec)
    vars(package)["__version__"] = version("manim")
    sys.modules["manim"] = package
    renderer = ModuleType(RENDERER)
    vars(renderer)["Manager"] = None
    sys.modules[RENDERER] = renderer
    import manim._config
    import manim.cli.render.commands  # noqa: F401
