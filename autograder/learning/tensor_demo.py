"""The demo of arrays: the graph of a small program of Tensors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown, read_matrix
from autograder.numerics.compare import tell_apart
from autograder.numerics.tensors import Case, run_on_arrays

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TensorLine:
    """``name = expression``, with the operation in it and the names of its operands."""

    name: str
    op: str
    expression: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class TensorProgram:
    """Leaves, and the lines that are computed of them; the last is differentiated."""

    leaves: dict[str, Floats]
    lines: tuple[TensorLine, ...]
    sentence: str


X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
W = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75]])
TANH = TensorLine("t", "tanh", "h.tanh()", ("h",))
SUM = TensorLine("out", "sum", "t.sum()", ("t",))
PROGRAMS = {
    "broadcast: a row added to every row": TensorProgram(
        {"x": X, "b": np.array([0.5, -0.25, 1.0])},
        (
            TensorLine("h", "+", "x + b", ("x", "b")),
            TensorLine("t", "tanh", "h.tanh()", ("h",)),
            SUM,
        ),
        "b is used in every row, so its gradient is the sum over the rows",
    ),
    "broadcast: a column times a row": TensorProgram(
        {"u": np.array([[1.0], [-2.0], [0.5]]), "v": np.array([[0.25, 1.0, -1.5, 2.0]])},
        (
            TensorLine("h", "*", "u * v", ("u", "v")),
            TensorLine("t", "tanh", "h.tanh()", ("h",)),
            SUM,
        ),
        "both are stretched: each gets its gradient summed along the axis of size 1",
    ),
    "broadcast: one number for all": TensorProgram(
        {"x": X, "s": np.array(1.5)},
        (
            TensorLine("t", "*", "x * s", ("x", "s")),
            TensorLine("out", "mean of t*t", "(t * t).mean()", ("t",)),
        ),
        "s meets every entry of x, so its gradient is a sum over all of them",
    ),
    "matmul: a layer": TensorProgram(
        {"x": X, "w": W, "b": np.array([0.5, -1.0])},
        (
            TensorLine("h", "@", "x @ w", ("x", "w")),
            TensorLine("s", "+", "h + b", ("h", "b")),
            TensorLine("t", "relu", "s.relu()", ("s",)),
            SUM,
        ),
        "the gradient of a factor has the shape of that factor: x.T @ h.grad, and h.grad @ w.T",
    ),
    "matmul: a vector": TensorProgram(
        {"w": W, "a": np.array([2.0, -0.5])},
        (TensorLine("h", "@", "w @ a", ("w", "a")), TensorLine("t", "exp", "h.exp()", ("h",)), SUM),
        "an axis that the product does not have comes back on the way down",
    ),
}


def answer_arrays(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the graph of a small program of Tensors, with all shapes and numbers."""
    program = PROGRAMS[settings["program"]]
    lines = [[line.name, line.expression] for line in program.lines]
    reaction = stage.ask("arrays", leaves=dict(program.leaves), lines=lines)
    panel = _array_graph(translate(settings["program"]), program, reaction.answer)
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    place = panel["departs"]
    sentence = translate(program.sentence) if place is None else _departure(panel["nodes"][place])
    return Shown([panel], trouble, sentence)


def _array_graph(title: str, program: TensorProgram, answer: Mapping[str, Any]) -> Panel:
    data, grads = right_arrays(program)
    operations = {line.name: (line.op, line.below) for line in program.lines}
    names = [*program.leaves, *operations]
    nodes = []
    for place, name in enumerate(names):
        op, below = operations.get(name, ("", ()))
        got = tuple(_read_array(answer.get(part), place) for part in ("data", "grad"))
        right = (data[name], grads[name])
        below_places = [names.index(each) for each in below]
        nodes.append(panels.make_node(name, op, below_places, (got[0], got[1]), right))
    panels.number_backward(nodes)
    return panels.graph_panel(title, nodes, read_steps(answer, len(names)))


def read_steps(answer: Mapping[str, Any], count: int) -> list[tuple[int, Floats, Floats | None]]:
    """Return the writes to gradients, each with what ``unbroadcast`` summed for it, if it did."""
    writes = [(row[0], read_matrix(row[1])) for row in _read_rows(answer.get("writes"), 2)]
    sums = [
        (row[0], summed, out)
        for row in _read_rows(answer.get("sums"), 3)
        if (summed := read_matrix(row[1])) is not None and (out := read_matrix(row[2])) is not None
    ]
    last: dict[int, Floats] = {}
    steps = []
    for number, (place, grad) in enumerate(writes):
        if grad is None or not 0 <= place < count:
            continue
        share = _subtract(grad, last.get(place))
        own = [pair for pair in sums if pair[0] <= number and _is_share(pair[2], share)]
        sums = [pair for pair in sums if pair is not next(iter(own), None)]
        steps.append((place, grad, own[0][1] if own else None))
        last[place] = grad
    return steps


def _read_rows(came: Any, length: int) -> list[list[Any]]:
    """Return the rows of a worker's list that begin with a whole number."""
    rows = came if isinstance(came, list) else []
    fitting = [row for row in rows if isinstance(row, list) and len(row) == length]
    return [row for row in fitting if type(row[0]) is int]


def _subtract(grad: Floats, before: Floats | None) -> Floats:
    if before is None or before.shape != grad.shape:
        return grad
    with np.errstate(invalid="ignore"):
        return np.asarray(grad - before)


def _is_share(summed: Floats, share: Floats) -> bool:
    """Whether what ``unbroadcast`` made is what came to a gradient."""
    return summed.shape == share.shape and np.allclose(summed, share, equal_nan=True)


def _read_array(came: Any, place: int) -> Floats | None:
    """Return an array of a list that a worker sent, if it is small enough to show."""
    array = came[place] if isinstance(came, list) and place < len(came) else None
    return read_matrix(array)


def right_arrays(program: TensorProgram) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the right data, and the right gradient, of every leaf and every line."""
    data = dict(program.leaves)
    for line in program.lines:
        data[line.name] = run_on_arrays(f"out = {line.expression}", data)
    last = program.lines[-1].name
    grads = {last: np.ones_like(data[last])}
    starts = dict.fromkeys(program.leaves, 0)
    starts |= {line.name: at for at, line in enumerate(program.lines, start=1)}
    for name, start in starts.items():
        if name != last:
            grads[name] = _right_gradient(name, program.lines[start:], data)
    return data, grads


def _right_gradient(name: str, lines: Sequence[TensorLine], data: Mapping[str, Floats]) -> Floats:
    """Return the gradient of the last line by `name`, through `lines` alone, by differences."""
    text = "; ".join(f"{line.name} = {line.expression}" for line in lines)
    return Case(text, {name: data[name]}, dict(data), np.ones(())).gradient(name)


def _departure(node: Panel) -> str:
    part = "data" if panels.departs_in(node, "data") else "grad"
    got, right = (np.asarray(node[key], np.float64) for key in (part, f"right_{part}"))
    if node[part] is None:
        return f"{node['name']}.{part} did not come"
    if got.shape != right.shape:
        return f"{node['name']}.{part} has the shape {got.shape}, right is {right.shape}"
    cells = [cell for cell in np.ndindex(right.shape) if panels.is_apart(got[cell], right[cell])]
    position = f"[{', '.join(map(str, cells[0]))}]" if cells[0] else ""
    words = tell_apart(got[cells[0]].item(), right[cells[0]].item())
    return f"{node['name']}.{part}{position} is {words[0]}, right is {words[1]}"
