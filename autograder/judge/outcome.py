"""What becomes of a check that ran: the result for the score, and what only the judge keeps."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder.judge.messages import sample, told
from autograder.judge.questions import Exchange
from autograder.judge.running import Subject
from autograder.judge.spec import Listed
from autograder.numerics.failure import Failed
from autograder.score import CheckResult, Measurement


@dataclass
class Run:
    """One check on one submission: the result for the score, and what only the judge keeps."""

    listed: Listed
    result: CheckResult
    exchanges: list[Exchange]
    failed: Failed | None = None
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    clock: dict[str, float] = field(default_factory=dict)


def run_of(subject: Subject, folder: Path) -> Run:
    """Return what became of a check on the work in `folder`."""
    exchanges = subject.ask.exchanges if subject.ask else []
    failed = subject.problem if isinstance(subject.problem, Failed) else None
    return Run(
        subject.listed,
        _result(subject, folder),
        exchanges,
        failed,
        subject.seconds,
        subject.peak_memory_mb,
        subject.clock,
    )


def _result(subject: Subject, folder: Path) -> CheckResult:
    spec, status = subject.listed.spec, subject.status
    most = subject.listed.points(subject.visibility)
    return CheckResult(
        id=subject.id,
        title=subject.listed.title,
        kind=spec.kind,
        visibility=subject.visibility,
        status=status,
        points=most if status == "passed" else 0.0,
        max_points=most,
        message=told(subject, folder),
        measurements={name: _measured(it) for name, it in subject.measurements.items()},
    )


def _measured(it: Measurement) -> Measurement:
    return sample(it) if isinstance(it, str) else it
