"""Earlier versions of a learner's modules, small, in a hidden folder beside the record.

``.autograder`` holds the content of files by hash, compressed, and a list of which belong together:
so a module that did not change costs nothing. It is never handed in.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from autograder.course import Course
from autograder.files import lock_folder, write_atomically
from autograder.intake.rules import KEPT_FOLDER, MAX_FILE
from autograder.learning.modules import find_learner_module
from autograder.reports.record import format_now
from autograder.score import MilestoneScore, encode_json

INDEX = "versions.json"
CONTENTS = "files"
MOST_KEPT = 20  # versions of a milestone: the last that had most points, and the newest others
MOST_BYTES = 2 << 20  # of a file that is kept, a notebook's outputs left out

Snapshot = Mapping[str, bytes]  # the content of files by their names


class Version(msgspec.Struct, frozen=True):
    """What lay in the folder when a milestone was checked, and the points it had.

    Attributes
    ----------
    files : dict
        Name to the hash of its content: the milestone's own file, and those that it builds on.
    """

    milestone: str
    points: float
    of: float
    at: str
    files: dict[str, str]

    @property
    def share(self) -> float:
        """From 0 to 1: points are compared with those of their own run."""
        return self.points / self.of if self.of else 0.0


def read_snapshot(folder: Path, course: Course) -> dict[str, bytes]:
    """Return the content of the modules that lie in `folder`, without outputs of notebooks."""
    snapshot = {}
    for part in course.parts:
        module = find_learner_module(part, folder)
        with suppress(OSError):
            if module and module.file.stat().st_size <= MAX_FILE:
                data = drop_outputs(module.file, module.file.read_bytes())
                if len(data) <= MOST_BYTES:
                    snapshot[module.file.name] = data
    return snapshot


def drop_outputs(file: Path, data: bytes) -> bytes:
    """Return a notebook without what its cells printed; anything else as it is."""
    if file.suffix != ".ipynb":
        return data
    try:
        notebook = json.loads(data)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        return data
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def keep_versions(
    folder: Path, scores: Sequence[MilestoneScore], course: Course, snapshot: Snapshot
) -> None:
    """Keep `snapshot` for each milestone of `scores`, all of whose checks ran on it.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    new = [_make_version(score, course, snapshot) for score in scores if score.points > 0]
    home = folder / KEPT_FOLDER
    with lock_folder(home):
        versions = read_versions(folder)
        for version in new:
            if version.files:
                _write_contents(home, version, snapshot)
                versions = _add_version(versions, version)
        data = encode_json(msgspec.to_builtins(versions))
        if not (home / INDEX).is_file() or (home / INDEX).read_bytes() != data:
            write_atomically(home / INDEX, data)
        _remove_unused(home, versions)


def _make_version(score: MilestoneScore, course: Course, snapshot: Snapshot) -> Version:
    modules = {step.module for step in course.steps_to(course.part(score.id))}
    files = {
        name: _hash_content(data)
        for name, data in snapshot.items()
        if name.partition(".")[0] in modules
    }
    return Version(score.id, score.points, score.max_points, format_now(), files)


def _hash_content(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _write_contents(home: Path, version: Version, snapshot: Snapshot) -> None:
    for name, digest in version.files.items():
        file = home / CONTENTS / digest
        if not file.is_file():
            write_atomically(file, gzip.compress(snapshot[name], mtime=0))


def _add_version(versions: list[Version], new: Version) -> list[Version]:
    """Return `versions` with `new` as the newest of its milestone, and no more than are kept."""
    own = [one for one in versions if one.milestone == new.milestone and one.files != new.files]
    others = [one for one in versions if one.milestone != new.milestone]
    own = [*own, new]
    best = _pick_best(own)
    newest = [one for one in own if one is not best][-(MOST_KEPT - 1) :]
    return [*others, *(one for one in own if one is best or one in newest)]


def _pick_best(versions: Sequence[Version]) -> Version:
    """Return the last of those that had most points."""
    return max(enumerate(versions), key=lambda pair: (pair[1].share, pair[0]))[1]


def _remove_unused(home: Path, versions: Sequence[Version]) -> None:
    used = {digest for version in versions for digest in version.files.values()}
    for file in (home / CONTENTS).glob("*"):
        if file.name not in used and not file.name.startswith("."):
            file.unlink(missing_ok=True)


def read_versions(folder: Path) -> list[Version]:
    """Return what is kept, the oldest first; nothing where that cannot be read."""
    try:
        data = (folder / KEPT_FOLDER / INDEX).read_bytes()
        return msgspec.json.decode(data, type=list[Version])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def find_best(folder: Path, milestone: str) -> Version | None:
    """Return the last version of a milestone that had most points."""
    own = [version for version in read_versions(folder) if version.milestone == milestone]
    return _pick_best(own) if own else None


def read_content(folder: Path, version: Version, name: str) -> bytes | None:
    """Return the content of a file of `version`; None where it is gone or damaged."""
    try:
        data = gzip.decompress((folder / KEPT_FOLDER / CONTENTS / version.files[name]).read_bytes())
    except (OSError, EOFError, zlib.error, KeyError):
        return None
    return data if _hash_content(data) == version.files[name] else None


def name_differing(folder: Path, version: Version, snapshot: Snapshot) -> list[str]:
    """Return the files of `version` that are not as they were."""
    now = {name: _hash_content(data) for name, data in snapshot.items()}
    return [name for name, digest in version.files.items() if now.get(name) != digest]
