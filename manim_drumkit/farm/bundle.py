"""The bundle: all files of a film, but for its chunks, that a worker elsewhere needs to draw it."""

import configparser
import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from manim_drumkit.atomic import read_regular
from manim_drumkit.errors import RunError
from manim_drumkit.run.folder import RunFolder
from manim_drumkit.segment.scene_imports import modules_of
from manim_drumkit.workspace.layout import BACKGROUND_NAME, HITS_NAME, LEVELS_NAME, PLAN_NAME

CONFIG_NAME = "manim.cfg"
SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""Of all files in the archive, so that equal files make equal archives."""
UNWANTED = frozenset(("__pycache__", ".git"))
"""Folders that are left out of a folder that is included."""


@dataclass(frozen=True)
class Bundle:
    """An archive of files, and where in it manim finds what.

    The files lie to each other as on the client's disk, so that a scene finds its modules, and
    receipts name them, alike. All paths are relative to the root of the archive.
    """

    archive: bytes
    """A zip archive."""
    digest: str
    """Its SHA-256."""
    project: str
    """The folder that manim runs in."""
    folder: str
    """The folder of the plan."""
    command: tuple[str, ...]
    """Manim's command line without its Python; paths are relative to the project."""
    python_path: tuple[str, ...]
    """The folders that PYTHONPATH names."""
    command_digest: str
    """The digest of the run's command line, for receipts."""
    video_name: str
    """The file name of a segment's video."""

    def unpack(self, root: Path) -> None:
        """Write all files below a folder.

        Raises:
            OSError: the folder cannot be written.
        """
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            archive.extractall(root)
        for name in (self.project, self.folder):
            (root / name).mkdir(parents=True, exist_ok=True)

    @classmethod
    def of(cls, run: RunFolder, include: Sequence[Path] = ()) -> "Bundle":
        """Bundle what a run reads.

        Args:
            run: the run's folder, with its command line; this process runs in its project.
            include: more files and folders that the scene reads.

        Raises:
            RunError: a file to include is not there, or the command line has another scene.
        """
        plan, project, scene_file = run.plan, _plain(Path.cwd()), _scene_file(run)
        modules = (scene_file.parent / name for name in modules_of(scene_file))
        beside_plan = [PLAN_NAME, LEVELS_NAME, HITS_NAME]
        if plan.film.background_sha256:
            beside_plan.append(BACKGROUND_NAME)
        paths = {
            scene_file,
            *modules,
            *(run.folder / name for name in beside_plan),
            *_files(include),
        }
        files = {_plain(path): read_regular(path) for path in paths}
        config = _config(project)
        if config:
            files[project / CONFIG_NAME] = config
        folder = _plain(run.folder)
        named = [Path(name) for name in os.environ.get("PYTHONPATH", "").split(os.pathsep) if name]
        root = Path(os.path.commonpath([folder, project, *(path.parent for path in files)]))
        archive = _zipped({path.relative_to(root): files[path] for path in sorted(files)})
        return cls(
            archive,
            hashlib.sha256(archive).hexdigest(),
            str(project.relative_to(root)),
            str(folder.relative_to(root)),
            tuple(_from(project, word, files) for word in run.command[1:]),
            tuple(str(path.relative_to(root)) for path in map(_plain, named)
                  if path.is_relative_to(root)),
            run.command_digest,
            plan.film_name,
        )  # fmt: skip


def _plain(path: Path) -> Path:
    """Return an absolute path without ``..``."""
    return Path(os.path.normpath(path.absolute()))


def _scene_file(run: RunFolder) -> Path:
    """Return the scene's file as the command line names it.

    Raises:
        RunError: the command line does not name the plan's scene.
    """
    words, scene = run.command, run.plan.scene
    place = words.index(scene) if scene in words else 0
    path = Path(words[place - 1]) if place else Path()
    if not path.is_file() or not path.samefile(run.folder / run.plan.scene_file):
        raise RunError(
            f"the manim command in run_all.sh does not draw {scene} of {run.plan.scene_file}, as "
            "the plan does; run drumkit-split again with that scene"
        )
    return path


def _files(include: Iterable[Path]) -> Iterator[Path]:
    for path in include:
        if not path.exists():
            raise RunError(f"{path} does not exist; --include names files and folders")
        if path.is_file():
            yield path
        for place, folders, names in os.walk(path):
            folders[:] = [name for name in folders if name not in UNWANTED]
            yield from (each for name in names if (each := Path(place, name)).is_file())


def _config(project: Path) -> bytes:
    """Return manim's configuration of the user and the project, in one file."""
    own, of_user = project / CONFIG_NAME, Path.home() / ".config" / "manim" / CONFIG_NAME
    if not of_user.is_file():
        return read_regular(own) if own.is_file() else b""
    parser, text = configparser.RawConfigParser(), io.StringIO()
    parser.read([of_user, own], encoding="utf-8")
    parser.write(text)
    return text.getvalue().encode()


def _from(project: Path, word: str, files: Mapping[Path, bytes]) -> str:
    """Return a word of a command line; a path of a bundled file relative to the project."""
    path = Path(word)
    if path.is_absolute() and _plain(path) in files:
        return os.path.relpath(_plain(path), project)
    return word


def _zipped(files: Mapping[Path, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            place = zipfile.ZipInfo(path.as_posix(), SAME_TIME)
            archive.writestr(place, content, zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()
