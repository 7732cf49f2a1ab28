"""What can go wrong, in words for the person who typed the command.

::

    DrumkitError
    ├── ConfigError    a setting, or the file of settings, cannot be used
    ├── StemError      a stem, or the folder of stems, cannot be used
    ├── ChunkError     a file of levels cannot be used
    ├── PlanError      plan.json, or what it is made from, cannot be used
    ├── SceneError     the scene's file or class cannot be used
    ├── RunError       a run cannot begin, or cannot be reached
    ├── SegmentError   a segment is not what its chunk asks for
    └── FilmError      the segments could not be joined into an exact film
"""


class DrumkitError(Exception):
    """Say what is wrong, in which file, and what to do about it."""


class ConfigError(DrumkitError):
    """A setting, or the file of settings, cannot be used."""


class StemError(DrumkitError):
    """A stem, or the folder of stems, cannot be used."""


class ChunkError(DrumkitError):
    """A file of levels cannot be used."""


class PlanError(DrumkitError):
    """The plan, or what it is made from, cannot be used."""


class SceneError(DrumkitError):
    """The scene's file or class cannot be used."""


class RunError(DrumkitError):
    """A run cannot begin, or cannot be reached."""


class SegmentError(DrumkitError):
    """A segment is not what its chunk asks for."""


class FilmError(DrumkitError):
    """The segments could not be joined into an exact film."""
