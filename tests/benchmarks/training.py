"""The speed of the reference: epochs against PyTorch, its overhead, scikit-learn's networks."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from statistics import median

from tests.benchmarks.engines import EPOCHS, STEPS, Engine, Spent, has_mnist
from tests.benchmarks.measure import Row, interleaved, milliseconds

ROUNDS = 7
CORES = (1, 2)
COUNTS = (1_000, 10_000, 100_000)
NO_TORCH = "PyTorch is not installed: 'make bench' does, or pip install -e '.[bench]'"
REFERENCE, TORCH, BY_HAND = "epoch, reference", "epoch, PyTorch", "epoch, by hand"


def rows() -> list[Row]:
    """Measure all three, PyTorch where it is installed."""
    return [*_epochs(), *_additions(), *_digits(), *_sines()]


def _side_by_side(
    names: Sequence[str], threads: int = 1, count: int | None = None, rounds: int = ROUNDS
) -> dict[str, list[Spent]]:
    """Return `rounds` rounds of each engine, taken in turns after one that does not count."""
    with ExitStack() as stack:
        engines = {name: stack.enter_context(Engine(name, threads)) for name in names}
        for engine in engines.values():
            engine.round(count)
        tasks = {name: partial(engine.round, count) for name, engine in engines.items()}
        return interleaved(tasks, rounds)


def _seconds(spent: Sequence[Spent]) -> list[float]:
    return [each.seconds for each in spent]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return median to median: one disturbed round of either must not make a best of its own."""
    return [median(ours) / median(theirs)]


# Epochs


def _epochs() -> list[Row]:
    found = [] if find_spec("torch") else [Row("epoch against PyTorch", [0.0], "", note=NO_TORCH)]
    for cores in CORES:
        found += _epochs_on(cores)
    return found


def _epochs_on(cores: int) -> list[Row]:
    names = [REFERENCE, BY_HAND, *([TORCH] if find_spec("torch") else [])]
    spent = _side_by_side(names, cores)
    note = "MNIST" if has_mnist() else "noise of MNIST's shape: MNIST is not here"
    where = f"{cores} core{'s' * (cores > 1)}"
    made = [
        Row(f"{name}, {where}", _seconds(spent[name]), "s",
            note=f"784-128-10, batches of 64; {note}; last loss {spent[name][-1].result:.3f}")
        for name in names
    ]  # fmt: skip
    targets = {REFERENCE: "<= 1.0, stretch 0.7", BY_HAND: ""} if cores == CORES[-1] else {}
    compared = [name for name in (REFERENCE, BY_HAND) if TORCH in spent]
    return made + [
        Row(f"{name} / PyTorch, {where}", _ratio(_seconds(spent[name]), _seconds(spent[TORCH])), "x",
            targets.get(name, ""), note="median to median")
        for name in compared
    ]  # fmt: skip


# Overhead of a node


def _additions() -> list[Row]:
    found = {count: _each(count) for count in COUNTS}
    few, many = found[COUNTS[0]][0], found[COUNTS[-1]][0]
    growth = min(many) / min(few)
    made = [row for count, (ours, theirs) in found.items() for row in _nodes(count, ours, theirs)]
    what = f"Tensor: cost of a node, {COUNTS[-1]:,} against {COUNTS[0]:,}"
    return [*made, Row(what, [growth], "x", "about 1: linear", note="best against best")]


def _each(count: int) -> tuple[list[float], list[float]]:
    """Return the microseconds of one addition, forward and backward, of both engines."""
    spent = _side_by_side(["additions, Tensor", "additions, Value"], count=count)
    assert all(each.result == count for every in spent.values() for each in every)
    ours, theirs = ([1e6 * s / count for s in _seconds(every)] for every in spent.values())
    return ours, theirs


def _nodes(count: int, ours: list[float], theirs: list[float]) -> list[Row]:
    return [
        Row(f"Tensor: one of {count:,} additions", ours, "µs", note="forward and backward"),
        Row(f"scalar engine: one of {count:,} additions", theirs, "µs", note="m1's Value"),
        Row(f"Tensor / scalar engine, {count:,} additions", _ratio(ours, theirs), "x"),
    ]


# scikit-learn


def _digits() -> list[Row]:
    note = f"scikit-learn's digits, 64-100-10, {EPOCHS} epochs, batches of 64, SGD with momentum"
    spent = _side_by_side(["digits, reference", "digits, MLPClassifier"])
    return _compared(spent, note) + [
        Row(f"{name}: held-out accuracy", [100 * each.result for each in every], "%",
            most_is_best=True, note="another split and start each round")
        for name, every in spent.items()
    ]  # fmt: skip


def _sines() -> list[Row]:
    note = f"1-24-1 tanh, 64 points, {STEPS} whole-set steps of SGD with momentum"
    spent = _side_by_side(["sine, reference", "sine, by hand", "sine, MLPRegressor"])
    return _compared(spent, note) + [
        Row(f"{name}: mean squared error on new points", [1e3 * each.result for each in every],
            "1e-3", note="another set and start each round")
        for name, every in spent.items()
    ]  # fmt: skip


def _compared(spent: dict[str, list[Spent]], note: str) -> list[Row]:
    """Return what each took, and all but the last as ratios to the last, which is scikit-learn."""
    *own, theirs = spent
    name_of = theirs.partition(", ")[2]
    return [
        *(Row(name, milliseconds(_seconds(every)), "ms", note=note) for name, every in spent.items()),
        *(Row(f"{name} / {name_of}", _ratio(_seconds(spent[name]), _seconds(spent[theirs])), "x") for name in own),
    ]  # fmt: skip
