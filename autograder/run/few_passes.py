"""Trainings with next to no backward pass: shown to the teacher, and no point depends on it."""

from collections.abc import Sequence

from autograder.score import CheckResult, UnusualUse

FEW = 10  # training calls backward at every step
WHAT = "passed by a training of next to no backward pass"
WHY = "the weights may have been computed, by code that notices where every gradient is 0"


def list_few_passes(checks: Sequence[CheckResult]) -> list[UnusualUse]:
    """Return a mark for each public check that passed so, as its worker counted."""
    return [
        UnusualUse(check.id, WHAT, WHY)
        for check in checks
        if check.status == "passed"
        and check.visibility == "public"
        and float(check.measurements.get("backward_passes", FEW)) < FEW
    ]
