"""What a training run has to reach: the result is judged, and noted beside its threshold.

A result noted as ``loss`` has its threshold beside it, as ``loss_at_most``; that is how a report
finds all of them without knowing a single check.
"""

import math
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograder.numerics.compare import number
from autograder.numerics.failure import Failed

AT_LEAST, AT_MOST = "at least", "at most"
Numbers = MutableMapping[str, Any]  # a score's measurements may hold text, too


@dataclass(frozen=True)
class Result:
    """One number that a training run reached, and the threshold that was set for it.

    Attributes
    ----------
    name : str
        ``accuracy``.
    got : float
        What was reached.
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
    def holds(self) -> bool:
        """Whether the threshold is kept; NaN keeps none."""
        return self.got >= self.wanted if self.side == AT_LEAST else self.got <= self.wanted


def note(measure: Numbers, result: Result) -> bool:
    """Write a result and its threshold into a check's numbers; return whether it is kept."""
    if math.isfinite(result.got):  # JSON has no other numbers
        measure[result.name] = result.got
    measure[_beside(result.name, result.side)] = result.wanted
    return result.holds


def at_least(measure: Numbers, name: str, share: float, wanted: float, what: str) -> None:
    """Note a share of right answers, and fail where it is too small.

    Parameters
    ----------
    measure : mutable mapping
        The check's ``measure`` (or ``clock``, for what differs from run to run).
    name : str
        What the number is called there: ``"accuracy"``.
    share : float
        The share reached, from 0 to 1.
    wanted : float
        The least that passes.
    what : str
        What a learner calls the things that should be right: ``"200 new points"``.

    Raises
    ------
    Failed
        With both numbers.
    """
    if not note(measure, Result(name, share, AT_LEAST, wanted)):
        raise Failed(f"{share:.2%} of {what} are right, wanted at least {wanted:.0%}")


def at_most(measure: Numbers, name: str, got: float, wanted: float, what: str) -> None:
    """Note a loss or another number that should be small, and fail where it is too large.

    Parameters
    ----------
    measure, name
        As for `at_least`.
    got : float
        The number reached.
    wanted : float
        The largest that passes.
    what : str
        What a learner calls the number: ``"after 200 epochs the loss"``.

    Raises
    ------
    Failed
        With both numbers.
    """
    if not note(measure, Result(name, got, AT_MOST, wanted)):
        raise Failed(f"{what} is {number(got)}, wanted at most {number(wanted)}")


def reached(numbers: Mapping[str, Any]) -> list[Result]:
    """Return every result that stands in `numbers` with a threshold beside it."""
    return [
        Result(name, got, side, numbers[_beside(name, side)])
        for name, got in numbers.items()
        for side in (AT_LEAST, AT_MOST)
        if _beside(name, side) in numbers
    ]


@contextmanager
def epochs(clock: Numbers, count: int) -> Iterator[None]:
    """Note how long each of `count` epochs took within a ``with`` block."""
    begun = time.perf_counter()
    yield
    clock["seconds_per_epoch"] = (time.perf_counter() - begun) / count


def _beside(name: str, side: str) -> str:
    return f"{name}_{side.replace(' ', '_')}"
