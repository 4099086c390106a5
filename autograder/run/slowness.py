"""Why an answer did not come in time: the loop is endless, or its work too much."""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.diagnosis.catalogue import load_catalogue
from autograder.intake.submission import Submission
from autograder.judge.admission import SPENT
from autograder.judge.outcome import CheckRun
from autograder.judge.questions import Exchange
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import DEFAULT_SECONDS
from autograder.numerics.small import CUTS, NUMBERS_ONLY, Cut
from autograder.run.again import judge_again
from autograder.sandbox.failures import CheckFailure, TimedOut
from autograder.sandbox.handle import LATE_MESSAGE, Launcher

ENDLESS = f"{LATE_MESSAGE}, nor on smaller inputs: an endless loop?"
SLOW = (
    f"{LATE_MESSAGE}, but there are answers on smaller inputs: not endless, only too slow. "
    "Look for Python loops over single numbers where one operation on whole arrays does, "
    "and for work that is done more than once"
)
UNKNOWN = f"{LATE_MESSAGE}: an endless loop, or too slow"


FEW_SECONDS = 20.0  # for a training on few samples
FEW_ROWS = 4
FEW = {"tokens": 2000, "epochs": 1, "max_steps": 2, "between": 1, "alone": 1}  # not rows


def explain_timeouts(
    runs: Sequence[CheckRun],
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> None:
    """Say of late answers why they are late.

    What has answered in another check is not endless. Of the rest one quick check and one training
    of a milestone are asked again, on smaller inputs, while the submission has time left.
    """
    is_spent = any(run.message.text == SPENT for run in runs)
    for milestone in milestones:
        own = [run for run in runs if run.listed.milestone == milestone.id]
        late = [run for run in own if run.message.text.partition("\n")[0] == LATE_MESSAGE]
        answered = {name for run in own if run.result.status == "passed" for name in _needs(run)}
        unsure = [] if is_spent else [run for run in late if _needs(run) - answered]
        reasons: dict[str, str] = {}  # by the object that has not answered
        if quick := next((run for run in unsure if _smaller(run)), None):
            found = _try_smaller(quick, submission, milestone, settings, launcher)
            reasons |= dict.fromkeys(_needs(quick) - answered, found)
        if long := next((run for run in unsure if _late_question(run)), None):
            found = _try_few(long, submission, settings, launcher)
            reasons |= dict.fromkeys(_needs(long) - answered - {*reasons}, found)
        for run in late:
            _explain(run, _needs(run) - answered, reasons)


def _explain(run: CheckRun, unsure: set[str], reasons: dict[str, str]) -> None:
    """Say why `run` is late, of which the objects in `unsure` have not answered before."""
    found = [reasons[name] for name in sorted(unsure) if name in reasons]
    reason = next(iter(found), UNKNOWN) if unsure else SLOW
    run.message = replace(run.message, text=run.message.text.replace(LATE_MESSAGE, reason, 1))
    run.result.message = run.message.render()


def _needs(run: CheckRun) -> set[str]:
    return {*run.listed.spec.needs}


def _smaller(run: CheckRun) -> Cut | None:
    """Return the cut with the smallest inputs that right work passes a quick check with, if any."""
    listed = run.listed
    if run.result.visibility == "hidden" or listed.spec.seconds > DEFAULT_SECONDS:
        return None
    cuts = load_catalogue(listed.milestone).cuts.get(listed.id, [])
    return next((CUTS[index] for index in cuts if CUTS[index] != NUMBERS_ONLY), None)


def _try_smaller(
    run: CheckRun,
    submission: Submission,
    milestone: JudgedMilestone,
    settings: Settings,
    launcher: Launcher,
) -> str:
    smaller = replace(settings, cut=_smaller(run))
    again = judge_again(run, submission, milestone, smaller, launcher)
    return ENDLESS if again.result.status == "timeout" else SLOW


def _late_question(run: CheckRun) -> Exchange | None:
    """Return the question of a public check that had no answer in time, if it may take long."""
    if run.result.visibility == "hidden" or run.listed.spec.seconds <= DEFAULT_SECONDS:
        return None
    late = [one for one in run.exchanges if isinstance(one.failure, TimedOut)]
    return late[-1] if late else None


def _try_few(run: CheckRun, submission: Submission, settings: Settings, launcher: Launcher) -> str:
    """Ask the late question of `run` once more, with few samples and epochs."""
    question = _late_question(run)
    assert question is not None
    args = {name: _few(name, value) for name, value in question.args.items()}
    cpu, memory = math.ceil(FEW_SECONDS) + 1, max(settings.memory_mb, run.listed.spec.memory_mb)
    with (
        suppress(CheckFailure),
        launcher.start_worker(submission.folder, cpu, memory) as worker,
    ):
        try:
            worker.call_probe(question.probe, args, FEW_SECONDS)
            return SLOW
        except TimedOut:
            return ENDLESS
    return UNKNOWN  # what raises on few samples tells nothing


def _few(name: str, value: Any) -> Any:
    """Return an argument as a training on few samples has it."""
    if isinstance(value, np.ndarray):
        return value[: FEW.get(name, FEW_ROWS)] if value.ndim else value
    return min(FEW[name], value) if name in FEW and isinstance(value, int) else value
