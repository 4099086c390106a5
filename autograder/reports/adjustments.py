"""``adjustments.toml``: what a person adds to, takes from or says instead of a machine's points.

It lies beside the scores of a class, and is written by hand or by ``autograder adjust``. To grade
again writes the scores anew, and leaves it alone.
"""

import getpass
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from autograder.course import Course, CourseError
from autograder.course.check_keys import list_check_ids
from autograder.course.keys import no_such, require_names, suggest_word
from autograder.files import lock_folder, write_atomically
from autograder.words import Phrase, escape_controls, plain_name

NAME = "adjustments.toml"
LONGEST = 500  # characters of the sentence
BY_HAND = "by hand"  # by nobody who said it
KINDS = ("points", "override", "excuse")
TABLE = "adjustments"
HEADER = f"""# What people say of points beside the machine's: by hand, or by 'autograder adjust'.
# Each begins with [[{TABLE}]] and has submission, because, and one of points, override, excuse.
# 'on' is a milestone, a unit or a check; without it the whole submission is meant.
"""


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change to the points of a submission.

    Attributes
    ----------
    submission, on : str
        Whose, and of which milestone, unit or check; all of it for ''.
    points, override : float or None
        What is added, or what is said instead.
    excuse : bool
        Whether it does not count at all.
    because, by : str
        The reason, in a sentence, and who says so.
    at : datetime or None
        When it was said.
    """

    submission: str
    because: str
    on: str = ""
    points: float | None = None
    override: float | None = None
    excuse: bool = False
    by: str = ""
    at: datetime | None = None

    @property
    def change(self) -> str:
        """What it does, in a word: ``+2``, ``= 80``, ``excused``."""
        if self.excuse:
            return "excused"
        return f"= {self.override:g}" if self.points is None else f"{self.points:+g}"

    @property
    def author(self) -> str:
        """Who said it and when, as far as that is known."""
        day = self.at.date().isoformat() if self.at else ""
        return ", ".join(filter(None, (self.by or BY_HAND, day)))

    def __str__(self) -> str:
        return f"{self.on or 'in all'} {self.change} ({self.author}): {self.because}"


@dataclass(frozen=True)
class Adjustments:
    """All adjustments of a class, in the order of their file."""

    rows: tuple[Adjustment, ...] = ()

    def find_rows(self, submission: str) -> list[Adjustment]:
        """Return those of one submission."""
        return self._by_name.get(plain_name(submission), [])

    @cached_property
    def _by_name(self) -> dict[str, list[Adjustment]]:
        by_name: dict[str, list[Adjustment]] = {}
        for row in self.rows:
            by_name.setdefault(plain_name(row.submission), []).append(row)
        return by_name


NONE = Adjustments()


def read_adjustments(grades: Path, course: Course) -> Adjustments:
    """Return the adjustments beside the scores in `grades`; none where nobody has made any.

    Raises
    ------
    CourseError
        With the line of the first that cannot be used, and what to write instead.
    """
    return _parse_file(grades / NAME, _read_text(grades / NAME), course)


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as problem:
        raise CourseError("cannot read {path}: {reason}", path=file, reason=problem) from None


def _parse_file(file: Path, text: str, course: Course) -> Adjustments:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise CourseError("{file} is not TOML: {problem}", file=file, problem=problem) from None
    try:
        require_names(content, [TABLE], "")
        rows = content.get(TABLE, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CourseError(
                "write [[{table}]], with two brackets, before each of them", table=TABLE
            )
    except CourseError as problem:
        raise CourseError("{file}: {problem}", file=file, problem=problem) from None
    return Adjustments(tuple(_parse_rows(file, text, rows, course)))


def _parse_rows(
    file: Path, text: str, rows: Sequence[Mapping[str, Any]], course: Course
) -> Iterator[Adjustment]:
    heads = [number for number, line in enumerate(text.splitlines(), 1) if _is_head(line)]
    known = list_targets(course)
    for index, row in enumerate(rows):
        try:
            _require_row(row, known)
        except CourseError as problem:
            values = {"file": file, "number": index + 1, "problem": problem}
            if len(heads) != len(rows):
                raise CourseError("{file}, adjustment {number}: {problem}", **values) from None
            placed = "{file}, line {line}, adjustment {number}: {problem}"
            raise CourseError(placed, line=heads[index], **values) from None
        yield msgspec.convert(row, Adjustment)


def _is_head(line: str) -> bool:
    return re.match(rf"\s*\[\[\s*{TABLE}\s*\]\]", line) is not None


def list_targets(course: Course) -> list[str]:
    """Return the ids of milestones, units and checks that points may be adjusted of."""
    checks = [id for part in course.parts for id in list_check_ids(part.table)]
    return [*(part.id for part in course.parts), *checks]


def _require_row(row: Mapping[str, Any], known: Sequence[str]) -> None:
    require_names(row, Adjustment.__struct_fields__, "")
    for key in ("submission", "because"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise CourseError(
                '{key} is {value!r}; write {key} = "..."', key=key, value=row.get(key, "not there")
            )
    require_target(row.get("on", ""), known)
    given = [key for key in KINDS if key in row]
    if len(given) != 1:
        several = "it has {given} of {kinds}; wanted one of them"
        absent = "it has none of {kinds}; wanted one of them"
        values = {"given": " and ".join(given), "kinds": ", ".join(KINDS)}
        raise CourseError(several if given else absent, **values)
    _require_change(given[0], row[given[0]])
    if not isinstance(row.get("by", ""), str):
        raise CourseError("by is {value!r}; wanted a name in quotes", value=row["by"])
    at = row.get("at")
    if at is not None and (not isinstance(at, datetime) or at.tzinfo is None):
        raise CourseError(
            "at is {at}; wanted a time with its zone, such as 2026-10-02T10:00:00+02:00", at=at
        )


def require_target(on: Any, known: Sequence[str]) -> None:
    """Refuse what is no milestone, unit or check, with the nearest that is."""
    if not isinstance(on, str):
        raise CourseError('on is {on!r}; wanted a milestone or a check, such as "m3"', on=on)
    if on and on not in known:
        kind = "check" if on.rpartition(".")[0] in known else "milestone or check"
        hint = suggest_word(on, known)
        command = "autograder checks"
        near = hint if len(str(hint)) < 120 else Phrase("'{command}' lists them", command=command)
        raise CourseError(no_such(kind, on, near))


def _require_change(key: str, value: Any) -> None:
    if key == "excuse":
        if value is not True:
            raise CourseError(
                "excuse is {value!r}; write excuse = true, or leave it out", value=value
            )
        return
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise CourseError("{key} is {value!r}; wanted a number", key=key, value=value)
    if key == "override" and value < 0:
        raise CourseError("override is {value:g}; points are 0 or more", value=value)
    if key == "points" and value == 0:
        raise CourseError("points is 0, which changes nothing; take the entry out")


def append_adjustment(grades: Path, row: Adjustment, course: Course) -> None:
    """Add one adjustment at the end of the file, whole or not at all; nobody's is lost.

    Raises
    ------
    CourseError
        Where the file holds something else; it stays as it is.
    """
    file = grades / NAME
    with lock_folder(grades):
        text = _read_text(file)
        _parse_file(file, text, course)
        before = f"{text.rstrip()}\n" if text.strip() else HEADER
        write_atomically(file, f"{before}\n{format_row(row)}".encode())


def format_row(row: Adjustment) -> str:
    """Return an adjustment as its file has it."""
    order = ("submission", "on", *KINDS, "because", "by", "at")
    values = {key: getattr(row, key) for key in order}
    lines = [
        f"{key} = {_format_value(value)}"
        for key, value in values.items()
        if value or isinstance(value, float)
    ]
    return "\n".join([f"[[{TABLE}]]", *lines]) + "\n"


def _format_value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, str):
        return json.dumps(escape_controls(value), ensure_ascii=False)
    return "true" if value is True else repr(float(value))


def find_login() -> str:
    """Return the name that this person is logged in by; '' where there is none."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""
