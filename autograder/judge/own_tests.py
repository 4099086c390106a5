"""The learner's own gradcheck, tried on engines that are wrong and on some that are right.

No engine runs for it. A function is made of the learner's own `Value`: its value is that of a
formula, and its slopes, at one point, are those that a known engine gives there. A gradcheck that
compares with differences sees whether they fit.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from autograder.intake.submission import Submission
from autograder.judge.messages import sample_text
from autograder.judge.outcome import CheckRun
from autograder.judge.settings import Settings
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import Launcher
from autograder.score import OwnTests

FILE = Path(__file__).with_name("engines.toml")
SECONDS = 10.0  # the reference takes a few milliseconds
GRADCHECK = ("m1.gradcheck_accepts", "m1.gradcheck_rejects", "m1.gradcheck_tolerance")
OPERATIONS = ("m1.add", "m1.mul", "m1.numbers_right")  # what the functions are made of
ANSWERED = ("passed", "failed")


class Engine(msgspec.Struct, frozen=True):
    """What one engine answers.

    Attributes
    ----------
    mistake : str
        What is wrong with it; empty for a right one.
    function : str
        Of the numbers a, b and c; m is the module math.
    point, slopes : list of float
        Where it is asked, and the gradient that it gives.
    """

    mistake: str
    function: str
    point: list[float]
    slopes: list[float]

    def make_function(self) -> str:
        """Return a function of the list ``xs`` of Values with this engine's value and slopes."""
        parts = [
            f"(xs[{place}] + -n[{place}]) * {slope!r}" for place, slope in enumerate(self.slopes)
        ]
        value = f"(lambda a, b, c: {self.function})(*n)"
        made = f"Value({value}) + {' + '.join(parts)}"
        return f"(lambda m, n: {made})(__import__('math'), [float(x.data) for x in xs])"


@cache
def load_engines() -> tuple[Engine, ...]:
    """Return the engines, wrong ones first."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(msgspec.convert(table["engine"], list[Engine]))


def try_own_tests(
    runs: Sequence[CheckRun], submission: Submission, settings: Settings, launcher: Launcher
) -> list[OwnTests]:
    """Return how well the learner's gradcheck does, where its checks and those it rests on ran."""
    status = {run.result.id: run.result.status for run in runs}
    own = [status[id] for id in GRADCHECK if id in status]
    rest = [status[id] for id in OPERATIONS if id in status]
    if not own or not set(own) <= {*ANSWERED} or not set(rest) <= {"passed"}:
        return []
    return [_ask_gradcheck(submission, settings, launcher)]


def _ask_gradcheck(submission: Submission, settings: Settings, launcher: Launcher) -> OwnTests:
    engines = load_engines()
    functions = [engine.make_function() for engine in engines]
    args = {"functions": functions, "points": [engine.point for engine in engines]}
    try:
        with launcher.start_worker(
            submission.folder, int(SECONDS) + 1, settings.memory_mb
        ) as worker:
            answer = worker.call_probe("m1.verdicts", args, SECONDS)
    except CheckFailure as failure:
        return count_verdicts(engines, None, sample_text(failure.message.partition("\n")[0]))
    return count_verdicts(engines, answer)


def count_verdicts(engines: Sequence[Engine], answer: Any, problem: str = "") -> OwnTests:
    """Return what a list of verdicts says; whatever is no list of bools says nothing."""
    verdicts: Any = answer.get("verdicts") if isinstance(answer, dict) else None
    wrong = [engine for engine in engines if engine.mistake]
    is_list = isinstance(verdicts, list) and len(verdicts) == len(engines)
    if not is_list or not all(isinstance(each, bool) for each in verdicts):
        problem = problem or "it does not answer with True or False"
        return OwnTests("m1", "gradcheck", 0, len(wrong), 0, len(engines) - len(wrong), [], problem)
    pairs = list(zip(engines, verdicts, strict=True))
    missed = [engine.mistake for engine, verdict in pairs if engine.mistake and verdict]
    rejected = sum(not engine.mistake and not verdict for engine, verdict in pairs)
    return OwnTests(
        "m1",
        "gradcheck",
        len(wrong) - len(missed),
        len(wrong),
        rejected,
        len(engines) - len(wrong),
        missed,
    )
