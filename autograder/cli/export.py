"""``autograder export``: scores, handed to other systems."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Part, load_course
from autograder.course.course import COURSE_VERSION, render_for_students
from autograder.exchange import checkout
from autograder.exchange.checkout import ROOT
from autograder.exchange.grades import find_unusual, read_scores
from autograder.intake.names import folder_name
from autograder.judge.spec import list_checks
from autograder.reports.adjusted import list_conflicts
from autograder.reports.adjustments import Adjustments, read_adjustments
from autograder.reports.feedback import without_hints
from autograder.reports.notes import note_stray_adjustments
from autograder.reports.reviews import Review, collect_reviews
from autograder.reports.standings import find_standings_rule
from autograder.run import selection
from autograder.score import Score, list_extras
from autograder.stop import Stop, stop_on_write_error
from autograder.words import escape_unseen, plain_name

if TYPE_CHECKING:
    from autograder.exchange.nbgrader import Exercise

NEEDED = {"gradescope": ("hatchling",), "nbgrader": ("jupytext", "nbgrader")}  # and a checkout


def run(format: str, grades: Path, out: Path) -> None:
    """Export the scores in `grades` to `out`, as people adjusted them."""
    selection.require_word(format, list(EXPORTERS), "format")
    if format in NEEDED:
        checkout.require(f"export {format}", *NEEDED[format])
    scores = read_scores(grades)
    course = load_course()
    if not course.shows_hints:
        scores = [without_hints(score) for score in scores]
    _print_conflicts(scores, read_adjustments(grades, course))
    with stop_on_write_error(out):
        EXPORTERS[format](scores, out, grades)


def _export_csv(scores: Sequence[Score], out: Path, grades: Path) -> None:
    from autograder.reports import gradebook  # noqa: PLC0415

    if out.is_dir():
        raise Stop(f"{out} is a folder; name a file, such as {out / 'grades.csv'}")
    unusual = find_unusual(grades, [score.submission.id for score in scores])
    adjustments = read_adjustments(grades, load_course())
    rule = find_standings_rule(load_course(), adjustments)
    reviews = _find_reviews(scores, grades)
    gradebook.write_gradebook(scores, out, rule, unusual, reviews, adjustments)
    print(out)


def _print_conflicts(scores: Sequence[Score], adjustments: Adjustments) -> None:
    """Print a note on every adjustment that no score, or no place in one, is there for."""
    names = {plain_name(score.submission.id) for score in scores}
    gone = dict.fromkeys(
        row.submission for row in adjustments.rows if plain_name(row.submission) not in names
    )
    lines = [line for score in scores for line in list_conflicts(adjustments, score)]
    for line in [*note_stray_adjustments([*gone]), *lines]:
        print(f"note: {escape_unseen(line)}")


def _find_reviews(scores: Sequence[Score], grades: Path) -> dict[str, dict[str, Review]]:
    names = [score.submission.id for score in scores]
    return collect_reviews({name: grades / folder_name(name) for name in names})


def _export_gradescope(scores: Sequence[Score], out: Path, grades: Path) -> None:
    from autograder.exchange import gradescope, release  # noqa: PLC0415

    course = load_course()
    course_file = f"version = {COURSE_VERSION}\n[grading]\nsecret = {json.dumps(course.secret)}\n"
    if course.grading.isolation:
        course_file += f'isolation = "{course.grading.isolation}"\n'
    folders = [part.folder for part in course.parts]
    try:
        packed = gradescope.pack_autograder(
            ROOT, out, folders, render_for_students(course), course_file
        )
    except release.ReleaseFailed as problem:
        raise Stop(str(problem), 1) from None
    reviews = _find_reviews(scores, grades)
    adjustments = read_adjustments(grades, course)
    for score in scores:
        name = score.submission.id
        file = out / "results" / f"{folder_name(name)}.json"
        rows = adjustments.find_rows(name)
        gradescope.write_results(score, file, reviews.get(name, {}), rows, course)
    print(f"{packed}\n{out / 'results'}: {len(scores)} files")


def _export_nbgrader(scores: Sequence[Score], out: Path, grades: Path) -> None:
    from autograder.exchange import nbgrader  # noqa: PLC0415 - two seconds to import

    course = load_course()
    handed_in = list_extras(scores)
    used = [part for part in course.parts if not part.is_extra or part.id in handed_in]
    exercises = [_make_exercise(part) for part in used]
    try:
        files = nbgrader.make_course(exercises, out)
        reviews = _find_reviews(scores, grades)
        adjustments = read_adjustments(grades, course)
        renamed = nbgrader.record_scores(exercises, scores, out, reviews, adjustments)
    except nbgrader.Unfit as problem:
        raise Stop(str(problem), 1) from None
    print(*files, sep="\n")
    print(f"{out / 'gradebook.db'}: {len(scores)} submissions")
    for name, id in renamed.items():
        print(f"  '{escape_unseen(name)}' is renamed to {id}")
    for row in filter(nbgrader.is_left_out, adjustments.rows):
        name = escape_unseen(row.submission)
        print(f"note: nbgrader has no place for: {name}, {row.on or 'in all'} {row.change}")
    print(f"\nNext: cd {out} && nbgrader generate_assignment {exercises[0].id}")


def _make_exercise(milestone: Part) -> "Exercise":
    from autograder.exchange.illustrations import list_pictures  # noqa: PLC0415
    from autograder.exchange.nbgrader import Exercise  # noqa: PLC0415

    file = ROOT / "solutions" / milestone.folder / f"{milestone.module}.py"
    if not file.is_file():
        raise Stop(f"{file} is missing: an nbgrader course is made of the reference solution")
    listed = list_checks(milestone.id, milestone.checks)
    checks = tuple((check.id, check.title, check.spec.points) for check in listed)
    shown = tuple(list_pictures(file.parent))
    return Exercise(
        milestone.id, milestone.module, file.read_text(), checks,
        milestone.most_by_person, tuple(milestone.questions), shown,
    )  # fmt: skip


EXPORTERS = {"gradescope": _export_gradescope, "nbgrader": _export_nbgrader, "csv": _export_csv}
