"""Checks that passed before on the same work: a learner's stand, those of a class always run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.intake.submission import Submission
from autograder.judge.outcome import CheckRun, make_check_run
from autograder.judge.plugin import Session
from autograder.judge.running import RunningCheck
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import list_checks
from autograder.run.two_cores import run_checks
from autograder.sandbox.handle import Launcher
from autograder.score import Measurement

EarlierPasses = Mapping[str, Mapping[str, Measurement]]  # what was measured, by check
NO_PASSES: EarlierPasses = {}


def run_others(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
    earlier: EarlierPasses,
) -> Session:
    """Run the checks that are not among `earlier`; return them with those, in their order."""
    if not earlier:
        return run_checks(submission, milestones, settings, launcher)
    wanted = [running.listed.id for running in _list_wanted(milestones, settings)]
    others = replace(settings, only=frozenset(wanted) - earlier.keys())
    session = run_checks(submission, milestones, others, launcher) if others.only else Session()
    runs = {run.listed.id: run for run in session.runs}
    for running in _list_wanted(milestones, settings):
        if running.listed.id in earlier:
            runs[running.listed.id] = _make_run(running, earlier, submission)
    session.runs = [runs[id] for id in wanted]
    return session


def _list_wanted(
    milestones: Sequence[JudgedMilestone], settings: Settings
) -> Iterator[RunningCheck]:
    for milestone in milestones:
        for listed in list_checks(milestone.id, milestone.checks):
            if settings.only is None or listed.id in settings.only:
                yield RunningCheck(listed, milestone, "public")


def _make_run(running: RunningCheck, earlier: EarlierPasses, submission: Submission) -> CheckRun:
    running.measurements = {**earlier[running.listed.id]}
    return make_check_run(running, submission.folder)
