"""A hidden twin that falls short of a threshold says by how much; other twins say nothing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from autograder.judge.messages import make_message
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.run.grade import settle_twins


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (Missed("90 % of 360 images are right"), "90 % of 360 images are right"),
        (WrongAnswer("3 + 4 is 7, got 8"), "wrong on inputs that you have not seen"),
    ],
)
def test_only_training_results_are_told_of_hidden_inputs(problem: WrongAnswer, told: str) -> None:
    running = SimpleNamespace(problem=problem, visibility="hidden", ask=object())
    assert make_message(cast(Any, running), cast(Any, None)).render() == told


def settled(problem: WrongAnswer, message: str) -> str:
    """Return what a public pass says when its twin had this problem."""
    runs = []
    for visibility, status in (("public", "passed"), ("hidden", "failed")):
        id = "m4.classifier" + ("_hidden" if visibility == "hidden" else "")
        result = SimpleNamespace(
            id=id, visibility=visibility, status=status, points=1.0, message=message
        )
        listed = SimpleNamespace(id="m4.classifier")
        runs.append(SimpleNamespace(result=result, listed=listed, wrong_answer=problem))
    settle_twins(cast(Any, runs))
    assert (runs[0].result.status, runs[0].result.points) == ("failed", 0.0)
    return str(runs[0].result.message)


def test_a_twin_that_fell_short_is_quoted() -> None:
    told = settled(Missed("x"), "94.17% of 1,797 held-out images are right, wanted at least 95%")
    assert told == (
        "right on the public inputs, but its hidden twin, the same check on other inputs, did not "
        "reach what is wanted: 94.17% of 1,797 held-out images are right, wanted at least 95%"
    )


def test_a_twin_that_was_wrong_is_not() -> None:
    told = settled(WrongAnswer("x"), "wrong on inputs that you have not seen")
    assert told.endswith("did not pass (failed): the answer must not depend on which inputs come")
