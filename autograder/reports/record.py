"""The learner's record: results with their dates, and the hints that were used.

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

from autograder.files import lock_folder, write_atomically
from autograder.score import CheckResult, MilestoneScore, encode_json

RECORD_NAME = "progress.json"
HANDOUTS = "handouts"  # `start` makes this folder: it tells a workspace from any other
KIT = "kit"  # what `release` makes has the handouts and this beside the folders to work in
WORK = ("work", "notebooks")
RECORD_VERSION = 1
ABOUT = (
    "What you have reached, and when: written by autograder, read by 'autograder status'. "
    "Keep it with your files; copies from two machines may be merged line by line."
)
CONFLICT_MARKER = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?= |$)")  # git writes them around a conflict

Data = dict[str, Any]


class Unreadable(Exception):
    """A file that is not a record; the message says why."""


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
    """The fields of a record that this kit reads; a later kit's may hold more, and keeps them.

    Attributes
    ----------
    passed : dict
        Check to the time it first passed.
    begun : dict
        Milestone to the time of its first check that found something written.
    best, last : dict
        Milestone to the most points of any run, and to those of the last run of all its checks.
    hints : dict
        Check to hint level to the time it was first asked for.
    """

    version: int
    passed: dict[str, str] = {}
    best: dict[str, Reached] = {}
    last: dict[str, Reached] = {}
    hints: dict[str, dict[str, str]] = {}
    begun: dict[str, str] = {}


def is_workspace(folder: Path) -> bool:
    """Whether `folder` was made by ``start`` or ``release``, or has a record."""
    return folder.is_dir() and ((folder / RECORD_NAME).is_file() or find_handouts(folder).is_dir())


def find_handouts(folder: Path) -> Path:
    """Return where the handouts for `folder` would lie: in it, or in a kit beside it."""
    above = folder / os.pardir
    is_in_kit = (above / KIT).is_dir() and not (folder / HANDOUTS).is_dir()
    return (above if is_in_kit else folder) / HANDOUTS


def read_record(folder: Path) -> Record:
    """Return the record of `folder`, an empty one where there is none.

    Raises
    ------
    Unreadable
        When the file holds something else.
    OSError
        When it cannot be read.
    """
    return msgspec.convert(_read_all(folder / RECORD_NAME), Record)


def add_facts(folder: Path, facts: Data) -> Path | None:
    """Merge `facts` into the record of `folder`, at once or not at all.

    Returns
    -------
    Path or None
        The new name of a file that was not a record, if there was one.

    Raises
    ------
    OSError
        When the record cannot be written.
    """
    file = Path(os.path.realpath(folder / RECORD_NAME))
    with lock_folder(file.parent):
        return _merge_into(file, facts)


def _merge_into(file: Path, facts: Data) -> Path | None:
    aside, before = None, _new_record()
    try:
        before = _read_all(file)
    except Unreadable:
        aside = _put_aside(file)
    merged = _prefer_new_runs(merge_records(before, facts), facts)
    if aside or not file.exists() or file.read_bytes() != encode_json(merged):
        write_atomically(file, encode_json(merged))
    return aside


def copy_record(source: Path, target: Path) -> None:
    """Add all that the record of one folder holds to that of another, which keeps its own.

    Raises
    ------
    Unreadable
        When there is no record in the first.
    OSError
        When one of them cannot be read, or written.
    """
    add_facts(target, _read_all(source / RECORD_NAME))


def _prefer_new_runs(merged: Data, facts: Data) -> Data:
    """Let a run that ended in the same second as the one before it be the last one."""
    runs = merged.get("last", {})
    new = {id: run for id, run in facts.get("last", {}).items() if run["at"] == runs[id]["at"]}
    return merged | {"last": runs | new} if new else merged


def facts_of_scores(
    scores: Sequence[MilestoneScore], most: Mapping[str, float], now: str = ""
) -> Data:
    """Return the facts that a run proves.

    Parameters
    ----------
    scores : sequence of MilestoneScore
        The results of the run.
    most : mapping
        Milestone to what all of its public checks are worth; a run of some of them proves no more
        than their own points.
    now : str
        The time of the run; this moment by default.
    """
    at = now or format_now()
    reached = [(part.id, Reached(part.points, most[part.id], at)) for part in scores]
    whole = {part.id for part in scores if abs(part.max_points - most[part.id]) < 0.005}
    best = {id: msgspec.to_builtins(run) for id, run in reached if id in whole or run.points}
    last = {id: run for id, run in best.items() if id in whole}
    passed = {check.id: at for part in scores for check in part.checks if check.status == "passed"}
    begun = {part.id: at for part in scores if any(map(_is_begun, part.checks))}
    return {"begun": begun, "passed": passed, "best": best, "last": last}


def _is_begun(check: CheckResult) -> bool:
    return check.status not in ("missing", "blocked")


def facts_of_hint(check: str, level: int, now: str = "") -> Data:
    """Return the fact that the hints of `check` up to `level` were shown."""
    at = now or format_now()
    return {"hints": {check: {str(step): at for step in range(1, level + 1)}}}


def format_now() -> str:
    """Return the time as records write it: in UTC, so that texts compare as times do."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def merge_records(left: Data, right: Data) -> Data:
    """Return two records as one; their order does not matter."""
    return {
        key: _merge_key(MERGERS.get(key, _merge_unknown), left, right, key)
        for key in sorted({*left, *right}, key=_sort_position)
    }


def _merge_key(merger: Callable[[Any, Any], Any], left: Data, right: Data, key: str) -> Any:
    if key in left and key in right:
        return merger(left[key], right[key])
    return _sort_keys(left.get(key, right.get(key)))


def _merge_by_key(merger: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def merge(left: Data, right: Data) -> Data:
        return {key: _merge_key(merger, left, right, key) for key in sorted({*left, *right})}

    return merge


def _sort_keys(value: Any) -> Any:
    return {key: value[key] for key in sorted(value)} if isinstance(value, dict) else value


def _pick_better(left: Data, right: Data) -> Data:
    """Return the run with the greater share; of two equal ones the earlier."""
    first, second = msgspec.convert(left, Reached), msgspec.convert(right, Reached)
    if first.share != second.share:
        return left if first.share > second.share else right
    return min(left, right, key=lambda run: (run["at"], _canonical_bytes(run)))


def _pick_later(left: Data, right: Data) -> Data:
    return max(left, right, key=lambda run: (run["at"], _canonical_bytes(run)))


def _merge_unknown(left: Any, right: Any) -> Any:
    """Merge values of a later kit: tables are joined, and of two other values one is kept."""
    if isinstance(left, dict) and isinstance(right, dict):
        return _merge_by_key(_merge_unknown)(left, right)
    return max(left, right, key=_canonical_bytes)


def _canonical_bytes(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


MERGERS: dict[str, Callable[[Any, Any], Any]] = {
    "about": _merge_unknown,
    "version": max,
    "begun": _merge_by_key(min),
    "passed": _merge_by_key(min),
    "best": _merge_by_key(_pick_better),
    "last": _merge_by_key(_pick_later),
    "hints": _merge_by_key(_merge_by_key(min)),
}
ORDER = tuple(MERGERS)


def _sort_position(key: str) -> tuple[int, str]:
    return (ORDER.index(key) if key in ORDER else len(ORDER), key)


def _new_record() -> Data:
    return {"about": ABOUT, "version": RECORD_VERSION}


def _read_all(file: Path) -> Data:
    """Return `file` and its conflict copies, merged."""
    record = _parse_file(file) if file.is_symlink() or file.exists() else _new_record()
    for copy in _find_conflict_copies(file):
        try:
            record = merge_records(record, _parse_file(copy))
        except (Unreadable, OSError):
            continue  # another's file with a similar name
    return record


def _find_conflict_copies(file: Path) -> list[Path]:
    """Return the copies that file services make of a file that two machines wrote."""
    copies = file.parent.glob(f"{file.stem}*{file.suffix}") if file.parent.is_dir() else iter(())
    return sorted(path for path in copies if path != file and "conflict" in path.name.lower())


def _parse_file(file: Path) -> Data:
    if file.is_dir():
        raise Unreadable("it is a folder")
    data = file.read_bytes()
    record = _new_record()
    for side in _split_sides(data):
        record = merge_records(record, _decode_record(side))
    return record


def _decode_record(data: bytes) -> Data:
    try:
        raw = msgspec.json.decode(data)
        msgspec.convert(raw, Record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise Unreadable(str(problem) or "it is not JSON") from None
    assert isinstance(raw, dict)
    return raw


def _split_sides(data: bytes) -> list[bytes]:
    """Return the file, or both of its sides where git left a conflict in it."""
    lines = data.decode(errors="replace").splitlines(keepends=True)
    if not any(CONFLICT_MARKER.match(line) for line in lines):
        return [data]
    return ["".join(_select_side(lines, side)).encode() for side in ("<", ">")]


def _select_side(lines: Sequence[str], wanted: str) -> Iterator[str]:
    side = ""  # outside of a conflict
    for line in lines:
        marker = CONFLICT_MARKER.match(line)
        if marker:
            side = {"<": "<", "|": "|", "=": ">", ">": ""}[marker[1][0]]
        elif side in ("", wanted):
            yield line


def _put_aside(file: Path) -> Path:
    for number in range(1, 1000):
        aside = file.with_name(f"{file.name}.unreadable-{number}")
        if not aside.exists():
            file.rename(aside)
            return aside
    raise FileExistsError(f"too many unreadable copies of {file.name}")
