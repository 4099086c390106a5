"""Reading ``course.toml``: the one that ships, and a course's own file on top of it.

Every key's type, default and meaning stand here once; `list_keys` gives them to the command.
"""

import difflib
import json
import os
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta

from autograder.course.kinds import describe_kind
from autograder.course.parts import Milestone, Part, Unit
from autograder.words import plain_name

SHIPPED_COURSE = Path(__file__).with_name("course.toml")
SECRET_VARIABLE = "AUTOGRADER_SECRET"
COURSE_VARIABLE = "AUTOGRADER_COURSE"
COURSE_VERSION = 1
TWO_BRACKETS = "write [[milestones]], with two brackets, before each milestone"
MILESTONE_KEYS = ("id", "weight", "deadline")  # a course sets these; the rest belongs to the kit

Percent = Annotated[float, Meta(ge=0, le=100)]
Language = Literal["", "en", "de"]  # each but English has a catalogue in autograder/language


class CourseError(ValueError):
    """A course file that cannot be used; the sentence says where and what to write."""


class Grading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings for all milestones."""

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
    """The cost of lateness."""

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


MOST_RUN_SECONDS = 200.0


class Extras(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts beside the six milestones."""

    use: Annotated[
        list[str],
        Meta(description="the units in use, such as w, c or x.norm; x stands for all x units"),
    ] = []
    cap: Annotated[
        Percent, Meta(description="the most by which extras may raise final_percent; 0 shows them")
    ] = 0.0
    over_100: Annotated[bool, Meta(description="whether they may raise it above 100")] = False
    run_seconds: Annotated[
        float,
        Meta(
            ge=1,
            le=MOST_RUN_SECONDS,
            description="how long the experiment of unit r may run, by the judge's clock; its "
            "second run has twice what the first took, and 5 s",
        ),
    ] = 60.0


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``course.toml``."""

    grading: Grading
    milestones: list[Milestone]
    units: list[Unit] = []
    version: Annotated[int, Meta(description="of this file's format")] = COURSE_VERSION
    language: Annotated[
        Language, Meta(description="what students read; --language goes first, empty for LANG")
    ] = ""
    late: Late = Late()
    extras: Extras = Extras()
    groups: Annotated[
        dict[str, list[str]],
        Meta(description="submission to its members: grades.csv has a row for each"),
    ] = {}

    @property
    def parts(self) -> list[Part]:
        """The milestones, then the units in use, of which the course has what they build on."""
        there = {milestone.id for milestone in self.milestones} | {""}
        used = [unit for unit in self.units if is_any_of(unit.id, self.extras.use)]
        return [*self.milestones, *(unit for unit in used if unit.after in there)]

    @property
    def modules(self) -> list[str]:
        """The learner's module names, in order."""
        return [part.module for part in self.parts]

    def find_members(self, submission: str) -> list[str]:
        """Return the members of the group that `submission` is of, or itself."""
        groups = {plain_name(name): members for name, members in self.groups.items()}
        return groups.get(plain_name(submission), [submission])

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
        return _look_up(id, self.milestones, "milestone")

    def part(self, id: str) -> Part:
        """Return one milestone, or one unit in use; `LookupError` names those there are."""
        return _look_up(id, self.parts, "part")

    def steps_to(self, part: Part) -> list[Part]:
        """Return `part` and the milestones that it builds on, in order."""
        base = part.after if isinstance(part, Unit) else part.id
        last = int(base.removeprefix("m") or 0)
        steps: list[Part] = [step for step in self.milestones if step.number <= last]
        return [*steps, part] if part.is_extra else steps


AnyPart = TypeVar("AnyPart", bound=Part)


def _look_up(id: str, parts: Sequence[AnyPart], noun: str) -> AnyPart:
    by_id = {part.id: part for part in parts}
    if id not in by_id:
        raise LookupError(f"there is no {noun} {id!r}; there are {', '.join(by_id)}")
    return by_id[id]


def is_any_of(id: str, words: Sequence[str]) -> bool:
    """Whether one of `words` names the part `id`, or what it is of: ``x`` is ``x.norm`` too."""
    return any(id == word or id.startswith(f"{word}.") for word in words)


def find_course_file() -> Path:
    """Return the course file in use: what AUTOGRADER_COURSE names, else the one that ships."""
    return Path(os.environ.get(COURSE_VARIABLE) or SHIPPED_COURSE)


def load_course(path: Path | None = None) -> Course:
    """Return the course that `path` describes, or the one in use.

    Raises
    ------
    CourseError
        With one line that says what to write instead.
    """
    return _read_course((path or find_course_file()).resolve())


@cache
def _read_course(path: Path) -> Course:
    shipped = tomllib.loads(SHIPPED_COURSE.read_text(encoding="utf-8"))
    content = shipped if path == SHIPPED_COURSE.resolve() else _merge_with_shipped(path, shipped)
    try:
        return msgspec.convert(content, Course)
    except msgspec.ValidationError as problem:
        raise CourseError(f"{path}: {problem}") from None


def _merge_with_shipped(path: Path, shipped: dict[str, Any]) -> dict[str, Any]:
    """Return the content that ships, overridden by that of the course's own file."""
    try:
        custom = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise CourseError(f"cannot read {path}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        if "'milestones'" in str(problem) and "twice" in str(problem):
            raise CourseError(f"{path}: {TWO_BRACKETS}") from None
        raise CourseError(f"{path} is not TOML: {problem}") from None
    try:
        _require_version(custom)
        _require_keys(custom)
        _require_units(custom, shipped)
        milestones = _merge_milestones(custom, shipped)
    except CourseError as problem:
        raise CourseError(f"{path}: {problem}") from None
    merged = {name: shipped[name] | custom.get(name, {}) for name in ("grading", "extras")}
    return shipped | custom | merged | {"milestones": milestones}


def _require_version(custom: dict[str, Any]) -> None:
    version = custom.get("version")
    if version is None or (isinstance(version, int) and version < COURSE_VERSION):
        which = "has no version" if version is None else f"has version {version}"
        raise CourseError(
            f"it {which}, so it is from an older kit; compare its keys with 'autograder course "
            f"--explain', then write 'version = {COURSE_VERSION}' as its first line"
        )
    if isinstance(version, int) and version > COURSE_VERSION:
        raise CourseError(
            f"it has version {version}, this kit reads {COURSE_VERSION}: upgrade the kit"
        )


def _require_keys(custom: dict[str, Any]) -> None:
    _require_names(custom, tuple(name for name in Course.__struct_fields__ if name != "units"), "")
    for name, type_ in (("grading", Grading), ("late", Late), ("extras", Extras)):
        table = custom.get(name, {})
        if not isinstance(table, dict):
            raise CourseError(f"{name} is a table: write [{name}] on a line of its own")
        _require_names(table, type_.__struct_fields__, f"{name}.")
        _require_choices(table, type_, f"{name}.")
        _require_values(table, type_, f"{name}.{{}}")
    _require_values(custom, Course, "{}", ("version",))
    _require_choices(custom, Course, "")
    _require_groups(custom.get("groups", {}))


def _require_units(custom: dict[str, Any], shipped: dict[str, Any]) -> None:
    ids = [row["id"] for row in shipped.get("units", [])]
    words = tuple(dict.fromkeys(part for id in ids for part in (id.partition(".")[0], id)))
    for word in custom.get("extras", {}).get("use", ()):
        if word not in words:
            hint = _suggest_word(str(word), words)
            raise CourseError(f"extras.use: there is no unit {word!r}; {hint}")


def _require_values(
    table: dict[str, Any], type_: type[msgspec.Struct], where: str, only: Sequence[str] = ()
) -> None:
    for field in msgspec.structs.fields(type_):
        if field.name in table and field.name in (only or table):
            value = table[field.name]
            if kind := describe_kind(value, field.type):
                raise CourseError(f"{where.format(field.name)} is {value!r}; wanted {kind}")


def _require_groups(groups: Any) -> None:
    if not isinstance(groups, dict):
        raise CourseError("groups is a table: write [groups] on a line of its own")
    for name, members in groups.items():
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            example = members if isinstance(members, str) else "ada"
            raise CourseError(f"groups.{name} wants a list: {json.dumps([example])}")


def _require_names(table: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in names:
            raise CourseError(f"there is no key {where}{key}; {_suggest_word(key, names)}")


def _require_choices(table: dict[str, Any], type_: type[msgspec.Struct], where: str) -> None:
    for field in msgspec.structs.fields(type_):
        choices = _list_choices(field.type)
        if choices and field.name in table and table[field.name] not in choices:
            got = table[field.name]
            raise CourseError(f"{where}{field.name} is {got!r}; {_suggest_word(str(got), choices)}")


def _list_choices(type_: Any) -> tuple[str, ...]:
    inner = get_args(type_)[0] if hasattr(type_, "__metadata__") else type_
    return get_args(inner) if getattr(inner, "__origin__", None) is Literal else ()


def _merge_milestones(custom: dict[str, Any], shipped: dict[str, Any]) -> list[dict[str, Any]]:
    kit = {row["id"]: row for row in shipped["milestones"]}
    listed = custom.get("milestones", shipped["milestones"])
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise CourseError(TWO_BRACKETS)
    if "milestones" in custom:
        for row in listed:
            _require_names(row, MILESTONE_KEYS, "milestones.")
            _require_milestone(row, tuple(kit))
    ids = [row["id"] for row in listed]
    if not ids:
        raise CourseError('no milestone is listed; write [[milestones]] and below it id = "m1"')
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise CourseError(f"{twice} is listed twice")
    if not any(row.get("weight", 1) for row in listed):
        raise CourseError("the weights are all 0: give one milestone more")
    return sorted((kit[row["id"]] | row for row in listed), key=lambda row: [*kit].index(row["id"]))


def _require_milestone(row: dict[str, Any], ids: tuple[str, ...]) -> None:
    id = row.get("id")
    if id not in ids:
        raise CourseError(f"there is no milestone {id!r}; {_suggest_word(str(id), ids)}")
    _require_values(row, Milestone, f"{{}} of {id}", ("weight",))
    deadline = row.get("deadline")
    if deadline is not None and getattr(deadline, "tzinfo", None) is None:
        raise CourseError(
            f"milestones.deadline of {id} is {deadline}; wanted a time with its zone, "
            "such as 2026-10-01T23:59:00+02:00"
        )


def _suggest_word(word: str, words: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(filter(None, words))}"


def render_for_students(course: Course) -> str:
    """Return `course` as the ``course.toml`` of a student kit: no secret, groups or folders."""
    names = ("seed", "profile", "memory_mb", "seconds", "seconds_full")
    grading = {name: getattr(course.grading, name) for name in names}
    lines = [f"version = {COURSE_VERSION}", *_format_toml({"language": course.language})]
    lines += ["", "[grading]", 'secret = ""', *_format_toml(grading)]
    lines += ["", "[extras]", *_format_toml(msgspec.structs.asdict(course.extras))]
    for part in course.parts:
        table = "units" if part.is_extra else "milestones"
        lines += ["", f"[[{table}]]", *_format_toml(msgspec.structs.asdict(part))]
    return "\n".join(lines) + "\n"


def _format_toml(facts: dict[str, Any]) -> list[str]:
    return [
        f"{name} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value)}"
        for name, value in facts.items()
        if value is not None
    ]


def list_keys() -> Iterator[tuple[str, str, str]]:
    """Yield name, default and meaning of every key that a course's own file may have."""
    yield from _describe_keys(Course, "", ("version", "language", "groups"))
    yield from _describe_keys(Grading, "grading.", Grading.__struct_fields__)
    yield from _describe_keys(Late, "late.", Late.__struct_fields__)
    yield from _describe_keys(Milestone, "milestones.", MILESTONE_KEYS)
    yield from _describe_keys(Extras, "extras.", Extras.__struct_fields__)


def _describe_keys(
    type_: type[msgspec.Struct], where: str, names: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    shipped = tomllib.loads(SHIPPED_COURSE.read_text(encoding="utf-8")).get("grading", {})
    for field in msgspec.structs.fields(type_):
        if field.name in names:
            declared = {} if field.default is msgspec.NODEFAULT else {field.name: field.default}
            default = ({**declared, **shipped} if type_ is Grading else declared).get(field.name)
            metas = getattr(field.type, "__metadata__", ())
            meaning = next(meta.description for meta in metas if meta.description)
            choices = " (one of: " + ", ".join(filter(None, _list_choices(field.type))) + ")"
            yield (
                f"{where}{field.name}",
                _format_default(default),
                meaning + (choices if _list_choices(field.type) else ""),
            )


def _format_default(value: Any) -> str:
    return "" if value is None else repr(value).replace("'", '"')
