"""``autograder grade``: a class in one command."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from autograder.cli import choose, courses, data, lone, similarity
from autograder.cli.grading import (
    Order,
    default_isolation,
    grade_to,
    prepare,
    read_report,
    settings,
)
from autograder.cli.out import require, writing
from autograder.cli.stop import STOPPED, Stop
from autograder.course import Course, load
from autograder.grading.batch import Pool, grade_all
from autograder.grading.submission import Entry, Unusable, entries, folder_name, instead
from autograder.reports import changes, feedback, gradebook, look, page
from autograder.reports.gradebook import Standings
from autograder.reports.terminal import Progress, class_table
from autograder.sandbox.isolation import refusal
from autograder.score import NoScore, Outcome, Score, read

T = TypeVar("T")
LATER = "the scores that are there stay; make room there, and run the same command again"
TOLD = (
    "stopped: {} of {} graded and kept; run the same command again for the rest "
    "(grades.csv and index.html come at the end)"
)


def run(
    path: Path,
    out: Path,
    milestone: list[str] | None,
    profile: str | None,
    jobs: int | None,
    cluster: str | None,
    isolation: str | None,
    force: bool,
    similar: bool = False,
) -> int:
    """Grade everything in `path` into `out`; return the exit code."""
    choose.profile(profile)
    choose.isolation(isolation)
    choose.one_pool(jobs, cluster)
    course = load()
    level = _level(course, isolation, here=cluster is None)
    standing = courses.standings(course)
    chosen = choose.milestones(course, milestone or [])
    found = lone.named(_entries(path, course.modules), course.milestones, chosen)
    require(out / "grades.csv")
    how = settings(course, profile, level, hidden=True)
    order = Order(out, chosen, course.modules, how, force)
    before = _scores_before(out, found)
    with _pool(order, jobs, cluster) as pool:
        outcomes = _graded(found, pool)
    with writing(out, LATER):
        code = _report(outcomes, before, out, standing)
        if similar:
            similarity.run(found, chosen, out)
    lines = [
        *_files(found, outcomes, course),
        *_places(outcomes, before, out),
        *courses.looks(course, [entry.name for entry in found], chosen),
        *([] if how.secret else [look.foreseen()]),
    ]
    print("".join(f"look: {line}\n" for line in lines), end="")
    return code


def _level(course: Course, asked: str | None, here: bool) -> str:
    """Return the isolation to grade at: what is asked for, unless the course requires another.

    What another machine offers is its judges' to say, entry by entry.
    """
    required = course.grading.isolation
    if required and asked not in (None, required):
        raise Stop(
            f"this course requires --isolation {required}: see grading.isolation in its file"
        )
    level = asked or required or (default_isolation() if here else "strict")
    if here and (refused := refusal(level)):
        raise Stop(refused, 1)
    return level


def _entries(path: Path, modules: list[str]) -> list[Entry]:
    try:
        return entries(path, modules)
    except (OSError, Unusable) as problem:
        raise Stop(str(problem)) from None


@contextmanager
def _pool(order: Order, jobs: int | None, cluster: str | None) -> Iterator[Pool]:
    """Lend what grades: processes here, or the judges of a cluster."""
    if cluster is None:
        data.ready(order.how.profile, order.milestones)
        prepare()  # what is started from here inherits it
        job = partial(grade_to, order)
        yield partial(grade_all, job=job, jobs=jobs or os.cpu_count() or 1, prepare=prepare)
    else:
        with _cluster(cluster, order) as pool:
            yield pool


def _cluster(address: str, order: Order) -> AbstractContextManager[Pool]:
    try:
        from autograder.cli.cluster import pool  # noqa: PLC0415  (slow, and an extra)
    except ModuleNotFoundError as problem:
        raise Stop(
            f"--cluster needs the extra 'cluster', and {problem.name} is not installed: "
            "run pip install distributed"
        ) from None
    return pool(address, order)


def _graded(found: list[Entry], pool: Pool) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}
    try:
        with Progress(len(found)) as progress, closing(pool(found)) as graded:
            for outcome in graded:
                outcomes[outcome.name] = outcome
                progress.advance(outcome)
    except KeyboardInterrupt:
        raise Stop(TOLD.format(len(outcomes), len(found)), STOPPED) from None
    return [outcomes[entry.name] for entry in found]


def _scores_before(out: Path, found: list[Entry]) -> dict[str, Score]:
    """Return the scores of an earlier run, by name; say what cannot be read."""
    before = {}
    for entry in found:
        folder = out / folder_name(entry.name)
        if score := _readable(folder / "score.json", read):
            before[score.submission.id] = score
            _readable(folder / "report.json", read_report)
    return before


def _readable(file: Path, how: Callable[[Path], T]) -> T | None:
    try:
        return how(file)
    except FileNotFoundError:
        return None
    except (OSError, NoScore) as problem:
        told = (
            f"autograder: {file} is half-written or foreign: {problem}; this entry is graded again"
        )
        print(told, file=sys.stderr)
        return None


def _report(
    outcomes: list[Outcome], before: dict[str, Score], out: Path, standing: Standings | None
) -> int:
    scores = [outcome.score for outcome in outcomes if outcome.score]
    gradebook.write(scores, out / "grades.csv", standing)
    feedback.write_all(outcomes, out / "feedback")
    page.write(outcomes, out / "index.html")
    is_regrade = changes.write(before, scores, out / "changes.csv")
    class_table(outcomes, out)
    if is_regrade:
        print(f"moved: {out / 'changes.csv'}")
    return 1 if any(outcome.is_fault for outcome in outcomes) else 0


def _files(found: list[Entry], outcomes: list[Outcome], course: Course) -> list[str]:
    """Return what was handed in under other names, or not at all."""
    scores = [outcome.score for outcome in outcomes if outcome.score]
    files = {score.submission.id: score.submission.files for score in scores if _is_read(score)}
    elsewhere = {name: instead(own, course.modules) for name, own in files.items()}
    return [
        *look.taken(lone.taken(found)),
        *look.misnamed({name: own for name, own in elsewhere.items() if own}, course.modules),
        *look.empty([name for name, own in files.items() if not own]),
    ]


def _places(outcomes: list[Outcome], before: dict[str, Score], out: Path) -> list[str]:
    """Return which scores the tables do not list, and which took the place of wider ones."""
    own = {folder_name(outcome.name) for outcome in outcomes}
    all_of = sorted(file.parent.name for file in out.glob("*/score.json"))
    scores = [outcome.score for outcome in outcomes if outcome.score]
    pairs = [
        (_ids(before[score.submission.id]), _ids(score))
        for score in scores
        if score.submission.id in before
    ]
    moved = [(old, new) for old, new in pairs if old != new]
    return [
        *look.apart(out, [name for name in all_of if name not in own]),
        *look.replaced(
            sorted({id for old, _ in moved for id in old}),
            sorted({id for _, new in moved for id in new}),
        ),
    ]


def _ids(score: Score) -> list[str]:
    return [milestone.id for milestone in score.milestones]


def _is_read(score: Score) -> bool:
    return any(check.status != "rejected" for check in score.checks)
