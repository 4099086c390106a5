"""The learner's own gradcheck, tried on wrong engines and right ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.judge import own_tests
from autograder.judge.own_tests import GRADCHECK, count_verdicts, load_engines
from autograder.score import OwnTests
from tests.conftest import ROOT, Judge
from tests.implementations import ALTERNATIVES
from tests.mutants import engines, mutants

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
WRONG = [engine for engine in load_engines() if engine.mistake]
RIGHT = [engine for engine in load_engines() if not engine.mistake]
ONLY = frozenset(GRADCHECK)
OPERATIONS = frozenset(own_tests.OPERATIONS)
COMPARED = """
def gradcheck(f, xs, tol=1e-6):
    inputs = [Value(x) for x in xs]
    f(inputs).backward()
    wanted = numerical_gradient(lambda point: f([Value(x) for x in point]).data, xs)
    pairs = [(value.grad, slope) for value, slope in zip(inputs, wanted)]
"""
ALWAYS = "\n\ncalls = []\n\n\ndef gradcheck(f, xs, tol=1e-6):\n    return {}\n"
Write = Callable[..., Path]


@pytest.fixture
def own(judge: Judge, write: Write) -> Callable[[str], OwnTests]:
    """Return what is said of the reference with another gradcheck at its end."""

    def try_gradcheck(text: str) -> OwnTests:
        (found,) = judge(write(engine=REFERENCE + text), "m1", only=ONLY).score.own_tests
        return found

    return try_gradcheck


def test_the_table_is_what_the_mutants_answer() -> None:
    made = list(engines.list_engines())
    assert len(WRONG) >= 30
    assert [row["mistake"] for row in made] == [engine.mistake for engine in load_engines()]
    for row, engine in zip(made, load_engines(), strict=True):
        assert (row["function"], row["point"]) == (engine.function, engine.point)
        assert row["slopes"] == pytest.approx(engine.slopes, rel=1e-12)
    known = {pitfall.name for pitfall in mutants.pitfalls(mutants.load_course().part("m1"))}
    assert {engine.mistake for engine in WRONG} < known


def test_the_reference_catches_all_and_rejects_none(own: Callable[[str], OwnTests]) -> None:
    assert own("") == OwnTests("m1", "gradcheck", len(WRONG), len(WRONG), 0, len(RIGHT))


def test_one_that_always_says_true_catches_nothing(own: Callable[[str], OwnTests]) -> None:
    found = own(ALWAYS.format("True"))
    assert (found.caught, found.rejected) == (0, 0)
    assert found.missed == [engine.mistake for engine in WRONG]


def test_one_that_always_says_false_rejects_the_right_ones(own: Callable[[str], OwnTests]) -> None:
    found = own(ALWAYS.format("False"))
    assert (found.caught, found.missed) == (len(WRONG), [])
    assert found.rejected == found.right == len(RIGHT)


def test_one_that_looks_at_the_first_input_misses_the_others(
    own: Callable[[str], OwnTests],
) -> None:
    found = own(COMPARED + "    return abs(pairs[0][0] - pairs[0][1]) <= tol\n")
    assert 5 <= len(found.missed) <= len(WRONG) - 5
    assert "mul-overwrites" in found.missed  # wrong by b alone
    assert found.caught == len(WRONG) - len(found.missed)


def test_one_that_compares_sizes_misses_the_wrong_sign(own: Callable[[str], OwnTests]) -> None:
    sizes = "abs(abs(got) - abs(slope)) <= tol * max(1, abs(slope))"
    found = own(f"{COMPARED}    return all({sizes} for got, slope in pairs)\n")
    assert found.missed == ["gradient-sign"]


def test_one_that_is_absolute_only_rejects_large_slopes(own: Callable[[str], OwnTests]) -> None:
    found = own(f"{COMPARED}    return all(abs(got - slope) <= 1e-8 for got, slope in pairs)\n")
    assert found.missed == []
    assert 1 <= found.rejected < len(RIGHT)


def test_one_that_is_relative_only_rejects_tiny_slopes(own: Callable[[str], OwnTests]) -> None:
    relative = "abs(got - slope) <= tol * abs(slope)"
    found = own(f"{COMPARED}    return all({relative} for got, slope in pairs)\n")
    assert found.missed == []
    assert 1 <= found.rejected <= 3


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("f(1)", "TypeError: 'int' object is not iterable"),
        ("None", "it does not answer with True or False"),
        ("[True]", "it does not answer with True or False"),
        ("calls.append(0) or len(calls) < 40 or __import__('os')._exit(3)", "exit code 3"),
    ],
)
def test_one_that_gives_no_verdicts_is_told_so(
    own: Callable[[str], OwnTests], body: str, problem: str
) -> None:
    found = own(ALWAYS.format(body))
    assert problem in found.problem
    assert (found.caught, found.missed, found.rejected) == (0, [], 0)


def test_one_that_does_not_end_is_late(
    own: Callable[[str], OwnTests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_tests, "SECONDS", 0.5)
    found = own(ALWAYS.format("calls.append(0) or all(len(calls) > 40 for _ in iter(int, 1))"))
    assert found.problem == "no answer before the deadline"


def test_what_it_prints_changes_nothing(own: Callable[[str], OwnTests]) -> None:
    noisy = "all(abs(got - slope) <= tol * max(1, abs(slope)) for got, slope in pairs)"
    assert own(f"{COMPARED}    print('x' * 9999)\n    return {noisy}\n") == own("")


def test_verdicts_and_points_stay_as_they_are(
    judge: Judge, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = write(engine=REFERENCE + ALWAYS.format("True"))
    after = judge(work, "m1", only=ONLY).score
    monkeypatch.setattr("autograder.run.grade.try_own_tests", lambda *_: [])
    before = judge(work, "m1", only=ONLY).score
    assert after.own_tests
    assert not before.own_tests
    assert (before.points, before.milestones) == (after.points, after.milestones)


def test_it_waits_for_gradcheck_and_for_what_it_rests_on(judge: Judge, write: Write) -> None:
    stub = REFERENCE.replace("def gradcheck", "def another_check")
    assert judge(write(engine=stub), "m1", only=ONLY).score.own_tests == []
    broken = REFERENCE.replace("self.data * other.data", "self.data + other.data")
    asked = judge(write(engine=broken), "m1", only=ONLY | OPERATIONS).score
    assert asked.own_tests == []
    assert judge(write(engine=REFERENCE), "m1", only=OPERATIONS).score.own_tests == []


@pytest.mark.parametrize(
    "folder", [path for path in ALTERNATIVES if (path / "engine.py").exists()], ids=lambda p: p.name
)
def test_every_alternative_catches_all(folder: Path, judge: Judge) -> None:
    (found,) = judge(folder, "m1", only=ONLY).score.own_tests
    assert (found.caught, found.rejected, found.problem) == (len(WRONG), 0, "")


def test_forged_verdicts_are_no_verdicts() -> None:
    for answer in (None, [], {"verdicts": 3}, {"verdicts": [1] * len(load_engines())}):
        assert count_verdicts(load_engines(), answer).problem
