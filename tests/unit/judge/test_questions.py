"""How long a check waits for an answer."""

from typing import Any

import pytest

from autograder.judge.questions import Ask
from autograder.sandbox.failures import TimedOut
from autograder.worker.probes import m1_scalar_autograd


class Patient:
    """Notes how long each question may take, and is late for the first."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def call_probe(self, probe: str, args: dict[str, Any], seconds: float) -> Any:
        self.waited.append(seconds)
        if len(self.waited) == 1:
            raise TimedOut("late")
        return {}


def test_a_question_may_have_less_time_than_its_check() -> None:
    worker = Patient()
    ask = Ask(lambda: worker, "m1", m1_scalar_autograd, 60.0)  # type: ignore[arg-type, return-value]
    with pytest.raises(TimedOut):
        ask.ask_within(4.0, "evaluate", program="")
    ask("evaluate", program="")
    ask.ask_within(4000.0, "evaluate", program="")
    first, second, third = worker.waited
    assert 3.0 < first <= 4.0
    assert 55.0 < third <= second <= 60.0
