"""Engines in turns A B A B, and ours beside PyTorch: times, ratios of the same turn, floors."""

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from statistics import median

from tests.benchmarks.engines import Engine, Spent
from tests.benchmarks.measure import Row, interleaved, milliseconds

TURNS = 7
CORES = sorted({len(os.sched_getaffinity(0)), 1}, reverse=True)
TORCH, FLOOR = "PyTorch", "products alone"
NO_TORCH = "PyTorch is not installed: 'make bench' does, or pip install -e '.[bench]'"


def take_turns(
    names: Sequence[str], threads: int = 1, count: int | None = None, turns: int = TURNS
) -> dict[str, list[Spent]]:
    """Return `turns` rounds of each engine, taken in turns after one that does not count."""
    with ExitStack() as stack:
        engines = {name: stack.enter_context(Engine(name, threads)) for name in names}
        for engine in engines.values():
            engine.round(count)
        tasks = {name: partial(engine.round, count) for name, engine in engines.items()}
        return interleaved(tasks, turns)


def compare(
    network: str,
    sides: Sequence[str],
    what: str,
    count: int,
    times: float,
    targets: Mapping[str, str],
    operations: int,
) -> list[Row]:
    """Hold `sides` beside PyTorch and beside the products of matrices alone, on all cores and on one.

    On all cores the clock counts; on one, processor time, which other processes disturb less.

    Parameters
    ----------
    network : str
        Its engines are called ``NETWORK, SIDE``.
    sides : sequence of str
        All but PyTorch and the products.
    what : str
        What a time is of: ``one epoch``.
    count : int
        Steps in a round.
    times : float
        How often a step is taken in `what`.
    targets : mapping
        Of a side's ratio to PyTorch on all cores.
    operations : int
        Multiplications and additions that the products of a step take.
    """  # fmt: skip
    beside = [TORCH] if find_spec("torch") else []
    made = [] if beside else [Row(f"{network} beside PyTorch", [0.0], "", note=NO_TORCH)]
    for cores in CORES:
        spent = take_turns(
            [f"{network}, {side}" for side in (*sides, *beside, FLOOR)], cores, count
        )
        seconds = {
            side.partition(", ")[2]: [one.seconds if cores > 1 else one.cpu for one in every]
            for side, every in spent.items()
        }
        where = f"{cores} threads" if cores > 1 else "1 thread, processor time"
        rate = operations / min(seconds[FLOOR]) * count / 1e9
        notes = {FLOOR: f"the floor: {operations / 1e6:.0f} million operations, {rate:.0f} GFLOP/s"}
        made += [
            Row(f"{network}, {side}: {what}, {where}",
                milliseconds([times / count * each for each in every]), "ms", note=notes.get(side, ""))
            for side, every in seconds.items()
        ]  # fmt: skip
        made += [
            Row(f"{network}, {side} / PyTorch, {where}", ratios(seconds[side], seconds[TORCH]), "x",
                targets.get(side, "") if cores == CORES[0] else "", note=f"of {TURNS} turns")
            for side in (*sides, FLOOR) if beside
        ]  # fmt: skip
    return made


def weigh(network: str, sides: Sequence[str], count: int) -> list[Row]:
    """Return the peak of memory of each side, PyTorch where it is installed."""
    made = []
    for side in (*sides, *[TORCH] * bool(find_spec("torch"))):
        with Engine(f"{network}, {side}") as engine:
            peak = engine.round(count).result
            note = f"{engine.before:.0f} MB before any step"
        made.append(Row(f"{network}, {side}: peak memory", [peak], "MB", note=note))
    return made


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return one ratio a turn: what disturbs a turn disturbs both."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return median to median: one disturbed round of either must not make a best of its own."""
    return [median(ours) / median(theirs)]
