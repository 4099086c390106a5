"""Work whose answers to the same questions differ from run to run."""

from collections.abc import Sequence

from autograder.intake.submission import Submission
from autograder.judge.outcome import CheckRun
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import DEFAULT_SECONDS
from autograder.run.again import judge_again
from autograder.sandbox.handle import Launcher
from autograder.worker import wire

INPUTS = "the answer must not depend on which inputs come"
UNSTEADY = (
    "answers to the same questions differ from run to run: is something drawn without a seed?"
)


def name_unsteady(
    runs: Sequence[CheckRun],
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> None:
    """Say so where a quick check and its twin disagree; one a milestone is asked once more."""
    for milestone in milestones:
        split = [run for run in runs if _is_split(run, milestone)]
        if split:
            second = judge_again(split[0], submission, milestone, settings, launcher)
            if _answers(second) != _answers(split[0]):
                message = split[0].result.message
                split[0].result.message = message.replace(INPUTS, UNSTEADY)


def _is_split(run: CheckRun, milestone: JudgedMilestone) -> bool:
    is_own = run.listed.milestone == milestone.id
    return (
        is_own
        and run.result.message.endswith(INPUTS)
        and (run.listed.spec.seconds <= DEFAULT_SECONDS)
    )


def _answers(run: CheckRun) -> list[bytes]:
    return [wire.encode(exchange.answer) for exchange in run.exchanges]
