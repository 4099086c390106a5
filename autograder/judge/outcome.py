"""The outcome of a check: the result for the score, and details that stay with the judge."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from autograder.judge.messages import Message, make_message, sample_text
from autograder.judge.questions import Exchange
from autograder.judge.running import RunningCheck
from autograder.judge.spec import ListedCheck
from autograder.judge.unreadable import Unreadable
from autograder.numerics.failure import WrongAnswer
from autograder.score import CheckResult


@dataclass
class CheckRun:
    """One check on one submission: the result for the score, and details for the judge alone."""

    listed: ListedCheck
    result: CheckResult
    message: Message
    exchanges: list[Exchange]
    wrong_answer: WrongAnswer | None = None
    unreadable: Unreadable | None = None
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    clock: dict[str, float] = field(default_factory=dict)


def make_check_run(running: RunningCheck, folder: Path) -> CheckRun:
    """Return the outcome of a check on the work in `folder`."""
    exchanges = running.ask.exchanges if running.ask else []
    problem, message = running.problem, make_message(running, folder)
    return CheckRun(
        running.listed,
        _check_result(running, message),
        message,
        exchanges,
        problem if isinstance(problem, WrongAnswer) else None,
        problem if isinstance(problem, Unreadable) else None,
        running.seconds,
        running.peak_memory_mb,
        running.clock,
    )


def _check_result(running: RunningCheck, message: Message) -> CheckResult:
    spec, status = running.listed.spec, running.status
    most = running.listed.points_for(running.visibility)
    return CheckResult(
        id=running.id,
        title=running.listed.title,
        kind=spec.kind,
        visibility=running.visibility,
        status=status,
        points=most if status == "passed" else 0.0,
        max_points=most,
        message=message.render(),
        measurements={
            name: sample_text(value) if isinstance(value, str) else value
            for name, value in running.measurements.items()
            if isinstance(value, str) or math.isfinite(value)  # JSON has no other numbers
        },
    )
