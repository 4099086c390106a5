"""Reading ``course.toml``: the one that ships, and a course's own on top of it.

Every key's type, default and meaning stand here once; `documented` lists them for the command.
"""

import difflib
import importlib
import json
import os
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from autograder.course.wanted import wanted

DEFAULT = Path(__file__).with_name("course.toml")
SECRET_VARIABLE = "AUTOGRADER_SECRET"
COURSE_VARIABLE = "AUTOGRADER_COURSE"
VERSION = 1
TWO_BRACKETS = "write [[milestones]], with two brackets, before each milestone"
OWN_MILESTONE = ("id", "weight", "deadline")  # the rest belongs to the kit

Percent = Annotated[float, Meta(ge=0, le=100)]


class CourseError(ValueError):
    """A course file that cannot be used; the sentence says where and what to write."""


class Milestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One milestone: its id, and the names its files go by everywhere."""

    id: Annotated[str, Meta(description="m1, m2, ...: milestones that are not listed are not used")]
    folder: str
    module: str
    title: str
    weight: Annotated[
        float, Meta(ge=0, description="its share of the final grade, beside the others' weights")
    ] = 1.0
    deadline: Annotated[
        datetime | None, Meta(description="such as 2026-10-01T23:59:00+02:00, with the time zone")
    ] = None

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.id.removeprefix("m"))

    @property
    def checks(self) -> list[ModuleType]:
        """The modules of its checks, in order."""
        return _parts(f"autograder.checks.{self.folder}")

    @property
    def probes(self) -> str:
        """Its probe module, as a zygote is told of it."""
        return f"{self.id}=autograder.worker.probes.{self.folder}"


def _parts(name: str) -> list[ModuleType]:
    """Return the modules of a package that its ``PARTS`` names."""
    parts: Sequence[str] = importlib.import_module(name).PARTS
    return [importlib.import_module(f"{name}.{part}") for part in parts]


class Grading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for all milestones."""

    seed: Annotated[
        int, Meta(ge=0, description="public inputs are drawn from it; students' kits need the same")
    ]
    secret: Annotated[
        str,
        Meta(description="hidden inputs are drawn from it; AUTOGRADER_SECRET goes first"),
    ]
    profile: Annotated[
        Literal["quick", "full"], Meta(description="quick needs no download, full takes MNIST")
    ]
    memory_mb: Annotated[int, Meta(ge=256, description="address space of one worker, in MB")]
    seconds: Annotated[float, Meta(gt=0, description="time limit of one submission, in seconds")]
    seconds_full: Annotated[
        float, Meta(gt=0, description="the same in the full profile, which trains for minutes")
    ] = 3600.0
    data_dir: Annotated[
        str, Meta(description="a folder with data sets; AUTOGRADER_DATA_DIR goes first")
    ] = ""
    isolation: Annotated[
        Literal["", "strict", "process"],
        Meta(description="required isolation: grade refuses another; empty for the system's own"),
    ] = ""


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lateness costs."""

    times: Annotated[
        str,
        Meta(
            description="a CSV beside this file, with columns submission and submitted (a time "
            "with its zone), and milestone where each has a time of its own; without it nothing "
            "is late"
        ),
    ] = ""
    grace_hours: Annotated[float, Meta(ge=0, description="lateness that costs nothing")] = 0.0
    percent_a_day: Annotated[
        Percent, Meta(description="of a milestone's points, for each day begun after the grace")
    ] = 10.0
    cap_percent: Annotated[Percent, Meta(description="the most that lateness costs")] = 100.0


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything ``course.toml`` says."""

    grading: Grading
    milestones: list[Milestone]
    version: Annotated[int, Meta(description="of this file's format")] = VERSION
    late: Late = Late()
    groups: Annotated[
        dict[str, list[str]],
        Meta(description="submission to its members: grades.csv has a row for each"),
    ] = {}

    @property
    def modules(self) -> list[str]:
        """The learner's module names, in order."""
        return [milestone.module for milestone in self.milestones]

    @property
    def secret(self) -> str:
        """The course secret: from the environment where it is set, else from the file."""
        return os.environ.get(SECRET_VARIABLE, self.grading.secret)

    def milestone(self, id: str) -> Milestone:
        """Return one milestone.

        Raises
        ------
        LookupError
            With the ids there are.
        """
        known = {milestone.id: milestone for milestone in self.milestones}
        if id not in known:
            raise LookupError(f"there is no milestone {id!r}; there are {', '.join(known)}")
        return known[id]


def file() -> Path:
    """Return the course file in use: what AUTOGRADER_COURSE names, else the one that ships."""
    return Path(os.environ.get(COURSE_VARIABLE) or DEFAULT)


def load(path: Path | None = None) -> Course:
    """Return the course that `path` describes, or the one in use.

    Raises
    ------
    CourseError
        With one line that says what to write instead.
    """
    return _load((path or file()).resolve())


@cache
def _load(path: Path) -> Course:
    shipped = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))
    told = shipped if path == DEFAULT.resolve() else _own(path, shipped)
    try:
        return msgspec.convert(told, Course)
    except msgspec.ValidationError as problem:
        raise CourseError(f"{path}: {problem}") from None


def _own(path: Path, shipped: dict[str, Any]) -> dict[str, Any]:
    """Return what ships, with what the course's own file says instead."""
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise CourseError(f"cannot read {path}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        if "'milestones'" in str(problem) and "twice" in str(problem):
            raise CourseError(f"{path}: {TWO_BRACKETS}") from None
        raise CourseError(f"{path} is not TOML: {problem}") from None
    try:
        _require_version(own)
        _require_known(own)
        milestones = _milestones(own, shipped)
    except CourseError as problem:
        raise CourseError(f"{path}: {problem}") from None
    grading = shipped["grading"] | own.get("grading", {})
    return shipped | own | {"grading": grading, "milestones": milestones}


def _require_version(own: dict[str, Any]) -> None:
    found = own.get("version")
    if found is None or (isinstance(found, int) and found < VERSION):
        which = "has no version" if found is None else f"has version {found}"
        raise CourseError(
            f"it {which}, so it is from an older kit; compare its keys with "
            f"'autograder course --explain', then write 'version = {VERSION}' as its first line"
        )
    if isinstance(found, int) and found > VERSION:
        raise CourseError(f"it has version {found}, this kit reads {VERSION}: upgrade the kit")


def _require_known(own: dict[str, Any]) -> None:
    _require_names(own, Course.__struct_fields__, "")
    for table, type_ in (("grading", Grading), ("late", Late)):
        found = own.get(table, {})
        if not isinstance(found, dict):
            raise CourseError(f"{table} is a table: write [{table}] on a line of its own")
        _require_names(found, type_.__struct_fields__, f"{table}.")
        _require_choices(found, type_, f"{table}.")
        _require_values(found, type_, f"{table}.{{}}")
    _require_values(own, Course, "{}", ("version",))
    _require_groups(own.get("groups", {}))


def _require_values(
    found: dict[str, Any], type_: type[msgspec.Struct], where: str, only: Sequence[str] = ()
) -> None:
    for field in msgspec.structs.fields(type_):
        if field.name in found and field.name in (only or found):
            value = found[field.name]
            if told := wanted(value, field.type):
                raise CourseError(f"{where.format(field.name)} is {value!r}; wanted {told}")


def _require_groups(found: Any) -> None:
    if not isinstance(found, dict):
        raise CourseError("groups is a table: write [groups] on a line of its own")
    for name, members in found.items():
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            shown = members if isinstance(members, str) else "ada"
            raise CourseError(f"groups.{name} wants a list: {json.dumps([shown])}")


def _require_names(found: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in found:
        if key not in known:
            raise CourseError(f"there is no key {where}{key}; {_nearest(key, known)}")


def _require_choices(found: dict[str, Any], type_: type[msgspec.Struct], where: str) -> None:
    for field in msgspec.structs.fields(type_):
        choices = _choices(field.type)
        if choices and field.name in found and found[field.name] not in choices:
            got = found[field.name]
            raise CourseError(f"{where}{field.name} is {got!r}; {_nearest(str(got), choices)}")


def _choices(type_: Any) -> tuple[str, ...]:
    inner = get_args(type_)[0] if hasattr(type_, "__metadata__") else type_
    return get_args(inner) if getattr(inner, "__origin__", None) is Literal else ()


def _milestones(own: dict[str, Any], shipped: dict[str, Any]) -> list[dict[str, Any]]:
    known = {one["id"]: one for one in shipped["milestones"]}
    listed = own.get("milestones", shipped["milestones"])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise CourseError(TWO_BRACKETS)
    if "milestones" in own:
        for one in listed:
            _require_names(one, OWN_MILESTONE, "milestones.")
            _require_milestone(one, tuple(known))
    ids = [one["id"] for one in listed]
    if not ids:
        raise CourseError('no milestone is listed; write [[milestones]] and below it id = "m1"')
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise CourseError(f"{twice} is listed twice")
    if not any(one.get("weight", 1) for one in listed):
        raise CourseError("the weights are all 0: give one milestone more")
    return sorted(
        (known[one["id"]] | one for one in listed), key=lambda one: [*known].index(one["id"])
    )


def _require_milestone(one: dict[str, Any], known: tuple[str, ...]) -> None:
    id = one.get("id")
    if id not in known:
        raise CourseError(f"there is no milestone {id!r}; {_nearest(str(id), known)}")
    _require_values(one, Milestone, f"{{}} of {id}", ("weight",))
    deadline = one.get("deadline")
    if deadline is not None and getattr(deadline, "tzinfo", None) is None:
        raise CourseError(
            f"milestones.deadline of {id} is {deadline}; wanted a time with its zone, "
            "such as 2026-10-01T23:59:00+02:00"
        )


def _nearest(word: str, words: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(filter(None, words))}"


def for_students(course: Course) -> str:
    """Return `course` as the ``course.toml`` of a student kit: no secret, groups or folders."""
    kept = ("seed", "profile", "memory_mb", "seconds", "seconds_full")
    grading = {name: getattr(course.grading, name) for name in kept}
    lines = [f"version = {VERSION}", "", "[grading]", 'secret = ""', *_toml(grading)]
    for one in course.milestones:
        facts = {name: getattr(one, name) for name in Milestone.__struct_fields__}
        lines += ["", "[[milestones]]", *_toml(facts)]
    return "\n".join(lines) + "\n"


def _toml(facts: dict[str, Any]) -> list[str]:
    return [
        f"{name} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value)}"
        for name, value in facts.items()
        if value is not None
    ]


def documented() -> Iterator[tuple[str, str, str]]:
    """Yield every key that a course's own file may have: name, default, meaning."""
    yield from _keys(Course, "", ("version", "groups"))
    yield from _keys(Grading, "grading.", Grading.__struct_fields__)
    yield from _keys(Late, "late.", Late.__struct_fields__)
    yield from _keys(Milestone, "milestones.", OWN_MILESTONE)


def _keys(
    type_: type[msgspec.Struct], where: str, names: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    shipped = tomllib.loads(DEFAULT.read_text(encoding="utf-8")).get("grading", {})
    for field in msgspec.structs.fields(type_):
        if field.name in names:
            given = {} if field.default is msgspec.NODEFAULT else {field.name: field.default}
            default = ({**given, **shipped} if type_ is Grading else given).get(field.name)
            told = next(meta.description for meta in _metas(field.type) if meta.description)
            choices = " (one of: " + ", ".join(filter(None, _choices(field.type))) + ")"
            yield (
                f"{where}{field.name}",
                _shown(default),
                told + (choices if _choices(field.type) else ""),
            )


def _metas(type_: Any) -> list[Meta]:
    return [one for one in getattr(type_, "__metadata__", ()) if isinstance(one, Meta)]


def _shown(value: Any) -> str:
    return "" if value is None else repr(value).replace("'", '"')
