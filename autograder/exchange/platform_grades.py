"""Tables of grades that Canvas and Moodle import, and the people that Gradescope does.

What each wants is a row of `FORMS`: Canvas' own importer (``lib/gradebook_importer.rb``) reads
five columns of the student, then an assignment a column, and the points possible below the
headings; Moodle's maps any column, by e-mail address, ID number or user name.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course import Course
from autograder.course.roster import Person, Roster
from autograder.language.catalogue import translate
from autograder.reports.adjustments import Adjustment
from autograder.reports.gradebook import write_table
from autograder.reports.notes import list_names
from autograder.reports.register import Register, StandingsRule
from autograder.score import Score
from autograder.stop import Stop

FINAL = "final"  # a column of the weighted percentage
POSSIBLE = "    Points Possible"  # Canvas looks for these words in the first cell
MOST = 100.0  # percent

Cell = str | float


@dataclass(frozen=True)
class Form:
    """How a platform's table begins.

    Attributes
    ----------
    columns : mapping
        Heading to what stands below it.
    needs : sequence of str
        Fields of a person of which it wants one.
    has_points_row : bool
        Whether the points possible stand in the row below the headings.
    """

    columns: Mapping[str, Callable[[Person], str]]
    needs: Sequence[str]
    has_points_row: bool = False


FORMS = {
    "canvas": Form(
        {
            "Student": lambda person: person.name,
            "ID": lambda person: person.number,
            "SIS User ID": lambda person: person.id,
            "SIS Login ID": lambda person: person.login,
            "Section": lambda person: person.section,
        },
        ("number", "id", "login"),
        has_points_row=True,
    ),
    "moodle": Form(
        {
            "First name": lambda person: person.split_name[0],
            "Last name": lambda person: person.split_name[1],
            "ID number": lambda person: person.id,
            "Email address": lambda person: person.email,
            "Username": lambda person: person.login,
        },
        ("email", "id", "login"),
    ),
    "gradescope": Form(
        {
            "First Name": lambda person: person.split_name[0],
            "Last Name": lambda person: person.split_name[1],
            "Email": lambda person: person.email,
            "SID": lambda person: person.id,
            "Section": lambda person: person.section,
        },
        ("email",),
    ),
}


@dataclass(frozen=True)
class Grade:
    """What one student has: points by part, lateness taken off, and the percentage in all.

    `remarks` say of each part how that came about.
    """

    student: str
    points: Mapping[str, float]
    remarks: Mapping[str, str] = field(default_factory=dict)


def list_grades(scores: Sequence[Score], register: Register) -> list[Grade]:
    """Return the grade of every student, as adjusted: a group's for each member."""
    return [
        replace(grade, remarks=dict(_list_remarks(score, late, register.find_changes(score))))
        for score in scores
        for grade, late in _grade_members(register.adjust(score), register.rule)
    ]


def _list_remarks(
    score: Score, late: Mapping[str, float], changes: Sequence[Adjustment]
) -> Iterator[tuple[str, str]]:
    """Yield each part with what the machine gave, people changed, and lateness took."""
    for part in score.parts:
        own = [str(row) for row in changes if part.id in (row.on, row.on.rpartition(".")[0])]
        lost = [f"late: {late[part.id]:g} % taken off"] if late.get(part.id) else []
        graded = f"{part.id}: {part.points:g} of {part.max_points:g} points"
        yield part.id, "; ".join([graded, *own, *lost])


def _grade_members(
    score: Score, rule: StandingsRule | None
) -> Iterator[tuple[Grade, Mapping[str, float]]]:
    points = {part.id: part.points for part in score.parts if part.max_points}
    if rule is None:
        share = score.points / score.max_points if score.max_points else 0.0
        yield Grade(score.submission.id, points | {FINAL: round(MOST * share, 2)}), {}
        return
    for standing in rule(score):
        kept = {
            id: round(value * (1 - standing.late_percent.get(id, 0.0) / MOST), 2)
            for id, value in points.items()
        }
        final = {FINAL: standing.final_percent} if standing.final_percent is not None else {}
        yield Grade(standing.student, kept | final), standing.late_percent


def choose_columns(
    chosen: Sequence[str], course: Course, scores: Sequence[Score]
) -> dict[str, str]:
    """Return the heading of each part that is exported; without a choice, of each milestone.

    Raises
    ------
    Stop
        Where ``m1=Homework 1`` has no such part, or is no such pair.
    """
    titles = {part.id: f"{part.id} {part.title}" for score in scores for part in score.milestones}
    known = [*(part.id for part in course.parts), FINAL]
    pairs = [text.partition("=") for text in chosen]
    for id, _, heading in pairs:
        if id not in known or not heading.strip():
            raise Stop(
                "--column {id}{sign}{heading} names no part; write m1='Homework 1 (1234)', with "
                "one of {known} and the assignment's name",
                id=id,
                sign="=" * bool(heading),
                heading=heading,
                known=", ".join(known),
            )
    return {id: heading.strip() for id, _, heading in pairs} or dict(sorted(titles.items()))


def write_platform_grades(
    platform: str,
    grades: Sequence[Grade],
    roster: Roster,
    columns: Mapping[str, str],
    possible: Mapping[str, float],
    file: Path,
) -> None:
    """Write the table that a platform imports.

    Names and ids stand there as in the roster, since the platform looks people up by them.
    """
    form = FORMS[platform]
    persons = {grade.student: roster.person(grade.student) for grade in grades}
    rows: list[list[Cell]] = [
        [*_describe_person(form, person), *(grade.points.get(id, "") for id in columns)]
        for grade in grades
        if (person := persons[grade.student]) and _is_known(form, person)
    ]
    headings = [*form.columns, *columns.values()]
    blank = [""] * (len(form.columns) - 1)
    above: list[list[Cell]] = [[POSSIBLE, *blank, *(possible.get(id, MOST) for id in columns)]]
    write_table(headings, [*above * form.has_points_row, *sorted(rows, key=str)], file, headings)


def note_persons(platform: str, grades: Sequence[Grade], roster: Roster) -> Iterator[str]:
    """Yield a sentence on students who are left out, and on those who have several grades."""
    form = FORMS[platform]
    persons = [one for grade in grades if (one := roster.person(grade.student))]
    unknown = [one.label for one in persons if not _is_known(form, one)]
    counts = Counter(one.label for one in persons)
    several = [label for label, count in counts.items() if count > 1]
    if unknown:
        text = "left out, since {file} has no {needs}: {names}"
        values = {"needs": ", ".join(form.needs), "names": list_names(unknown)}
        yield translate(text, file=roster.file.name, **values)
    if several:
        text = "in more than one submission, so look which row is right: {names}"
        yield translate(text, names=list_names(several))


def write_people(platform: str, roster: Roster, file: Path) -> int:
    """Write the roster as a platform imports it; return how many it can take."""
    form = FORMS[platform]
    rows = [_describe_person(form, one) for one in roster.persons if _is_known(form, one)]
    write_table([*form.columns], rows, file, [*form.columns])
    return len(rows)


def require_needs(platform: str, roster: Roster | None) -> Roster:
    """Return `roster`; a `Stop` where there is none, or no column that the platform needs."""
    if roster is None:
        raise Stop(
            "export {platform} needs to know who the students are: add --roster FILE, such as the"
            " platform's own table of grades, or roster = 'FILE' to the course's file",
            platform=platform,
        )
    form = FORMS[platform]
    if not any(_is_known(form, person) for person in roster.persons):
        raise Stop(
            "{file} has none of {needs}, by which {platform} knows its students: use the "
            "platform's own table of grades as roster",
            file=roster.file,
            needs=", ".join(form.needs),
            platform=platform,
        )
    return roster


def _describe_person(form: Form, person: Person) -> list[str]:
    return [read(person) for read in form.columns.values()]


def _is_known(form: Form, person: Person) -> bool:
    return any(getattr(person, need) for need in form.needs)
