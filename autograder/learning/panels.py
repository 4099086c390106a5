"""What a demo shows: panels of plain JSON, with the learner's numbers beside the right ones.

Numbers that are not finite are the texts ``nan``, ``inf`` and ``-inf``, those that never came are
null. Every panel has ``kind``, ``title`` and ``departs``: where the learner's numbers first depart
from the right ones, null where they do not.

graph
    ``nodes``: each ``name``, ``op``, ``data``, ``grad``, ``right_data``, ``right_grad``, ``shape``
    (null of a number), ``below`` (indices) and ``order`` (its place in backward, null of a plain
    number). ``departs`` is an index into it. ``writes``: ``[node, grad]`` for every write to a
    gradient, in the order of the learner's own backward; empty where that cannot be watched. Of
    arrays a third entry is what ``unbroadcast`` summed for it, null where it had nothing to sum.
    ``pitfall``: the known mistake, ``{"id", "text"}``, or null.
curve
    ``x``, ``series`` (each ``name`` and ``y``, null where there is no number), ``marks`` (each
    ``x``, ``y``, ``label``), ``x_label``, ``y_label``. ``departs`` is an index into ``x``.
network
    ``layers``: of each unit ``value`` and ``right``; ``labels`` of the layers; ``weights``: between
    two layers a row for each unit of the next, with its bias at the end. ``departs``: layer and
    unit.
matrix
    ``rows`` and ``columns`` (labels), ``values``, ``right`` (alike, or null), ``mask`` (true where
    nothing may be, or null), ``highlight`` (cells). ``departs`` is a cell. ``pitfall`` as above.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics.compare import brief, relative_errors

Panel = dict[str, Any]
TOLERANCE = 1e-6  # relative to max(1, |right|)
DIGITS = 12  # significant ones that are sent


def plain_numbers(values: Any) -> Any:
    """Return numbers, arrays and lists of them as strict JSON has them."""
    if isinstance(values, np.ndarray):
        return plain_numbers(values.tolist())
    if isinstance(values, list | tuple):
        return [plain_numbers(each) for each in values]
    if values is None or isinstance(values, str | bool):
        return values
    number = float(values)
    return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else str(number)


def show_number(value: Any) -> str:
    """Return a number of a panel as a sentence has it."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else brief(value)


def round_numbers(shown: Any, digits: int) -> Any:
    """Return what is shown, numbers with as many significant digits."""
    if isinstance(shown, dict):
        return {key: round_numbers(part, digits) for key, part in shown.items()}
    if isinstance(shown, list):
        return [round_numbers(part, digits) for part in shown]
    return float(f"{shown:.{digits}g}") if isinstance(shown, float) else shown


def is_apart(got: Any, right: Any) -> bool:
    """Whether a number or an array is another than the right one.

    Where there is no right one (the logarithm of 0), nothing finite is right.
    """
    if right is None:
        return got is not None and bool(np.isfinite(got).all())
    if got is None:
        return True
    if isinstance(right, str) or isinstance(got, str):
        return bool(got != right)
    numbers, wanted = np.asarray(got, np.float64), np.asarray(right, np.float64)
    if numbers.shape != wanted.shape:
        return True
    with np.errstate(invalid="ignore"):
        errors = np.where(_are_alike(numbers, wanted), 0.0, relative_errors(numbers, wanted))
    return bool((~(errors <= TOLERANCE)).any())


def _are_alike(numbers: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((numbers == wanted) | (np.isnan(numbers) & np.isnan(wanted)))


def graph_panel(title: str, nodes: Sequence[Panel], writes: Sequence[Any] = ()) -> Panel:
    """Return a graph of `nodes` as `make_node` returns them, in the order of forward."""
    return {
        "kind": "graph",
        "title": title,
        "nodes": [{key: _plain_part(key, part) for key, part in node.items()} for node in nodes],
        "departs": _first_departure(nodes),
        "writes": [[node, *map(plain_numbers, numbers)] for node, *numbers in writes],
        "pitfall": None,
    }


def _plain_part(key: str, part: Any) -> Any:
    return plain_numbers(part) if key.endswith(("data", "grad")) else part


def make_node(
    name: str, op: str, below: Sequence[int], got: tuple[Any, Any], right: tuple[Any, Any]
) -> Panel:
    """Return a node; `got` and `right` are its data and its gradient."""
    shape = list(right[0].shape) if isinstance(right[0], np.ndarray) else None
    numbers = {"data": got[0], "grad": got[1], "right_data": right[0], "right_grad": right[1]}
    return {"name": name, "op": op, "shape": shape, "below": list(below), **numbers}


def departs_in(node: Panel, part: str) -> bool:
    """Whether the data or the grad of a node departs; where there is no gradient, any is left."""
    right = node[f"right_{part}"]
    return not (part == "grad" and right is None) and is_apart(node[part], right)


def _first_departure(nodes: Sequence[Panel]) -> int | None:
    """Return the first node that departs, in the order of forward, then of backward."""
    backward = sorted(filter(_has_order, nodes), key=lambda node: int(node["order"]))
    order = [*((node, "data") for node in nodes), *((node, "grad") for node in backward)]
    found = next((node for node, part in order if departs_in(node, part)), None)
    return next((place for place, node in enumerate(nodes) if node is found), None)


def _has_order(node: Panel) -> bool:
    return node["order"] is not None


def number_backward(nodes: Sequence[Panel]) -> None:
    """Give all nodes their place in backward: the last of forward comes first."""
    place = 0
    for node in reversed(nodes):
        is_number = node["op"] == "number"
        node["order"] = None if is_number else place
        place += not is_number


def curve_panel(
    title: str,
    x: Sequence[float],
    series: Mapping[str, Sequence[float | None]],
    labels: tuple[str, str] = ("", ""),
    marks: Sequence[tuple[float | None, float | None, str]] = (),
    compared: tuple[str, str] | None = None,
) -> Panel:
    """Return curves over `x`; `compared` names the learner's and the right one."""
    departs = None
    if compared:
        pairs = zip(series[compared[0]], series[compared[1]], strict=True)
        departs = next((at for at, pair in enumerate(pairs) if is_apart(*pair)), None)
    return {
        "kind": "curve",
        "title": title,
        "x": plain_numbers(list(x)),
        "series": [{"name": name, "y": plain_numbers(list(y))} for name, y in series.items()],
        "marks": [
            {"x": plain_numbers(at), "y": plain_numbers(height), "label": label}
            for at, height, label in marks
        ],
        "x_label": labels[0],
        "y_label": labels[1],
        "departs": departs,
    }


def network_panel(
    title: str,
    values: Sequence[Sequence[float | None]],
    right: Sequence[Sequence[float]],
    weights: Sequence[Any],
    labels: Sequence[str],
) -> Panel:
    """Return a network layer by layer, the inputs first."""
    apart = [
        [layer, unit]
        for layer, wanted in enumerate(right)
        for unit, number in enumerate(wanted)
        if is_apart(values[layer][unit], number)
    ]
    return {
        "kind": "network",
        "title": title,
        "layers": [
            [{"value": plain_numbers(got), "right": plain_numbers(number)} for got, number in pairs]
            for pairs in (zip(*both, strict=True) for both in zip(values, right, strict=True))
        ],
        "weights": plain_numbers(list(weights)),
        "labels": list(labels),
        "departs": apart[0] if apart else None,
    }


def matrix_panel(
    title: str,
    labels: tuple[Sequence[str], Sequence[str]],
    values: Any,
    right: Any = None,
    mask: Any = None,
    highlight: Sequence[tuple[int, int]] = (),
) -> Panel:
    """Return a table of numbers; `labels` are those of its rows and its columns."""
    departs = None
    if right is not None:
        cells = [(i, j) for i, row in enumerate(right) for j in range(len(row))]
        apart = (cell for cell in cells if is_apart(_cell(values, *cell), _cell(right, *cell)))
        departs = next(apart, None)
    return {
        "kind": "matrix",
        "title": title,
        "rows": list(labels[0]),
        "columns": list(labels[1]),
        "values": plain_numbers(values),
        "right": None if right is None else plain_numbers(right),
        "mask": None if mask is None else np.asarray(mask).tolist(),
        "highlight": [list(cell) for cell in highlight],
        "departs": list(departs) if departs else None,
        "pitfall": None,
    }


def _cell(values: Any, row: int, column: int) -> Any:
    return values[row][column]
