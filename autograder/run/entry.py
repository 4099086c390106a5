"""One entry graded: staged, judged, scored and written."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from autograder.course import Part
from autograder.intake.find import file_entry
from autograder.intake.stage import plan_entry, stage_entry
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.judge.settings import Settings
from autograder.run.configure import launcher_for
from autograder.run.faults import describe_fault, fault_outcome, format_trace
from autograder.run.grade import (
    Grade,
    grade_for_class,
    grade_submission,
    local_environment,
)
from autograder.run.parcel import Parcel
from autograder.run.results import GradingOrder, find_kept, write_outcome
from autograder.sandbox.run_folder import temporary_folder
from autograder.score import Outcome


def grade_entry(
    entry: Entry, milestones: Sequence[Part], modules: Sequence[str], settings: Settings
) -> Grade:
    """Stage, judge and score one entry; an unusable one is rejected, check by check."""
    with staged_submission(entry, modules) as submission:
        launcher = launcher_for(settings, milestones)
        return grade_submission(submission, milestones, settings, launcher)


def grade_and_write(order: GradingOrder, entry: Entry) -> Outcome:
    """Grade `entry` into its folder, unless the same work was graded there by the same order."""
    settings, milestones = order.settings, order.milestones
    try:
        with staged_submission(entry, order.modules) as submission:
            if outcome := find_kept(order, submission, [local_environment(settings.isolation)]):
                return add_hand_in(outcome, submission)
            launcher = launcher_for(settings, milestones)
            graded = grade_for_class(submission, milestones, settings, launcher)
        outcome = write_outcome(order, submission, graded.score, graded.report)
        return add_hand_in(outcome, submission)
    except Exception as problem:
        return fault_outcome(order.out, entry.name, describe_fault(problem), format_trace(problem))


def add_hand_in(outcome: Outcome, work: Submission | Parcel) -> Outcome:
    """Return `outcome` with what the teacher is told of the files."""
    return replace(outcome, files=tuple(work.files), notes=work.notes)


def learner_entry(path: Path) -> Entry:
    """Return a learner's workspace, or what is about to be handed in, as an entry."""
    return file_entry(path.resolve()) if path.is_file() else Entry(path.resolve().name, path)


def learner_notes(path: Path, modules: Sequence[str]) -> tuple[str, ...]:
    """Return what is chosen among several files of a learner's workspace, a sentence each."""
    with suppress(Unusable):
        return plan_entry(learner_entry(path), modules).notes
    return ()


@contextmanager
def staged_submission(entry: Entry, modules: Sequence[str]) -> Iterator[Submission]:
    """Lend a private copy of `entry`, or one of which every module is refused."""
    with temporary_folder() as folder:
        start = time.monotonic()
        try:
            submission = stage_entry(entry, modules, folder)
            submission = replace(submission, seconds=time.monotonic() - start)
        except Unusable as problem:
            digest = hashlib.sha256(str(problem).encode()).hexdigest()
            refused = dict.fromkeys(modules, str(problem))
            why = (f"rejected: {problem}",)
            submission = Submission(entry.name, folder, digest, (), refused, notes=why)
        yield submission
