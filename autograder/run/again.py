"""One check asked once more, to learn more about how it ended."""

from dataclasses import replace

from autograder.intake.submission import Submission
from autograder.judge.outcome import CheckRun
from autograder.judge.session import run_session
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.sandbox.handle import Launcher


def judge_again(
    run: CheckRun,
    submission: Submission,
    milestone: JudgedMilestone,
    settings: Settings,
    launcher: Launcher,
) -> CheckRun:
    """Return the public check of `run` judged anew, in a fresh worker, without its twin."""
    alone = replace(settings, only=frozenset({run.listed.id}), hidden=False)
    (again,) = run_session(submission, [milestone], alone, launcher).runs
    return again
