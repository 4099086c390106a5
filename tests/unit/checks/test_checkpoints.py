"""What the checks of the checkpoints draw is what they say, and their own network is right."""

import numpy as np
import pytest

from autograder.checks.c_checkpoints import curves, plane, proof, tables
from autograder.numerics.differences import central_differences
from autograder.numerics.failure import WrongAnswer


def loss(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    logits = plane.outputs(weights, x)
    return float(
        np.mean([np.log(np.exp(row).sum()) - row[c] for row, c in zip(logits, y, strict=True)])
    )


def test_gradients_of_the_judges_network_are_those_of_central_differences() -> None:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((2, 4), (4,), (4, 3), (3,))]
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 3, 5)
    for place, found in enumerate(plane.gradients(weights, x, y)):

        def moved(points: np.ndarray, place: int = place) -> np.ndarray:
            flat = points.reshape(-1, points.shape[-1])
            parts = [
                [*weights[:place], p.reshape(weights[place].shape), *weights[place + 1 :]]
                for p in flat
            ]
            return np.array([loss(part, x, y) for part in parts]).reshape(points.shape[:-1])

        wanted = central_differences(moved, weights[place].reshape(1, -1))
        np.testing.assert_allclose(found.ravel(), wanted[0], atol=1e-8)


@pytest.mark.parametrize(("what", "make"), curves.PLAIN + curves.NOT_FINITE)
def test_curves_are_drawn_until_they_show_what_they_should(what: str, make: curves.Draw) -> None:
    for seed in range(20):
        drawn = curves._draw_clear(np.random.default_rng(seed), what, make, 20, curves.NOISE)
        train, validation = (np.array(values) for values in drawn.values())
        assert curves.is_clear(what, train, validation)
        others = {"underfit", "fit", "overfit", "diverged", "leak"} - {what}
        assert not any(curves.is_clear(other, train, validation) for other in others)


@pytest.mark.parametrize(
    ("end", "ratio", "shows"),
    [(0.3, 1.1, "fit"), (0.3, 0.5, "leak"), (0.8, 1.1, "underfit"), (1.5, 1.1, "diverged")],
)
def test_curves_are_clear_until_they_come_near_a_bound(
    end: float, ratio: float, shows: str
) -> None:
    train = np.array([1.0] + [end] * 9)
    assert curves.is_clear(shows, train, ratio * train)
    assert not curves.is_clear(shows, train, 0.71 * train)
    near = np.array([1.0] + [0.61] * 9)
    assert not curves.is_clear("underfit", near, near)


@pytest.mark.parametrize("name", [*proof.FAULTS])
def test_a_planted_fault_is_the_worst_difference_and_no_other_is(name: str) -> None:
    for seed in range(20):
        pair = proof.draw_pair(np.random.default_rng(seed), name, proof.FAULTS[name])
        worst, (trial, row) = pair.worst()
        table = pair.trials()[trial]
        assert abs(table["scalar"][row] - table["batched"][row]) == worst
        assert (worst > 9e-5) == (
            name not in ("equal functions", "functions that differ by rounding")
        )
        assert worst < proof.EQUAL or worst > 9e-5


def means(rows: list[dict]) -> dict[str, np.ndarray]:
    return {
        name: np.array([row["accuracy"] for row in rows if row["name"] == name])
        for name in {row["name"] for row in rows}
    }


@pytest.mark.parametrize("table", [t for group in tables.TABLES.values() for t in group.values()])
def test_tables_have_the_answer_that_was_planted(table: tables.Table) -> None:
    for seed in range(20):
        rows, answer = table.draw(np.random.default_rng(seed))
        assert all(0.0 <= row["accuracy"] <= 1.0 for row in rows)
        found = means(rows)
        best = max(found, key=lambda name: found[name].mean())
        gain = found[best].mean() - found["baseline"].mean()
        pair = (found[best], found["baseline"])
        error = np.sqrt(sum(values.var(ddof=1) / len(values) for values in pair))
        assert answer == (best if gain > 2 * error else "no difference")
        assert error == 0 or abs(gain / error - 2) > 0.25


LIMITS: plane.Limits = {"width": (int, 1, 8), "lr": (float, 0.0, 5.0)}


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {"width": 1},
        {"width": 1, "lr": 0.1, "more": 1},
        {"width": 9, "lr": 0.1},
        {"width": True, "lr": 0.1},
        {"width": 2.0, "lr": 0.1},
        {"width": 2, "lr": float("nan")},
        {"width": 2, "lr": "0.1"},
    ],
)
def test_settings_out_of_their_ranges_are_refused(settings: object) -> None:
    with pytest.raises(WrongAnswer):
        plane.require_settings(settings, LIMITS, "settings")


def test_settings_come_back_as_plain_numbers() -> None:
    given = {"width": np.array(3), "lr": 1}
    assert plane.require_settings(given, LIMITS, "settings") == {"width": 3, "lr": 1.0}
