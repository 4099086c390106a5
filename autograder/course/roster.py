"""The roster: who the students are, in the teacher's own table or a platform's.

Columns are found by the headings that Canvas, Moodle, Gradescope and people give them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

from autograder.course.course import Course, find_course_file
from autograder.course.keys import CourseError
from autograder.course.spreadsheet import Row, read_spreadsheet
from autograder.words import join_first, plain_name

HEADINGS = {  # of a field, the likeliest first; then in German, as Moodle and people have them
    "submission": "submission, folder, hand-in, abgabe, ordner",
    "name": "name, full name, student, student name, display name, vollständiger name",
    "first": "first name, firstname, first, given name, vorname",
    "last": "last name, lastname, last, surname, family name, nachname, familienname",
    "id": "sis user id, sid, student id, id number, idnumber, student number, "
    "matriculation number, matriculation, orgdefinedid, id, matrikelnummer, id-nummer",
    "login": "login, sis login id, login id, username, user name, user, netid, "
    "anmeldename, benutzername, kennung",
    "section": "section, sections, section name, group, groups, class, gruppe, gruppen, tutorium",
    "email": "email, email address, e-mail, e-mail address, mail, e-mail-adresse",
    "number": "canvas id, identifier",
}
CANVAS = "sis login id"  # stands in each gradebook of Canvas, where ID is Canvas' own number
CANVAS_HEADINGS = {"number": "id", "id": "sis user id"}
UNIQUE = ("submission", "id", "login", "email", "number")
KNOWN_BY = ("submission", "login", "id", "email", "name")  # each tells a person from all others
NO_STUDENTS = re.compile(r"points possible|student, test|manual posting.*|muted", re.IGNORECASE)
DIGITS_AT_END = re.compile(r"\w+ (\d+)")  # Moodle's "Participant 4711"
BETWEEN_SECTIONS = re.compile(r",? and |[,;] ?")
LISTED = 5  # columns in a sentence


@dataclass(frozen=True)
class Person:
    """A student, every field a text as it stands in the roster; '' where it does not.

    Attributes
    ----------
    submission : str
        The name of the hand-in, where the roster has a column of it.
    name, first, last : str
        In full, and in two parts.
    id, login, section, email : str
        By which the institution knows the student.
    number : str
        By which Canvas or Moodle does: it stands in the names of their downloads.
    line : int
        Where the row begins in the file.
    """

    submission: str = ""
    name: str = ""
    first: str = ""
    last: str = ""
    id: str = ""
    login: str = ""
    section: str = ""
    email: str = ""
    number: str = ""
    line: int = 0

    @property
    def split_name(self) -> tuple[str, str]:
        """First and last name, guessed from the full one where the roster has no two columns."""
        if self.first or self.last:
            return self.first, self.last
        if "," in self.name:
            last, _, first = self.name.partition(",")
            return first.strip(), last.strip()
        first, _, last = self.name.rpartition(" ")
        return first, last

    def is_in(self, section: str) -> bool:
        """Whether the student is in a section: Canvas lists several as ``A and B``."""
        wanted = _fold(section)
        cells = (self.section, *BETWEEN_SECTIONS.split(self.section))
        return bool(wanted) and wanted in map(_fold, cells)

    @property
    def label(self) -> str:
        """What to call the student in a sentence."""
        return self.name or self.login or self.id or self.email or self.submission


NOBODY = Person()


@dataclass(frozen=True)
class Roster:
    """The persons of a course.

    Attributes
    ----------
    file : Path
        Where they stand.
    persons : list of Person
        In the file's order.
    notes : list of str
        What had to be guessed.
    members : callable
        From a submission to the names of its group.
    others : sequence of Person
        Students who are not looked up: those of other sections. Who has the name of one of them,
        and no more, is nobody all the same.
    """

    file: Path
    persons: list[Person]
    notes: list[str] = field(default_factory=list)
    members: Callable[[str], Sequence[str]] = lambda name: [name]
    others: Sequence[Person] = ()

    def person(self, name: str) -> Person | None:
        """Return whose hand-in, or group member, `name` is; None where nobody or several fit."""
        return self._by_key.get(_fold(name))

    def persons_of(self, submission: str) -> list[Person]:
        """Return the persons behind a submission: several for a group."""
        found = [self.person(name) for name in self.members(submission)]
        return [person for person in found if person]

    @property
    def sections(self) -> list[str]:
        """The sections, each once, as they stand in the file."""
        return [*dict.fromkeys(person.section for person in self.persons if person.section)]

    def keep_section(self, section: str) -> "Roster":
        """Return the roster of one section alone, in which a group has no other members."""
        kept = replace(
            self,
            persons=[one for one in self.persons if one.is_in(section)],
            others=[one for one in self.persons if not one.is_in(section)],
        )

        def list_members(submission: str) -> Sequence[str]:
            return [name for name in self.members(submission) if kept.person(name)]

        return replace(kept, members=list_members)

    @cached_property
    def _by_key(self) -> Mapping[str, Person]:
        """The persons by what a hand-in may be named for; a key of an earlier kind goes first."""
        found: dict[str, Person] = {}
        for list_keys in KEYS:
            here: dict[str, Person | None] = {}
            for person in (*self.persons, *self.others):
                for key in {_fold(key) for key in list_keys(person)} - {""}:
                    here[key] = None if key in here else person
            found = {key: one for key, one in here.items() if one} | found
        kept = {*self.persons}
        return {key: one for key, one in found.items() if one in kept}


def _fold(name: str) -> str:
    return plain_name(name).casefold()


def _list_names(person: Person) -> Iterator[str]:
    first, last = person.split_name
    yield from (person.name, f"{first} {last}", f"{last}, {first}")


def _list_canvas_names(person: Person) -> Iterator[str]:
    """Yield names as Canvas shortens them in a download: ``Doe, Jane`` is ``doejane``."""
    yield from (re.sub(r"\W", "", name) for name in _list_names(person))


def _list_numbered(person: Person) -> Iterator[str]:
    for name in (*_list_names(person), *_list_canvas_names(person)):
        for number in (person.number, person.id):
            yield f"{name}_{number}" if name and number else ""


KEYS: tuple[Callable[[Person], Iterator[str]], ...] = (
    lambda person: iter([person.submission]),
    lambda person: iter([person.login]),
    lambda person: iter([person.id]),
    lambda person: iter([person.email]),
    _list_numbered,
    _list_names,
    _list_canvas_names,
    lambda person: iter([person.email.partition("@")[0]]),
)


def load_roster(course: Course, chosen: Path | None = None) -> Roster | None:
    """Return the roster that was `chosen`, or that of the course's file; None without one.

    Raises
    ------
    CourseError
        Where it cannot be used.
    """
    if chosen is None and not course.roster:
        return None
    file = chosen or find_course_file().resolve().parent / course.roster
    return read_roster(file, course.find_members)


def read_roster(file: Path, members: Callable[[str], Sequence[str]] | None = None) -> Roster:
    """Return the persons in `file`.

    Raises
    ------
    CourseError
        Where it has no column that tells persons apart, nobody in it, or somebody twice.
    """
    table = read_spreadsheet(file)
    columns = find_columns(table.columns)
    if not {*columns} & {*KNOWN_BY, "first", "last"}:
        there = join_first([column for column in table.columns if column], LISTED)
        raise CourseError(
            "{file} has no column {columns} or {last}; it has {there}",
            file=file,
            columns=", ".join(KNOWN_BY[:-1]),
            last=KNOWN_BY[-1],
            there=there,
        )
    read = [_read_person(row, columns) for row in table.rows]
    first = {_facts(person): person for person in reversed(read) if _is_student(person)}
    persons = sorted(first.values(), key=lambda person: person.line)  # equal rows count once
    if not persons:
        raise CourseError(
            "{file} names nobody; write a row for each student below the headings", file=file
        )
    _require_unique(file, persons)
    return Roster(file, persons, table.notes, members or (lambda name: [name]))


def find_columns(headings: Sequence[str]) -> dict[str, str]:
    """Return the heading of each field that the table has."""
    there = {heading.casefold(): heading for heading in reversed(headings)}
    wanted = HEADINGS | (CANVAS_HEADINGS if CANVAS in there else {})
    return {
        name: there[word]
        for name, words in wanted.items()
        if (word := next((word for word in words.split(", ") if word in there), None))
    }


def _read_person(row: Row, columns: Mapping[str, str]) -> Person:
    cells = {name: row.cells.get(heading, "") for name, heading in columns.items()}
    if match := DIGITS_AT_END.fullmatch(cells.get("number", "")):
        cells["number"] = match[1]
    full = " ".join(filter(None, (cells.get("first", ""), cells.get("last", ""))))
    return Person(**{**cells, "name": cells.get("name") or full, "line": row.line})  # type: ignore[arg-type]


def _is_student(person: Person) -> bool:
    """Whether a row is a person, not one of those that Canvas has above and below them."""
    return any(_facts(person)) and not NO_STUDENTS.fullmatch(person.name)


def _facts(person: Person) -> tuple[str, ...]:
    return tuple(getattr(person, one.name) for one in fields(person) if one.name != "line")


def _require_unique(file: Path, persons: Sequence[Person]) -> None:
    for column in UNIQUE:
        lines: dict[str, int] = {}
        for person in persons:
            value = _fold(getattr(person, column))
            if value and value in lines:
                raise CourseError(
                    "{file}, line {line}: {column} {value} stands in line {first} already; keep "
                    "the row that is right",
                    file=file,
                    line=person.line,
                    column=column,
                    value=getattr(person, column),
                    first=lines[value],
                )
            lines[value] = person.line
