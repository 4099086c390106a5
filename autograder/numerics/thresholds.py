"""The thresholds of training runs: a result is judged, and noted beside its threshold.

A result noted as ``loss`` has its threshold beside it, as ``loss_at_most``, so that a report finds
all of them without knowing a single check.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from autograder.numerics.compare import format_number
from autograder.numerics.failure import Missed

NEAR_SHARE = 0.05  # so far below its threshold a share is near it
NEAR_FACTOR = 1.5  # up to so many times its threshold a loss is near it

TRIES = 3  # of a training run whose start or data may be unlucky

AT_LEAST, AT_MOST = "at least", "at most"
Numbers = MutableMapping[str, Any]  # a score's measurements may hold text, too


OF_COURSE: ContextVar[tuple[str, float] | None] = ContextVar("OF_COURSE", default=None)
NUMBERED = "_0123456789"  # at the end of a name: loss_1 and loss_2 have one threshold


@contextmanager
def use_threshold(own: tuple[str, float] | None) -> Iterator[None]:
    """Let results of one name be judged by the course's number within a ``with`` block.

    Those of other names, and all where it is None, keep their own. Which name a check's threshold
    has stands in `course.check_keys.THRESHOLDS`.
    """
    token = OF_COURSE.set(own)
    try:
        yield
    finally:
        OF_COURSE.reset(token)


def choose_wanted(name: str, usual: float) -> float:
    """Return the course's number of that name for the check that runs, else the `usual` one."""
    of, wanted = OF_COURSE.get() or ("", usual)
    return wanted if of == name.rstrip(NUMBERED) else usual


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

    def __post_init__(self) -> None:
        """Take the course's threshold, where the check that runs has one."""
        object.__setattr__(self, "wanted", choose_wanted(self.name, self.wanted))

    @property
    def is_reached(self) -> bool:
        """Whether the number satisfies the threshold; NaN never does."""
        return self.got >= self.wanted if self.side == AT_LEAST else self.got <= self.wanted

    @property
    def is_near(self) -> bool:
        """Whether a little more would satisfy the threshold; NaN never is."""
        if self.is_reached:
            return False
        if self.side == AT_LEAST:
            return self.got >= self.wanted - NEAR_SHARE
        return self.got <= self.wanted * NEAR_FACTOR


def note_result(measure: Numbers, result: Result) -> bool:
    """Write a result and its threshold into a check's numbers; return whether it is reached."""
    if math.isfinite(result.got):  # JSON has no other numbers
        measure[result.name] = result.got
    measure[_threshold_key(result.name, result.side)] = result.wanted
    return result.is_reached


def at_least(
    measure: Numbers, name: str, share: float, wanted: float, label: str, advice: str = ""
) -> None:
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
    advice : str
        What helps where the share is nearly large enough.

    Raises
    ------
    Missed
        With both numbers, and whether it was near.
    """
    result = Result(name, share, AT_LEAST, wanted)
    if not note_result(measure, result):
        told = f"{share:.2%} of {label} are right, wanted at least {100 * result.wanted:g}%"
        raise Missed(told + _near_note(result, advice))


def at_most(
    measure: Numbers, name: str, got: float, wanted: float, label: str, advice: str = ""
) -> None:
    """Note a loss or another number that should be small, and fail where it is too large.

    Parameters
    ----------
    measure, name, advice
        As for `at_least`.
    got : float
        The number reached.
    wanted : float
        The largest that passes.
    label : str
        The learner's name for the number: ``"after 200 epochs the loss"``.

    Raises
    ------
    Missed
        With both numbers, and whether it was near.
    """
    result = Result(name, got, AT_MOST, wanted)
    if not note_result(measure, result):
        told = f"{label} is {format_number(got)}, wanted at most {format_number(result.wanted)}"
        raise Missed(told + _near_note(result, advice))


def try_again(
    measure: Numbers, name: str, side: str, wanted: float, train: Callable[[], float]
) -> float:
    """Return the first number of a few runs that satisfies a threshold, or the last of all.

    A right run fails by an unlucky draw once in a thousand; three in a row fail never.

    Parameters
    ----------
    measure : mutable mapping
        Gets the first number as ``first_loss`` where it was not enough.
    name, side, wanted : str, str, float
        The threshold: ``"loss"``, ``at most``, 0.01.
    train : callable
        Draws anew, and returns the number reached.
    """
    for attempt in range(TRIES):
        got = train()
        if Result(name, got, side, wanted).is_reached:
            break
        if attempt == 0 and math.isfinite(got):
            measure[f"first_{name}"] = got
    return got


def _near_note(result: Result, advice: str) -> str:
    if not result.is_near:
        return ""
    return f": near; {advice}" if advice else ": near"


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
