"""Why an answer did not come in time: the loop is endless, or its work too much."""

from collections.abc import Sequence
from dataclasses import replace

from autograder.diagnosis.catalogue import load_catalogue
from autograder.intake.submission import Submission
from autograder.judge.admission import SPENT
from autograder.judge.outcome import CheckRun
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import DEFAULT_SECONDS
from autograder.numerics.small import CUTS, NUMBERS_ONLY, Cut
from autograder.run.again import judge_again
from autograder.sandbox.handle import LATE_MESSAGE, Launcher

ENDLESS = f"{LATE_MESSAGE}, nor on smaller inputs: an endless loop?"
SLOW = (
    f"{LATE_MESSAGE}, but there are answers on smaller inputs: not endless, only too slow. "
    "Look for Python loops over single numbers where one operation on whole arrays does, "
    "and for work that is done more than once"
)
UNKNOWN = f"{LATE_MESSAGE}: an endless loop, or too slow"


def explain_timeouts(
    runs: Sequence[CheckRun],
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> None:
    """Say of late answers why they are late.

    What has answered in another check is not endless. Of the rest one a milestone is asked again,
    on smaller inputs, while the submission has time left.
    """
    is_spent = any(run.message.text == SPENT for run in runs)
    for milestone in milestones:
        own = [run for run in runs if run.listed.milestone == milestone.id]
        late = [run for run in own if run.message.text.partition("\n")[0] == LATE_MESSAGE]
        answered = {name for run in own if run.result.status == "passed" for name in _needs(run)}
        unsure = [] if is_spent else [run for run in late if _needs(run) - answered]
        asked = next((run for run in unsure if _smaller(run)), None)
        found = _try_smaller(asked, submission, milestone, settings, launcher) if asked else UNKNOWN
        for run in late:
            reason = UNKNOWN
            if not _needs(run) - answered:
                reason = SLOW
            elif asked and _needs(run) & _needs(asked) - answered:
                reason = found
            run.message = replace(
                run.message, text=run.message.text.replace(LATE_MESSAGE, reason, 1)
            )
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
