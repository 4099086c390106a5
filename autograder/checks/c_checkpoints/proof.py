"""``prove_equal``: pairs of functions of which some differ, and where."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.c_checkpoints.common import Floats, Rng, full_generator
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import brief, format_number, is_equal
from autograder.numerics.failure import WrongAnswer

TRIALS, TABLES = 6, 4
EQUAL = 1e-12  # differences below it are rounding


class Pair(NamedTuple):
    """Two functions as tables: rows, and what each function says to them, trial by trial."""

    what: str
    tables: list[dict[str, Floats]]
    seed: int

    def order(self) -> list[int]:
        """Return which table each trial takes, as ``make_inputs`` draws them."""
        rng = np.random.default_rng(self.seed)
        return [int(rng.integers(len(self.tables))) for _ in range(TRIALS)]

    def trials(self) -> list[dict[str, Floats]]:
        """Return the tables of the trials, in turn."""
        return [self.tables[place] for place in self.order()]

    def worst(self) -> tuple[float, list[int]]:
        """Return the largest difference, and the trial and row of the first that is as large."""
        worst, at = -1.0, [0, 0]
        for trial, table in enumerate(self.trials()):
            for row, (one, other) in enumerate(zip(table["scalar"], table["batched"], strict=True)):
                apart = abs(one - other) if np.isfinite([one, other]).all() else np.inf
                if apart > worst:
                    worst, at = float(apart), [trial, row]
        return worst, at


Fault = Callable[[Rng, list[dict[str, Floats]]], None]


def draw_pair(rng: Rng, what: str, plant: Fault) -> Pair:
    """Return a pair that differs by rounding, and by what `plant` does to one of the tables."""
    counts = rng.permutation([1, 3, 4, 6])
    tables = []
    for count in counts:
        x = rng.normal(size=(count, 3))
        x[0, 0], x[-1, 0] = -abs(x[0, 0]) - 0.1, abs(x[-1, 0])
        value = np.tanh(x @ rng.normal(size=3))
        noise = 1.0 + 1e-15 * rng.integers(-2, 3, size=count)
        tables.append({"x": x, "scalar": value, "batched": value * noise})
    while True:
        pair = Pair(what, tables, int(rng.integers(2**32)))
        order = pair.order()
        if {*order} == {*range(TABLES)} and order[-1] not in order[:-1]:
            break
    plant(rng, [table for table in pair.trials()[::-1] if len(table["x"]) > 1])
    return pair


def _one_row(rng: Rng, trials: list[dict[str, Floats]]) -> None:
    table = trials[0]  # the last trial
    table["batched"][int(rng.integers(1, len(table["x"])))] -= 0.3


def _last_row(rng: Rng, trials: list[dict[str, Floats]]) -> None:
    for table in trials:
        table["batched"][-1] = table["scalar"][-1] - 0.2 * len(table["x"])


def _negative(rng: Rng, trials: list[dict[str, Floats]]) -> None:
    for table in trials:
        below = table["x"][:, 0] < 0.0
        table["batched"][below] = table["scalar"][below] + 0.1 * table["x"][below, 0]


def _small(rng: Rng, trials: list[dict[str, Floats]]) -> None:
    table = trials[1 % len(trials)]
    table["batched"][int(rng.integers(len(table["x"])))] += 1e-4


def _nothing(rng: Rng, trials: list[dict[str, Floats]]) -> None:
    pass


def _not_finite(value: float) -> Fault:
    def plant(rng: Rng, trials: list[dict[str, Floats]]) -> None:
        table = trials[int(rng.integers(len(trials)))]
        name = "scalar" if rng.random() < 0.5 else "batched"
        table[name][int(rng.integers(len(table["x"])))] = value

    return plant


FAULTS: dict[str, Fault] = {
    "functions that differ at one row": _one_row,
    "functions that differ at negative x only": _negative,
    "functions that differ at the last row only": _last_row,
    "functions that differ by 1e-4": _small,
    "functions that differ by rounding": _nothing,
    "equal functions": _nothing,
}


def judge_proofs(ask: Ask, rng: Rng, faults: dict[str, Fault], places: bool) -> None:
    """Compare each proof with what the tables say, in an order that is drawn."""
    draw = full_generator(rng)
    names = [[*faults][place] for place in draw.permutation(len(faults))]
    pairs = [draw_pair(draw, what, faults[what]) for what in names]
    answers = [ask("prove", tables=one.tables, trials=TRIALS, seed=one.seed) for one in pairs]
    for pair, answer in zip(pairs, answers, strict=True):
        worst, at = pair.worst()
        _require_worst(answer["worst"], worst, pair.what)
        if places and worst > EQUAL and not is_equal(answer["at"], at):
            raise WrongAnswer(
                f'{pair.what}: "at" is {_pair_text(answer["at"])}, wanted {_pair_text(at)}: '
                f"trial {at[0]}, row {at[1]}",
                want=at,
                got=answer["at"],
            )


def _require_worst(got: Any, want: float, what: str) -> None:
    is_number = type(got) is float
    right = is_number and (got == want or abs(got - want) <= EQUAL)
    if not right:
        shown = format_number(got) if is_number else brief(got)
        told = "less than 1e-12" if want <= EQUAL else format_number(want)
        raise WrongAnswer(f'{what}: "worst" is {shown}, wanted {told}', want=want, got=got)


def _pair_text(at: Any) -> str:
    return f"({brief(at)[1:-1]})" if isinstance(at, list) else brief(at)


@check("prove_equal")
def check_proof(ask: Ask, rng: Rng) -> None:
    judge_proofs(ask, rng, FAULTS, places=False)


@check("prove_equal")
def check_proof_at(ask: Ask, rng: Rng) -> None:
    several = {f"{name} ({turn})": FAULTS[name] for name in [*FAULTS][:4] for turn in (1, 2)}
    judge_proofs(ask, rng, several, places=True)


@check("prove_equal")
def check_proof_finite(ask: Ask, rng: Rng) -> None:
    bad = {
        "functions one of which is NaN at one row": _not_finite(np.nan),
        "functions one of which is infinite at one row": _not_finite(np.inf),
        "functions one of which is minus infinity at one row": _not_finite(-np.inf),
    }
    judge_proofs(ask, rng, bad | {"equal functions": _nothing}, places=True)
