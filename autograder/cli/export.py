"""``autograder export``: scores, handed to other systems."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, Milestone, Part, load_course
from autograder.course.course import COURSE_VERSION, render_for_students
from autograder.course.policy import Standing
from autograder.course.roster import Roster, read_roster
from autograder.course.sections import load_people, require_section
from autograder.course.tasks import list_tasks
from autograder.exchange import checkout, moodle_worksheet, platform_grades
from autograder.exchange.checkout import ROOT
from autograder.exchange.grades import find_unusual, read_scores
from autograder.intake.names import folder_name
from autograder.judge.spec import list_checks
from autograder.language.catalogue import translate, translate_count
from autograder.reports.adjusted import list_conflicts
from autograder.reports.adjustments import Adjustments, read_adjustments
from autograder.reports.attendance import notes_on_roster
from autograder.reports.feedback import without_hints
from autograder.reports.notes import list_names, note_stray_adjustments, print_notes
from autograder.reports.register import Register
from autograder.reports.reviews import collect_reviews
from autograder.reports.standings import find_standings_rule, load_times
from autograder.run import selection
from autograder.score import Score, list_extras
from autograder.stop import Stop, stop_on_write_error
from autograder.words import escape_unseen, plain_name

if TYPE_CHECKING:
    from autograder.exchange.graded_work import Work
    from autograder.exchange.nbgrader_gradebook import Handed
    from autograder.exchange.nbgrader_source import Exercise

NEEDED = {"gradescope": ("hatchling",), "nbgrader": ("jupytext", "nbgrader")}  # and a checkout


@dataclass(frozen=True)
class ExportOrder:
    """What to export: the scores, and whose they are.

    Attributes
    ----------
    scores : sequence of Score
        All that lie in `grades`.
    grades, out : Path
        What `grade` wrote, and where the export goes.
    course : Course
        The course in use.
    register : Register
        Who the students are, and what people changed of the scores.
    columns : sequence of str
        ``m1=Homework 1``: the parts to export, and what they are called there.
    inbox : Path or None
        What was graded, for those that show the work itself.
    sheet : Roster or None
        Moodle's worksheet, to be filled in.
    """

    scores: Sequence[Score]
    grades: Path
    out: Path
    course: Course
    register: Register
    columns: Sequence[str] = ()
    inbox: Path | None = None
    sheet: Roster | None = None


def run(
    format: str,
    grades: Path,
    out: Path,
    roster: Path | None = None,
    columns: Sequence[str] = (),
    inbox: Path | None = None,
    section: str | None = None,
    worksheet: Path | None = None,
) -> None:
    """Export the scores in `grades` to `out`, as people adjusted them."""
    selection.require_word(format, list(EXPORTERS), "format")
    if format in NEEDED:
        checkout.require(f"export {format}", *NEEDED[format])
    course = load_course()
    scores = read_scores(grades)
    if not course.shows_hints:
        scores = [without_hints(score) for score in scores]
    adjustments = read_adjustments(grades, course)
    _print_conflicts(scores, adjustments)
    people = load_people(course, roster)
    sheet = read_roster(worksheet, course.find_members) if worksheet else None
    if sheet and (format != "moodle" or not moodle_worksheet.is_worksheet(sheet)):
        raise Stop(
            "--worksheet {worksheet} wants 'export moodle', and the file that Moodle gives at "
            "'Download grading worksheet', in English",
            worksheet=worksheet,
        )
    if section is not None:
        people = require_section(people, section, f"--section {section}")
        scores = [score for score in scores if people.members(score.submission.id)]
        _require_any(section, scores)
    names = [score.submission.id for score in scores]
    reviews = collect_reviews({name: grades / folder_name(name) for name in names})
    rule = find_standings_rule(course, adjustments, people)
    register = Register(people, adjustments, reviews, rule)
    with stop_on_write_error(out):
        EXPORTERS[format](ExportOrder(scores, grades, out, course, register, columns, inbox, sheet))
    print_notes(notes_on_roster(people, names))


def _require_any(section: str, scores: Sequence[Score]) -> None:
    if not scores:
        raise Stop(
            "--section {section}: nobody in it has a score here; grade their work first",
            section=section,
        )


def _export_csv(order: ExportOrder) -> None:
    from autograder.reports import gradebook  # noqa: PLC0415

    _require_file(order.out)
    unusual = find_unusual(order.grades, [score.submission.id for score in order.scores])
    gradebook.write_gradebook(order.scores, order.out, order.register, unusual)
    print(order.out)


def _require_file(out: Path) -> None:
    if out.is_dir():
        raise Stop(
            "{out} is a folder; name a file, such as {file}", out=out, file=out / "grades.csv"
        )


def _export_canvas(order: ExportOrder) -> None:
    _export_platform("canvas", order)


def _export_moodle(order: ExportOrder) -> None:
    _export_platform("moodle", order)


def _export_platform(platform: str, order: ExportOrder) -> None:
    _require_file(order.out)
    roster = platform_grades.require_needs(platform, order.sheet or order.register.roster)
    columns = platform_grades.choose_columns(order.columns, order.course, order.scores)
    grades = platform_grades.list_grades(order.scores, order.register)
    possible = {part.id: part.max_points for score in order.scores for part in score.parts}
    if platform == "moodle" and moodle_worksheet.is_worksheet(roster):
        grades = moodle_worksheet.name_as_there(grades, roster, order.register)
        moodle_worksheet.write_worksheet(grades, roster, [*columns], possible, order.out)
    else:
        platform_grades.write_platform_grades(
            platform, grades, roster, columns, possible, order.out
        )
    late = "{file}: {columns}, after lateness"
    plain = "{file}: {columns}, as graded: without a course file nothing is late"
    text = late if order.register.rule else plain
    print(translate(text, file=order.out, columns=", ".join(columns.values())))
    print_notes(platform_grades.note_persons(platform, grades, roster))


def _print_conflicts(scores: Sequence[Score], adjustments: Adjustments) -> None:
    """Print a note on every adjustment that no score, or no place in one, is there for."""
    names = {plain_name(score.submission.id) for score in scores}
    gone = dict.fromkeys(
        row.submission for row in adjustments.rows if plain_name(row.submission) not in names
    )
    lines = [line for score in scores for line in list_conflicts(adjustments, score)]
    print_notes([*note_stray_adjustments([*gone]), *lines])


def _export_gradescope(order: ExportOrder) -> None:
    from autograder.exchange import gradescope, release  # noqa: PLC0415

    course, out = order.course, order.out
    course_file = f"version = {COURSE_VERSION}\n[grading]\nsecret = {json.dumps(course.secret)}\n"
    if course.grading.isolation:
        course_file += f'isolation = "{course.grading.isolation}"\n'
    folders = [part.folder for part in course.parts]
    try:
        packed = gradescope.pack_autograder(
            ROOT, out, folders, render_for_students(course), course_file
        )
    except release.ReleaseFailed as problem:
        raise Stop(problem.phrase, 1) from None
    register = order.register
    for score in order.scores:
        file = out / "results" / f"{folder_name(score.submission.id)}.json"
        changes = register.find_changes(score)
        gradescope.write_results(score, file, register.find_reviews(score), changes, order.course)
    one, many = "{folder}: {count} file", "{folder}: {count} files"
    print(packed)
    print(translate_count(one, many, len(order.scores), folder=out / "results"))
    if roster := register.roster:
        count = platform_grades.write_people("gradescope", roster, out / "roster.csv")
        text = "{file}: the {count} of {total} students who have an e-mail address"
        print(translate(text, file=out / "roster.csv", count=count, total=len(roster.persons)))


def _export_nbgrader(order: ExportOrder) -> None:
    from autograder.exchange import nbgrader  # noqa: PLC0415 - two seconds to import

    course, handed_in = order.course, list_extras(order.scores)
    used = [part for part in course.parts if not part.is_extra or part.id in handed_in]
    exercises = [_make_exercise(part) for part in used]
    students = _list_handed(order)
    works = _read_work(order)
    try:
        files = nbgrader.make_course(exercises, order.out, course.late)
        renamed = nbgrader.record_scores(
            exercises, order.scores, order.out, order.register, students, works
        )
    except nbgrader.Unfit as problem:
        raise Stop(problem.phrase, 1) from None
    print(*files, sep="\n")
    one, many = "{file}: {count} submission", "{file}: {count} submissions"
    print(translate_count(one, many, len(order.scores), file=order.out / "gradebook.db"))
    for name, id in renamed.items():
        print("  " + translate("'{name}' is renamed to {id}", name=escape_unseen(name), id=id))
    print_notes(_note_nbgrader(order, works))
    command = f"cd {order.out} && nbgrader generate_assignment {exercises[0].id}"
    print(f"\n{translate('Next: {command}', command=command)}")


def _list_handed(order: ExportOrder) -> "dict[str, list[Handed]]":
    """Return by submission the students behind it, with what lateness takes of each."""
    from autograder.exchange.nbgrader_gradebook import Handed  # noqa: PLC0415

    register, times = order.register, load_times()
    found = {}
    for score in order.scores:
        name = score.submission.id
        came = {part.id: times.find_time(name, part.id) for part in score.milestones}
        known = {id: when for id, when in came.items() if when}
        standings = register.rule(score) if register.rule else [Standing(name, {}, None)]
        found[name] = [
            Handed(
                one.student,
                register.find_person(one.student),
                known,
                one.late_percent,
                one.more_time,
            )
            for one in standings
        ]
    return found


def _read_work(order: ExportOrder) -> "dict[str, Work]":
    from autograder.exchange.graded_work import read_graded_work  # noqa: PLC0415

    return read_graded_work(order.inbox, order.course, order.scores) if order.inbox else {}


def _note_nbgrader(order: ExportOrder, works: "dict[str, Work]") -> Iterator[str]:
    """Yield what nbgrader has no place for, and what formgrader does not show, and why."""
    from autograder.exchange.nbgrader_gradebook import is_left_out  # noqa: PLC0415

    changes = [row for score in order.scores for row in order.register.find_changes(score)]
    for row in filter(is_left_out, changes):
        what = f"{row.submission}, {row.on or translate('in all')} {translate(row.change)}"
        yield translate("nbgrader has no place for: {what}", what=what)
    lacking = [score.submission.id for score in order.scores if score.submission.id not in works]
    if order.inbox is None:
        code = "formgrader shows no code of students: add --inbox FOLDER, what was graded"
        yield translate(code)
    elif lacking:
        text = (
            "{inbox} does not hold what was graded of {names}, so formgrader does not show that: "
            "grade again, then export"
        )
        yield translate(text, inbox=order.inbox, names=list_names(lacking))
    if not order.register.rule:
        times = "no deadlines, times and groups: they stand in the course's file, --course FILE"
        yield translate(times)


def _make_exercise(milestone: Part) -> "Exercise":
    from autograder.exchange.illustrations import list_pictures  # noqa: PLC0415
    from autograder.exchange.nbgrader_source import Exercise  # noqa: PLC0415

    folder = Path(milestone.home) if milestone.home else ROOT / "solutions" / milestone.folder
    file = folder / f"{milestone.module}.py"
    if not file.is_file():
        raise Stop(
            "{file} is missing: an nbgrader course is made of the reference solution", file=file
        )
    listed = list_checks(milestone.id, milestone.checks)
    checks = tuple((check.id, check.title, check.spec.points) for check in listed)
    shown, tasks = tuple(list_pictures(file.parent)), list_tasks(milestone)
    due = milestone.deadline if isinstance(milestone, Milestone) else None
    return Exercise(
        milestone.id, milestone.module, file.read_text(), checks,
        milestone.most_by_person, tuple(milestone.questions), shown, tasks, due,
    )  # fmt: skip


EXPORTERS = {
    "canvas": _export_canvas,
    "moodle": _export_moodle,
    "gradescope": _export_gradescope,
    "nbgrader": _export_nbgrader,
    "csv": _export_csv,
}
