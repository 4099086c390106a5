"""Reading ``course.toml``: the one that ships, and a course's own file on top of it.

Every key's type, default and meaning stand here once; `list_keys` gives them to the command.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from autograder.course import folders
from autograder.course.check_keys import (
    THRESHOLDS,
    read_check_table,
    require_thresholds,
    require_weights,
)
from autograder.course.exam import Exam, require_feedback_time
from autograder.course.extensions import Extension, require_extensions
from autograder.course.keys import (
    CourseError,
    list_choices,
    no_such,
    require_choices,
    require_names,
    require_values,
    suggest_word,
)
from autograder.course.parts import Milestone, Part, Unit, find_table
from autograder.course.zones import add_zone, require_zone
from autograder.files import explain_os_error
from autograder.words import Phrase, plain_name

SHIPPED_COURSE = Path(__file__).with_name("course.toml")
SECRET_VARIABLE = "AUTOGRADER_SECRET"
COURSE_VARIABLE = "AUTOGRADER_COURSE"
COURSE_VERSION = 1
TWO_BRACKETS = "write [[milestones]], with two brackets, before each milestone"
MILESTONE_KEYS = ("id", "weight", "deadline", "extra_credit")  # the rest belongs to the kit
OWN_KEYS = (*MILESTONE_KEYS, "folder", "module", "title", "built")  # of a milestone of its own
OWN_ID = re.compile(r"m[1-9]\d?")

Percent = Annotated[float, Meta(ge=0, le=100)]
Language = Literal["", "en", "de"]  # each but English has a catalogue in autograder/language


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
    hints: Annotated[
        bool, Meta(description="whether students get hints, and are told of known mistakes")
    ] = True


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
    free_days: Annotated[
        int,
        Meta(
            ge=0,
            description="late days that cost a submission nothing, of all its milestones together: "
            "spent in the order of deadlines",
        ),
    ] = 0
    zone: Annotated[
        str,
        Meta(
            description='such as "Europe/Berlin": times without an offset are those of its clocks, '
            "and a day ends when they show the same time again"
        ),
    ] = ""


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
    roster: Annotated[
        str,
        Meta(
            description="a CSV beside this file that says who the students are: columns name, id, "
            "login, section, email, or Canvas', Moodle's or Gradescope's own; it stands above all "
            "tables"
        ),
    ] = ""
    exam: Exam = Exam()
    extensions: list[Extension] = []
    check_weights: Annotated[
        dict[str, float],
        Meta(
            description="check to a factor on its points, for final_percent alone; 0 leaves it out"
        ),
    ] = {}
    thresholds: Annotated[
        dict[str, float],
        Meta(description="check to what its training has to reach instead of the kit's number"),
    ] = {}
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
    def shows_hints(self) -> bool:
        """Whether students are helped beyond what a check says."""
        return self.grading.hints and not self.exam.on

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
        advice = Phrase("there are {words}", words=", ".join(by_id))
        raise LookupError(no_such(noun, id, advice))
    return by_id[id]


def is_any_of(id: str, words: Sequence[str]) -> bool:
    """Whether one of `words` names the part `id`, or what it is of: ``x`` is ``x.norm`` too."""
    return any(id == word or id.startswith(f"{word}.") for word in words)


TABLES: dict[str, type[msgspec.Struct]] = {
    "grading": Grading,
    "late": Late,
    "extras": Extras,
    "exam": Exam,
}


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
        raise CourseError("{path}: {problem}", path=path, problem=problem) from None


def _merge_with_shipped(path: Path, shipped: dict[str, Any]) -> dict[str, Any]:
    """Return the content that ships, overridden by that of the course's own file."""
    try:
        custom = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        reason = Phrase(explain_os_error(problem))
        raise CourseError("cannot read {path}: {reason}", path=path, reason=reason) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        if "'milestones'" in str(problem) and "twice" in str(problem):
            raise CourseError(
                "{path}: {problem}", path=path, problem=Phrase(TWO_BRACKETS)
            ) from None
        raise CourseError("{path} is not TOML: {problem}", path=path, problem=problem) from None
    try:
        _require_version(custom)
        _require_keys(custom)
        _require_units(custom, shipped)
        _add_zones(custom)
        milestones = _merge_milestones(custom, shipped, path.parent)
        _require_rules(custom, milestones)
    except CourseError as problem:
        raise CourseError("{path}: {problem}", path=path, problem=problem) from None
    merged = {name: shipped[name] | custom.get(name, {}) for name in ("grading", "extras")}
    return shipped | custom | merged | {"milestones": milestones}


def _require_version(custom: dict[str, Any]) -> None:
    version = custom.get("version")
    if version is None or (isinstance(version, int) and version < COURSE_VERSION):
        which = "it has no version" if version is None else "it has version {version}"
        raise CourseError(
            "{which}, so it is from an older kit; compare its keys with 'autograder course "
            "--explain', then write 'version = {wanted}' as its first line",
            which=Phrase(which, version=version),
            wanted=COURSE_VERSION,
        )
    if isinstance(version, int) and version > COURSE_VERSION:
        raise CourseError(
            "it has version {version}, this kit reads {wanted}: upgrade the kit",
            version=version,
            wanted=COURSE_VERSION,
        )


def _require_keys(custom: dict[str, Any]) -> None:
    require_names(custom, tuple(name for name in Course.__struct_fields__ if name != "units"), "")
    for name, type_ in TABLES.items():
        table = custom.get(name, {})
        if not isinstance(table, dict):
            raise CourseError("{name} is a table: write [{name}] on a line of its own", name=name)
        require_names(table, type_.__struct_fields__, f"{name}.")
        require_choices(table, type_, f"{name}.")
        require_values(table, type_, f"{name}.{{}}")
    require_values(custom, Course, "{}", ("version", "roster"))
    require_choices(custom, Course, "")
    _require_groups(custom.get("groups", {}))


def _add_zones(custom: dict[str, Any]) -> None:
    """Give the times of a file that have no offset the one of the course's clocks."""
    zone = custom.get("late", {}).get("zone", "")
    require_zone(zone)
    for table, key in (("milestones", "deadline"), ("extensions", "until")):
        rows = custom.get(table)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                _add_zone(row, key, zone)
    _add_zone(custom.get("exam", {}), "feedback_from", zone)


def _add_zone(row: dict[str, Any], key: str, zone: str) -> None:
    if isinstance(row.get(key), datetime):
        row[key] = add_zone(row[key], zone, is_due=True)


def _require_rules(custom: dict[str, Any], milestones: list[dict[str, Any]]) -> None:
    """Refuse what does not fit the milestones: extensions, weights and thresholds of checks."""
    require_feedback_time(custom.get("exam", {}))
    require_extensions(custom.get("extensions", []), milestones)
    for name in ("check_weights", "thresholds"):
        if name in custom:
            custom[name] = read_check_table(custom[name], name)
    tables = {row["id"]: find_table(row["folder"], row.get("home", "")) for row in milestones}
    require_weights(custom.get("check_weights", {}), tables)
    require_thresholds(custom.get("thresholds", {}))


def _require_units(custom: dict[str, Any], shipped: dict[str, Any]) -> None:
    ids = [row["id"] for row in shipped.get("units", [])]
    words = tuple(dict.fromkeys(part for id in ids for part in (id.partition(".")[0], id)))
    for word in custom.get("extras", {}).get("use", ()):
        if word not in words:
            advice = suggest_word(str(word), words)
            absent = "extras.use: there is no unit {word!r}; {advice}"
            raise CourseError(absent, word=word, advice=advice)


def _require_groups(groups: Any) -> None:
    if not isinstance(groups, dict):
        raise CourseError("groups is a table: write [groups] on a line of its own")
    for name, members in groups.items():
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            example = members if isinstance(members, str) else "ada"
            raise CourseError(
                "groups.{name} wants a list: {example}", name=name, example=json.dumps([example])
            )


def _merge_milestones(
    custom: dict[str, Any], shipped: dict[str, Any], beside: Path
) -> list[dict[str, Any]]:
    kit = {row["id"]: row for row in shipped["milestones"]}
    listed = custom.get("milestones", shipped["milestones"])
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise CourseError(TWO_BRACKETS)
    if "milestones" in custom:
        for row in listed:
            is_kits = "folder" not in row and row.get("id") in kit
            require_names(row, MILESTONE_KEYS if is_kits else OWN_KEYS, "milestones.")
        listed = [_find_own(row, beside, [*kit]) if "folder" in row else row for row in listed]
        kit |= {row["id"]: row for row in listed if "home" in row}
        for row in listed:
            _require_milestone(row, tuple(kit))
    ids = [row["id"] for row in listed]
    if not ids:
        raise CourseError('no milestone is listed; write [[milestones]] and below it id = "m1"')
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise CourseError("{twice} is listed twice", twice=twice)
    if not any(row.get("weight", 1) for row in listed if not row.get("extra_credit")):
        raise CourseError(
            "the weights are all 0, or of extra credit: give one milestone more that is not"
            if any(row.get("extra_credit") for row in listed)
            else "the weights are all 0: give one milestone more"
        )
    return sorted((kit[row["id"]] | row for row in listed), key=lambda row: [*kit].index(row["id"]))


def _find_own(row: dict[str, Any], beside: Path, taken: Sequence[str]) -> dict[str, Any]:
    """Return the row of a milestone of the course's own, with the place of its folder."""
    texts = {key: row.get(key) for key in ("id", "folder", "module", "title")}
    for key, text in texts.items():
        if not isinstance(text, str) or not text:
            raise CourseError(
                "a milestone of your own, which has a folder, wants id, module and title as texts "
                "in quotes, too; {key} is {text!r}",
                key=key,
                text=text,
            )
    id, module = row["id"], row["module"]
    if not OWN_ID.fullmatch(id) or id in taken:
        after = max(int(name.removeprefix("m")) for name in taken) + 1
        raise CourseError(
            "a milestone of your own is m{after}, m{next} ...; got {id!r}",
            after=after,
            next=after + 1,
            id=id,
        )
    if not module.isidentifier():
        raise CourseError(
            "module of {id} is {module!r}; wanted the name of a file without .py",
            id=id,
            module=module,
        )
    home = (beside / row["folder"]).resolve()
    if fault := folders.find_fault(home, module):
        raise CourseError("milestone {id}: {fault}", id=id, fault=fault)
    return {**row, "folder": home.name, "home": str(home)}


def _require_milestone(row: dict[str, Any], ids: tuple[str, ...]) -> None:
    id = row.get("id")
    if id not in ids:
        advice = suggest_word(str(id), ids)
        raise CourseError(no_such("milestone", id, advice))
    require_values(row, Milestone, f"{{}} of {id}", ("weight", "extra_credit"))
    deadline = row.get("deadline")
    if deadline is not None and getattr(deadline, "tzinfo", None) is None:
        raise CourseError(
            "milestones.deadline of {id} is {deadline}; wanted a time with its zone, such as "
            "2026-10-01T23:59:00+02:00",
            id=id,
            deadline=deadline,
        )


def render_for_students(course: Course) -> str:
    """Return `course` as the ``course.toml`` of a student kit: no secret, groups or folders."""
    names = ("seed", "profile", "memory_mb", "seconds", "seconds_full", "hints")
    grading = {name: getattr(course.grading, name) for name in names}
    lines = [f"version = {COURSE_VERSION}", *_format_toml({"language": course.language})]
    lines += ["", "[grading]", 'secret = ""', *_format_toml(grading)]
    lines += ["", "[extras]", *_format_toml(msgspec.structs.asdict(course.extras))]
    lines += ["", "[exam]", *_format_toml(msgspec.structs.asdict(course.exam))]
    lines += ["", "[thresholds]", *(f'"{id}" = {value}' for id, value in course.thresholds.items())]
    for part in course.parts:
        table = "units" if part.is_extra else "milestones"
        facts = {**msgspec.structs.asdict(part), "folder": part.package, "home": None}
        lines += ["", f"[[{table}]]", *_format_toml(facts)]
    return "\n".join(lines) + "\n"


def _format_toml(facts: dict[str, Any]) -> list[str]:
    return [
        f"{name} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value)}"
        for name, value in facts.items()
        if value is not None
    ]


def list_keys() -> Iterator[tuple[str, str, Phrase]]:
    """Yield name, default and meaning of every key that a course's own file may have."""
    yield from _describe_keys(
        Course, "", ("version", "language", "roster", "groups", "check_weights", "thresholds")
    )
    for id, threshold in THRESHOLDS.items():
        yield f'thresholds."{id}"', _format_default(threshold.usual), threshold.meaning
    yield from _describe_keys(Milestone, "milestones.", OWN_KEYS)
    yield from _describe_keys(Extension, "extensions.", Extension.__struct_fields__)
    for name, type_ in TABLES.items():
        yield from _describe_keys(type_, f"{name}.", type_.__struct_fields__)


def _describe_keys(
    type_: type[msgspec.Struct], where: str, names: tuple[str, ...]
) -> Iterator[tuple[str, str, Phrase]]:
    shipped = tomllib.loads(SHIPPED_COURSE.read_text(encoding="utf-8")).get("grading", {})
    for field in msgspec.structs.fields(type_):
        if field.name in names:
            declared = {} if field.default is msgspec.NODEFAULT else {field.name: field.default}
            default = ({**declared, **shipped} if type_ is Grading else declared).get(field.name)
            metas = getattr(field.type, "__metadata__", ())
            meaning = next(meta.description for meta in metas if meta.description)
            yield (
                f"{where}{field.name}",
                _format_default(default),
                _add_choices(meaning, list_choices(field.type)),
            )


def _add_choices(meaning: str, choices: Sequence[str]) -> Phrase:
    if not choices:
        return Phrase(meaning)
    listed = ", ".join(filter(None, choices))
    return Phrase("{meaning} (one of: {choices})", meaning=Phrase(meaning), choices=listed)


def _format_default(value: Any) -> str:
    return "" if value is None else json.dumps(value)
