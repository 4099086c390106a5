"""Twelve numbers of a network, each judged by what follows from those before it."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check, row
from autograder.numerics import hand_network
from autograder.numerics.compare import brief, format_number
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.hand_network import STEPS
from autograder.score import Measurement

MOST_LETTERS = 200  # of a name
LARGEST = 1e6  # no number of an exercise is near it


class Work(NamedTuple):
    """What was handed in.

    Attributes
    ----------
    before : dict
        The exercise, and each number as it was handed in; where that is none, the right one.
    is_wrong : dict of str to bool
        Whether a number neither is right nor follows from those before it.
    is_follower : dict of str to bool
        Whether it is right only because it follows from a wrong one.
    """

    before: dict[str, float]
    is_wrong: dict[str, bool]
    is_follower: dict[str, bool]


@pytest.mark.parametrize("key", [row(key, key, check("my_numbers my_name")) for key in STEPS])
def check_number(ask: Ask, measure: dict[str, Measurement], key: str) -> None:
    """A number is right, or follows from the numbers before it."""
    answer = ask("read")
    name, given = _require_name(answer), _require_dict(answer)
    exercise = hand_network.draw_exercise(name)
    work = _judge_all(exercise, given)
    measure["name"] = name
    sources = hand_network.find_sources(key, work.is_wrong)
    if work.is_follower[key]:
        measure["follows_from"] = ", ".join(sources)
    if not work.is_wrong[key]:
        return
    number = _require_number(key, given)
    ask.recognise_by({key: hand_network.find_slip(key, number, work.before)})
    raise WrongAnswer(_describe(key, number, work))


def _require_name(answer: Answer) -> str:
    name = answer["name"]
    if not isinstance(name, str):
        raise WrongAnswer(f"my_name returned {brief(name)}, wanted a text")
    if not name.strip() or len(name) > MOST_LETTERS:
        raise WrongAnswer(
            f"my_name returned a text of {len(name.strip())} letters, wanted 1 to {MOST_LETTERS}: "
            "your exercise is drawn from it"
        )
    return name


def _require_dict(answer: Answer) -> Mapping[str, Any]:
    numbers = answer["numbers"]
    if not isinstance(numbers, dict):
        raise WrongAnswer(f"my_numbers returned {brief(numbers)}, wanted a dict of twelve numbers")
    return numbers


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and math.isfinite(value) and abs(value) <= LARGEST


def _require_number(key: str, given: Mapping[str, Any]) -> float:
    if key not in given:
        raise WrongAnswer(f"my_numbers lacks {key!r}, wanted {', '.join(STEPS)}")
    if not _is_number(given[key]):
        raise WrongAnswer(f"{key} is {brief(given[key])}, wanted a number to three decimals")
    return float(given[key])


def _judge_all(exercise: Mapping[str, float], given: Mapping[str, Any]) -> Work:
    right = hand_network.compute_numbers(exercise)
    errors = hand_network.rounding_errors(exercise)
    work = Work({**exercise, **right}, {}, {})
    for key, step in STEPS.items():
        number = float(given[key]) if _is_number(given.get(key)) else math.nan
        sources = hand_network.find_sources(key, work.is_wrong)
        near = errors[key] if sources else hand_network.ROUNDED  # rounded on the way to it
        is_right = abs(number - right[key]) <= near
        is_next = hand_network.follows(key, number, work.before, step.formula)
        work.is_wrong[key] = not is_right and not is_next
        work.is_follower[key] = bool(sources) and is_next and not is_right
        if not math.isnan(number):
            work.before[key] = number
    return work


def _describe(key: str, number: float, work: Work) -> str:
    """Return what is wrong, by which formula, and which later numbers are right all the same.

    The right number is not said: it is to be computed.
    """
    step = STEPS[key]
    own = ", ".join(f"{need} = {format_number(work.before[need])}" for need in step.needs)
    told = f"{key} is {format_number(number)}: that is not {step.text}"
    told += f" with your {own}" if own else " of your exercise (python by_hand.py prints it)"
    later = [other for other in STEPS if work.is_follower[other]]
    later = [other for other in later if key in hand_network.find_sources(other, work.is_wrong)]
    if later:
        told += f"\ncounted as right, since they follow from it: {', '.join(later)}"
    return told
