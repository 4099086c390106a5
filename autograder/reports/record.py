"""The learner's record: what was reached when, and which hints were used.

One plain file in the workspace, ``progress.json``. Everything in it can be merged: the first time
that a check passed, the most points, the hints of both sides. So a copy that was written on a
second machine, a conflict of git's, or the conflict copy of a file service loses nothing.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.files import alone_in, write_atomically
from autograder.score import MilestoneScore, as_json

NAME = "progress.json"
HANDOUTS = "handouts"  # `start` makes this folder: it tells a workspace from any other
KIT = "kit"  # what `release` makes has the handouts and this beside the folders to work in
WORK = ("work", "notebooks")
VERSION = 1
ABOUT = (
    "What you have reached, and when: written by autograder, read by 'autograder status'. "
    "Keep it with your files; copies from two machines may be merged line by line."
)
MARKERS = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?= |$)")  # git writes them around a conflict

Data = dict[str, Any]


class Unreadable(Exception):
    """A file that is no record; the message says why."""


class Reached(msgspec.Struct, frozen=True):
    """The points of one milestone in one run."""

    points: float
    of: float
    at: str

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, max(0.0, self.points / self.of)) if self.of > 0 else 0.0


class Record(msgspec.Struct, frozen=True):
    """What this kit knows of a record; a later kit's may hold more, and keeps it.

    Attributes
    ----------
    passed : dict
        Check to when it first passed.
    best, last : dict
        Milestone to the most points of any run, and to those of the last run of all its checks.
    hints : dict
        Check to hint level to when it was first asked for.
    """

    version: int
    passed: dict[str, str] = {}
    best: dict[str, Reached] = {}
    last: dict[str, Reached] = {}
    hints: dict[str, dict[str, str]] = {}


def is_workspace(folder: Path) -> bool:
    """Whether `folder` was made by ``start`` or ``release``, or has a record."""
    return folder.is_dir() and ((folder / NAME).is_file() or handouts(folder).is_dir())


def handouts(folder: Path) -> Path:
    """Return where the handouts for `folder` lie, if anywhere: in it, or in a kit beside it."""
    above = folder / os.pardir
    is_kits = (above / KIT).is_dir() and not (folder / HANDOUTS).is_dir()
    return (above if is_kits else folder) / HANDOUTS


def read(folder: Path) -> Record:
    """Return the record of `folder`, an empty one where there is none.

    Raises
    ------
    Unreadable
        When the file holds something else.
    OSError
        When it cannot be read.
    """
    return msgspec.convert(_all(folder / NAME), Record)


def add(folder: Path, facts: Data) -> Path | None:
    """Merge `facts` into the record of `folder`, at once or not at all.

    Returns
    -------
    Path or None
        Where a file that is no record was put aside.

    Raises
    ------
    OSError
        When the record cannot be written.
    """
    file = Path(os.path.realpath(folder / NAME))
    with alone_in(file.parent):
        return _add(file, facts)


def _add(file: Path, facts: Data) -> Path | None:
    aside, known = None, _empty()
    try:
        known = _all(file)
    except Unreadable:
        aside = _put_aside(file)
    merged = _with_last(merge(known, facts), facts)
    if aside or not file.exists() or file.read_bytes() != as_json(merged):
        write_atomically(file, as_json(merged))
    return aside


def _with_last(merged: Data, facts: Data) -> Data:
    """Let a run that ended in the same second as the one before it be the last one."""
    runs = merged.get("last", {})
    new = {id: run for id, run in facts.get("last", {}).items() if run["at"] == runs[id]["at"]}
    return merged | {"last": runs | new} if new else merged


def of_milestones(
    scores: Sequence[MilestoneScore], most: Mapping[str, float], now: str = ""
) -> Data:
    """Return what a run proves.

    Parameters
    ----------
    scores : sequence of MilestoneScore
        What came out.
    most : mapping
        Milestone to what all of its public checks are worth; a run of some of them proves no more
        than their own points.
    now : str
        When; this moment by default.
    """
    at = now or moment()
    reached = [(one.id, Reached(one.points, most[one.id], at)) for one in scores]
    whole = {one.id for one in scores if abs(one.max_points - most[one.id]) < 0.005}
    best = {id: msgspec.to_builtins(told) for id, told in reached if id in whole or told.points}
    last = {id: told for id, told in best.items() if id in whole}
    passed = {check.id: at for one in scores for check in one.checks if check.status == "passed"}
    return {"passed": passed, "best": best, "last": last}


def of_hint(check: str, level: int, now: str = "") -> Data:
    """Return that the hints of `check` up to `level` were shown."""
    at = now or moment()
    return {"hints": {check: {str(step): at for step in range(1, level + 1)}}}


def moment() -> str:
    """Return the time as records write it: in UTC, so that texts compare as times do."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def merge(one: Data, other: Data) -> Data:
    """Return what two records tell together; their order does not matter."""
    return {
        key: _either(MERGERS.get(key, _anything), one, other, key)
        for key in sorted({*one, *other}, key=_place)
    }


def _either(how: Callable[[Any, Any], Any], one: Data, other: Data, key: str) -> Any:
    if key in one and key in other:
        return how(one[key], other[key])
    return _sorted(one.get(key, other.get(key)))


def _keywise(how: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def merged(one: Data, other: Data) -> Data:
        return {key: _either(how, one, other, key) for key in sorted({*one, *other})}

    return merged


def _sorted(value: Any) -> Any:
    return {key: value[key] for key in sorted(value)} if isinstance(value, dict) else value


def _better(one: Data, other: Data) -> Data:
    """The greater share; of two equal ones the earlier."""
    first, second = msgspec.convert(one, Reached), msgspec.convert(other, Reached)
    if first.share != second.share:
        return one if first.share > second.share else other
    return min(one, other, key=lambda told: (told["at"], _text(told)))


def _later(one: Data, other: Data) -> Data:
    return max(one, other, key=lambda told: (told["at"], _text(told)))


def _anything(one: Any, other: Any) -> Any:
    """What a later kit wrote: folders of facts are joined, and of two facts one is kept."""
    if isinstance(one, dict) and isinstance(other, dict):
        return _keywise(_anything)(one, other)
    return max(one, other, key=_text)


def _text(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


MERGERS: dict[str, Callable[[Any, Any], Any]] = {
    "about": _anything,
    "version": max,
    "passed": _keywise(min),
    "best": _keywise(_better),
    "last": _keywise(_later),
    "hints": _keywise(_keywise(min)),
}
ORDER = tuple(MERGERS)


def _place(key: str) -> tuple[int, str]:
    return (ORDER.index(key) if key in ORDER else len(ORDER), key)


def _empty() -> Data:
    return {"about": ABOUT, "version": VERSION}


def _all(file: Path) -> Data:
    """Return everything in `file` and in conflict copies of it."""
    told = _parsed(file) if file.is_symlink() or file.exists() else _empty()
    for copy in _conflict_copies(file):
        try:
            told = merge(told, _parsed(copy))
        except (Unreadable, OSError):
            continue  # another's file with a like name
    return told


def _conflict_copies(file: Path) -> list[Path]:
    """Return what file services make of a file that two machines wrote."""
    found = file.parent.glob(f"{file.stem}*{file.suffix}") if file.parent.is_dir() else iter(())
    return sorted(path for path in found if path != file and "conflict" in path.name.lower())


def _parsed(file: Path) -> Data:
    if file.is_dir():
        raise Unreadable("it is a folder")
    data = file.read_bytes()
    told = _empty()
    for side in _sides(data):
        told = merge(told, _decoded(side))
    return told


def _decoded(data: bytes) -> Data:
    try:
        raw = msgspec.json.decode(data)
        msgspec.convert(raw, Record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise Unreadable(str(problem) or "it is not JSON") from None
    assert isinstance(raw, dict)
    return raw


def _sides(data: bytes) -> list[bytes]:
    """Return the file, or where git left a conflict in it, both of its forms."""
    lines = data.decode(errors="replace").splitlines(keepends=True)
    if not any(MARKERS.match(line) for line in lines):
        return [data]
    return ["".join(_side(lines, kept)).encode() for kept in ("<", ">")]


def _side(lines: Sequence[str], kept: str) -> Iterator[str]:
    place = ""  # outside of a conflict
    for line in lines:
        found = MARKERS.match(line)
        if found:
            place = {"<": "<", "|": "|", "=": ">", ">": ""}[found[1][0]]
        elif place in ("", kept):
            yield line


def _put_aside(file: Path) -> Path:
    for number in range(1, 1000):
        aside = file.with_name(f"{file.name}.unreadable-{number}")
        if not aside.exists():
            file.rename(aside)
            return aside
    raise FileExistsError(f"too many unreadable copies of {file.name}")
