"""Hints in three steps, from a question to nearly the answer."""

from collections.abc import Mapping

from autograder.judge.spec import ListedCheck

STEPS = ("Ask yourself", "The idea", "Nearly the answer")


def hints_up_to(level: int, listed: ListedCheck) -> Mapping[str, str]:
    """Return the hints of a check up to `level` (1 to 3), by the name of their step."""
    return dict(list(zip(STEPS, listed.spec.hints, strict=True))[:level])
