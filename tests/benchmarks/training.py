"""The speed of the reference: epochs against PyTorch, its overhead, scikit-learn's networks."""

from collections.abc import Sequence

from tests.benchmarks.engines import BATCH, EPOCHS, MLP_PRODUCTS, STEPS, Spent, has_mnist
from tests.benchmarks.measure import ROOT, Row, milliseconds
from tests.benchmarks.steps import count_operations
from tests.benchmarks.turns import TURNS, compare, ratio_of_medians, take_turns
from tests.pictures.growth import write_growth

OURS = ("reference", "tuned", "by hand")
TARGETS = {"reference": "1.0, stretch 0.7", "tuned": "0.6"}
STEPS_OF_EPOCH = 938  # batches of 64 are 60,000 images
COUNTS = (1_000, 10_000, 100_000, 1_000_000)  # of nodes
FEW = 2  # turns of the largest graph
ENGINES_OF_NODES = {"additions, Tensor": "Tensor", "additions, Value": "scalar engine"}
PICTURE = ROOT / "docs/pictures/node-growth.svg"


def rows() -> list[Row]:
    """Measure all three, PyTorch where it is installed."""
    return [*_epochs(), *_additions(), *_digits(), *_sines()]


# Epochs


def _epochs() -> list[Row]:
    data = "MNIST" if has_mnist() else "noise of MNIST's shape: MNIST is not here"
    what = f"one epoch (784-128-10, batches of {BATCH}; {data})"
    operations = count_operations(MLP_PRODUCTS)
    return compare("MLP", OURS, what, STEPS_OF_EPOCH, STEPS_OF_EPOCH, TARGETS, operations)


# Overhead of a node


def _additions() -> list[Row]:
    spent = {count: _add(count) for count in COUNTS}
    lines = {
        words: [(count, min(spent[count][name])) for count in COUNTS]
        for name, words in ENGINES_OF_NODES.items()
    }
    write_growth("A graph, forward and backward", "nodes", lines, PICTURE)
    made = [row for count in COUNTS for row in _nodes(count, spent[count])]
    return made + [_growth(name, spent) for name in ENGINES_OF_NODES]


def _add(count: int) -> dict[str, list[float]]:
    """Return the processor seconds of so many additions, forward and backward, of both engines."""
    turns = FEW if count == COUNTS[-1] else TURNS
    spent = take_turns(list(ENGINES_OF_NODES), count=count, turns=turns)
    assert all(each.result == count for every in spent.values() for each in every)
    return {name: [each.cpu for each in every] for name, every in spent.items()}


def _nodes(count: int, spent: dict[str, list[float]]) -> list[Row]:
    note = "forward and backward, processor time"
    return [
        Row(f"{words}: one of {count:,} additions", [1e6 * s / count for s in spent[name]], "µs",
            note=note)
        for name, words in ENGINES_OF_NODES.items()
    ] + [
        Row(f"Tensor / scalar engine, {count:,} additions", ratio_of_medians(*spent.values()), "x")
    ]  # fmt: skip


def _growth(name: str, spent: dict[int, dict[str, list[float]]]) -> Row:
    few, many = (min(spent[count][name]) / count for count in (COUNTS[0], COUNTS[-1]))
    what = f"{ENGINES_OF_NODES[name]}: cost of a node, {COUNTS[-1]:,} against {COUNTS[0]:,}"
    return Row(what, [many / few], "x", "about 1: linear", note="best against best")


# scikit-learn


def _digits() -> list[Row]:
    note = f"scikit-learn's digits, 64-100-10, {EPOCHS} epochs, batches of 64, SGD with momentum"
    spent = take_turns(["digits, reference", "digits, MLPClassifier"])
    return _compared(spent, note) + [
        Row(f"{name}: held-out accuracy", [100 * each.result for each in every], "%",
            most_is_best=True, note="another split and start each round")
        for name, every in spent.items()
    ]  # fmt: skip


def _sines() -> list[Row]:
    note = f"1-24-1 tanh, 64 points, {STEPS} whole-set steps of SGD with momentum"
    spent = take_turns(["sine, reference", "sine, by hand", "sine, MLPRegressor"])
    return _compared(spent, note) + [
        Row(f"{name}: mean squared error on new points", [1e3 * each.result for each in every],
            "1e-3", note="another set and start each round")
        for name, every in spent.items()
    ]  # fmt: skip


def _seconds(spent: Sequence[Spent]) -> list[float]:
    return [each.seconds for each in spent]


def _compared(spent: dict[str, list[Spent]], note: str) -> list[Row]:
    """Return what each took, and all but the last as ratios to the last, which is scikit-learn."""
    *own, theirs = spent
    name_of = theirs.partition(", ")[2]
    return [
        *(Row(name, milliseconds(_seconds(every)), "ms", note=note) for name, every in spent.items()),
        *(Row(f"{name} / {name_of}", ratio_of_medians(_seconds(spent[name]), _seconds(spent[theirs])), "x") for name in own),
    ]  # fmt: skip
