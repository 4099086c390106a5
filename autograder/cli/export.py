"""``autograder export``: scores, handed to other systems."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Milestone, load
from autograder.course.course import VERSION, for_students
from autograder.exchange.grades import read_scores
from autograder.intake.names import folder_name
from autograder.judge.spec import list_checks
from autograder.reports.standings import standings
from autograder.run import selection
from autograder.score import Score
from autograder.stop import Stop, writing

if TYPE_CHECKING:
    from autograder.exchange.nbgrader import Exercise

ROOT = Path(__file__).parents[2]
FORMATS = ("gradescope", "nbgrader", "csv")


def run(format: str, grades: Path, out: Path) -> None:
    """Export the scores in `grades` to `out`."""
    selection.one_of(format, FORMATS, "format")
    found = read_scores(grades)
    with writing(out):
        {"gradescope": _gradescope, "nbgrader": _nbgrader, "csv": _csv}[format](found, out)


def _csv(found: Sequence[Score], out: Path) -> None:
    from autograder.reports import gradebook  # noqa: PLC0415

    if out.is_dir():
        raise Stop(f"{out} is a folder; name a file, such as {out / 'grades.csv'}")
    gradebook.write(found, out, standings(load()))
    print(out)


def _gradescope(found: Sequence[Score], out: Path) -> None:
    from autograder.exchange import gradescope, release  # noqa: PLC0415

    course = load()
    if not (ROOT / "solutions").is_dir():
        raise Stop("this kit is a student's: export gradescope runs in the checkout")
    own = f"version = {VERSION}\n[grading]\nsecret = {json.dumps(course.secret)}\n"
    if course.grading.isolation:
        own += f'isolation = "{course.grading.isolation}"\n'
    folders = [milestone.folder for milestone in course.milestones]
    try:
        packed = gradescope.pack(ROOT, out, folders, for_students(course), own)
    except release.ReleaseFailed as problem:
        raise Stop(str(problem), 1) from None
    for score in found:
        gradescope.write(score, out / "results" / f"{folder_name(score.submission.id)}.json")
    print(f"{packed}\n{out / 'results'}: {len(found)} files")


def _nbgrader(found: Sequence[Score], out: Path) -> None:
    from autograder.exchange import nbgrader  # noqa: PLC0415 - two seconds to import

    course = load()
    exercises = [_exercise(milestone) for milestone in course.milestones]
    try:
        made = nbgrader.make(exercises, out)
        renamed = nbgrader.record(exercises, found, out)
    except nbgrader.Unfit as problem:
        raise Stop(str(problem), 1) from None
    print(*made, sep="\n")
    print(f"{out / 'gradebook.db'}: {len(found)} submissions")
    for name, id in renamed.items():
        print(f"  {name!r} is there as {id}")
    print(f"\nNext: cd {out} && nbgrader generate_assignment {exercises[0].id}")


def _exercise(milestone: Milestone) -> "Exercise":
    from autograder.exchange.nbgrader import Exercise  # noqa: PLC0415

    file = ROOT / "solutions" / milestone.folder / f"{milestone.module}.py"
    if not file.is_file():
        raise Stop(f"{file} is missing: an nbgrader course is made in the checkout, not in a kit")
    listed = list_checks(milestone.id, milestone.checks)
    checks = tuple((one.id, one.title, one.spec.points) for one in listed)
    return Exercise(milestone.id, milestone.module, file.read_text(), checks)
