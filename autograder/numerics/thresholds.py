"""The thresholds of training runs: a result is judged, and noted beside its threshold.

A result noted as ``loss`` has its threshold beside it, as ``loss_at_most``, so that a report finds
all of them without knowing a single check.
"""

import math
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograder.numerics.compare import format_number
from autograder.numerics.failure import WrongAnswer

AT_LEAST, AT_MOST = "at least", "at most"
Numbers = MutableMapping[str, Any]  # a score's measurements may hold text, too


@dataclass(frozen=True)
class Result:
    """One number that a training run reached, and its threshold.

    Attributes
    ----------
    name : str
        ``accuracy``.
    got : float
        The number reached.
    side : str
        ``at least`` or ``at most``.
    wanted : float
        The threshold.
    """

    name: str
    got: float
    side: str
    wanted: float

    @property
    def is_reached(self) -> bool:
        """Whether the number satisfies the threshold; NaN never does."""
        return self.got >= self.wanted if self.side == AT_LEAST else self.got <= self.wanted


def note_result(measure: Numbers, result: Result) -> bool:
    """Write a result and its threshold into a check's numbers; return whether it is reached."""
    if math.isfinite(result.got):  # JSON has no other numbers
        measure[result.name] = result.got
    measure[_threshold_key(result.name, result.side)] = result.wanted
    return result.is_reached


def at_least(measure: Numbers, name: str, share: float, wanted: float, label: str) -> None:
    """Note a share of right answers, and fail where it is too small.

    Parameters
    ----------
    measure : mutable mapping
        The check's ``measure`` (or ``clock``, for what differs from run to run).
    name : str
        Its name there: ``"accuracy"``.
    share : float
        The share reached, from 0 to 1.
    wanted : float
        The least that passes.
    label : str
        The learner's name for the things that should be right: ``"200 new points"``.

    Raises
    ------
    WrongAnswer
        With both numbers.
    """
    if not note_result(measure, Result(name, share, AT_LEAST, wanted)):
        raise WrongAnswer(f"{share:.2%} of {label} are right, wanted at least {wanted:.0%}")


def at_most(measure: Numbers, name: str, got: float, wanted: float, label: str) -> None:
    """Note a loss or another number that should be small, and fail where it is too large.

    Parameters
    ----------
    measure, name
        As for `at_least`.
    got : float
        The number reached.
    wanted : float
        The largest that passes.
    label : str
        The learner's name for the number: ``"after 200 epochs the loss"``.

    Raises
    ------
    WrongAnswer
        With both numbers.
    """
    if not note_result(measure, Result(name, got, AT_MOST, wanted)):
        raise WrongAnswer(
            f"{label} is {format_number(got)}, wanted at most {format_number(wanted)}"
        )


def find_results(numbers: Mapping[str, Any]) -> list[Result]:
    """Return every result in `numbers` that has a threshold beside it."""
    return [
        Result(name, got, side, numbers[_threshold_key(name, side)])
        for name, got in numbers.items()
        for side in (AT_LEAST, AT_MOST)
        if _threshold_key(name, side) in numbers
    ]


@contextmanager
def time_epochs(clock: Numbers, count: int) -> Iterator[None]:
    """Note how long each of `count` epochs took within a ``with`` block."""
    start = time.perf_counter()
    yield
    clock["seconds_per_epoch"] = (time.perf_counter() - start) / count


def _threshold_key(name: str, side: str) -> str:
    return f"{name}_{side.replace(' ', '_')}"
