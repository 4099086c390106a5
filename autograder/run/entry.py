"""One entry graded: staged, judged, scored and written."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.course import Milestone
from autograder.intake.find import find_entries
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.judge.settings import Settings
from autograder.run.configure import workers
from autograder.run.faults import describe, faulty_outcome, trace_of
from autograder.run.grade import Grade, environment, grade
from autograder.run.results import Order, keep, kept
from autograder.score import Outcome


def grade_entry(
    entry: Entry, milestones: Sequence[Milestone], modules: Sequence[str], how: Settings
) -> Grade:
    """Stage, judge and score one entry; an unusable one is rejected, check by check."""
    with staged(entry, modules) as submission:
        return grade(submission, milestones, how, workers(how, milestones))


def grade_to(order: Order, entry: Entry) -> Outcome:
    """Grade `entry` into its folder, unless the same work was graded there in the same way."""
    how, milestones = order.settings, order.milestones
    try:
        with staged(entry, order.modules) as submission:
            if done := kept(order, submission, [environment(how.isolation)]):
                return done
            graded = grade(submission, milestones, how, workers(how, milestones))
        return keep(order, submission, graded.score, graded.report)
    except Exception as problem:
        return faulty_outcome(order.out, entry.name, describe(problem), trace_of(problem))


def own_work(path: Path) -> Entry:
    """Return a learner's workspace, or what is about to be handed in, as an entry."""
    return find_entries(path, ())[0] if path.is_file() else Entry(path.resolve().name, path)


@contextmanager
def private() -> Iterator[Path]:
    """Lend an empty folder."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        yield Path(folder).resolve()


@contextmanager
def staged(entry: Entry, modules: Sequence[str]) -> Iterator[Submission]:
    """Lend a private copy of `entry`, or one of which every module is refused."""
    with private() as folder:
        yield _staged(entry, modules, folder)


def _staged(entry: Entry, modules: Sequence[str], folder: Path) -> Submission:
    try:
        return stage_entry(entry, modules, folder)
    except Unusable as problem:
        nothing = hashlib.sha256(str(problem).encode()).hexdigest()
        return Submission(entry.name, folder, nothing, (), dict.fromkeys(modules, str(problem)))
