"""The network by hand: the stub's exercise, slopes by central differences, what follows from what."""

import importlib.util
from types import ModuleType

import pytest

from autograder.numerics import hand_network
from autograder.numerics.hand_network import STEPS, compute_numbers, draw_exercise, follows
from tests.conftest import ROOT

NAMES = ["Ada Lovelace", "Émilie du Châtelet", "team 7", "x", "a very long name " * 9]
EPS = 1e-6


def given() -> ModuleType:
    """Return the stub as students get it."""
    path = ROOT / "assignments/w_by_hand/by_hand.py"
    spec = importlib.util.spec_from_file_location("by_hand_stub", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_the_stub_and_the_judge_draw_the_same_exercise(name: str) -> None:
    assert given().exercise(name) == draw_exercise(name)


def test_names_have_exercises_of_their_own() -> None:
    drawn = {tuple(draw_exercise(f"learner {i}").values()) for i in range(2000)}
    assert len(drawn) == 2000
    for name in (f"learner {i}" for i in range(300)):
        exercise = draw_exercise(name)
        assert all(exercise.values())
        assert abs(exercise["x1"]) != abs(exercise["x2"])
        smallest = {key: abs(number) for key, number in compute_numbers(exercise).items()}
        assert min(smallest["s1"], smallest["s2"]) > 0.3, "tanh would change no decimal"
        assert min(smallest["d_s1"], smallest["d_s2"]) > 0.03


def loss_of(exercise: dict[str, float], key: str, step: float) -> float:
    """Return the loss after an input or a weight was moved."""
    return compute_numbers({**exercise, key: exercise[key] + step})["loss"]


@pytest.mark.parametrize("name", NAMES)
def test_slopes_are_central_differences(name: str) -> None:
    exercise = draw_exercise(name)
    numbers = compute_numbers(exercise)
    at = {"d_v2": "v2", "d_w12": "w12", "d_x1": "x1", "d_s1": "b1", "d_s2": "b2", "d_y": "c"}
    for slope, key in at.items():
        above, below = loss_of(exercise, key, EPS), loss_of(exercise, key, -EPS)
        assert numbers[slope] == pytest.approx((above - below) / (2 * EPS), rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_rounded_at_every_step_follows(name: str) -> None:
    numbers = draw_exercise(name)
    right, errors = compute_numbers(numbers), hand_network.rounding_errors(numbers)
    for key, step in STEPS.items():
        numbers[key] = round(step.formula(numbers), 3)
        assert abs(numbers[key] - right[key]) <= errors[key] < 0.05
        assert follows(key, numbers[key], numbers, step.formula)


@pytest.mark.parametrize("key", STEPS)
def test_a_slip_shows_in_most_exercises(key: str) -> None:
    step, count = STEPS[key], 400
    for name, slip in step.slips.items():
        hidden = 0
        for numbers in (draw_exercise(f"learner {i}") for i in range(count)):
            numbers |= compute_numbers(numbers)
            hidden += follows(key, round(slip(numbers), 3), numbers, step.formula)
        assert hidden <= 0.2 * count, name  # where y is near 0, tanh(y) is y


def test_a_slip_is_found_in_the_numbers_of_whoever_made_it() -> None:
    numbers = {**draw_exercise("x"), "s1": 0.5, "h1": 0.9}
    assert hand_network.find_slip("h1", 0.5, numbers) == "linear"
    assert hand_network.find_slip("h1", 0.622, numbers) == "sigmoid"
    assert hand_network.find_slip("h1", 0.1, numbers) == ""


def test_sources_are_the_wrong_numbers_before() -> None:
    wrong = dict.fromkeys(STEPS, False) | {"s1": True, "d_y": True, "loss": True}
    assert hand_network.find_sources("h1", wrong) == ["s1"]
    assert hand_network.find_sources("d_x1", wrong) == ["s1", "d_y"]
    assert hand_network.find_sources("h2", wrong) == []
