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
from autograder.course.keys import require_names, suggest_word
from autograder.files import lock_folder, write_atomically
from autograder.words import escape_controls, plain_name

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
        raise CourseError(f"cannot read {file}: {problem}") from None


def _parse_file(file: Path, text: str, course: Course) -> Adjustments:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise CourseError(f"{file} is not TOML: {problem}") from None
    try:
        require_names(content, [TABLE], "")
        rows = content.get(TABLE, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CourseError(f"write [[{TABLE}]], with two brackets, before each of them")
    except CourseError as problem:
        raise CourseError(f"{file}: {problem}") from None
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
            place = f", line {heads[index]}" if len(heads) == len(rows) else ""
            raise CourseError(f"{file}{place}, adjustment {index + 1}: {problem}") from None
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
            raise CourseError(f'{key} is {row.get(key, "not there")!r}; write {key} = "..."')
    require_target(row.get("on", ""), known)
    given = [key for key in KINDS if key in row]
    if len(given) != 1:
        got = " and ".join(given) or "none"
        raise CourseError(f"it has {got} of {', '.join(KINDS)}; wanted one of them")
    _require_change(given[0], row[given[0]])
    if not isinstance(row.get("by", ""), str):
        raise CourseError(f"by is {row['by']!r}; wanted a name in quotes")
    at = row.get("at")
    if at is not None and (not isinstance(at, datetime) or at.tzinfo is None):
        raise CourseError(
            f"at is {at}; wanted a time with its zone, such as 2026-10-02T10:00:00+02:00"
        )


def require_target(on: Any, known: Sequence[str]) -> None:
    """Refuse what is no milestone, unit or check, with the nearest that is."""
    if not isinstance(on, str):
        raise CourseError(f'on is {on!r}; wanted a milestone or a check, such as "m3"')
    if on and on not in known:
        kind = "check" if on.rpartition(".")[0] in known else "milestone or check"
        hint = suggest_word(on, known)
        near = hint if len(hint) < 120 else "'autograder checks' lists them"
        raise CourseError(f"there is no {kind} {on!r}; {near}")


def _require_change(key: str, value: Any) -> None:
    if key == "excuse":
        if value is not True:
            raise CourseError(f"excuse is {value!r}; write excuse = true, or leave it out")
        return
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise CourseError(f"{key} is {value!r}; wanted a number")
    if key == "override" and value < 0:
        raise CourseError(f"override is {value:g}; points are 0 or more")
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
