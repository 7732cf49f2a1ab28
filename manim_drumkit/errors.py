"""Errors whose messages are for the person who typed the command.

::

    DrumkitError
    ├── ConfigError    a setting, or the file of settings, cannot be used
    ├── StemError      a stem, or the folder of stems, cannot be used
    ├── ChunkError     a file of levels cannot be used
    ├── PlanError      plan.json, or what it is made from, cannot be used
    ├── SceneError     the scene's file or class cannot be used
    ├── RunError       a run cannot start, or cannot be reached
    ├── SegmentError   a segment does not match its chunk
    ├── FilmError      the segments do not make an exact film
    └── UsageError     options contradict each other, or name what cannot be
"""


class DrumkitError(Exception):
    """The base of all errors; a message says what is wrong, where, and what to do about it."""


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
    """A run cannot start, or cannot be reached."""


class SegmentError(DrumkitError):
    """A segment does not match its chunk."""


class FilmError(DrumkitError):
    """The segments do not make an exact film."""


class UsageError(DrumkitError):
    """Options contradict each other, or name what cannot be."""
