"""The demos of arrays: graphs of Tensors, windows of a convolution, maps of attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown
from autograder.learning.value_graphs import tell_numbers
from autograder.numerics import convolution
from autograder.numerics.compare import tell_apart
from autograder.numerics.tensors import Case, run_on_arrays
from autograder.numerics.transformers import softmax

Floats = NDArray[np.float64]
MOST_NUMBERS = 2000  # of an array that is shown


@dataclass(frozen=True)
class Line:
    """``name = expression``, with the operation in it and the names of its operands."""

    name: str
    op: str
    expression: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """Leaves, and the lines that are computed of them; the last is differentiated."""

    leaves: dict[str, Floats]
    lines: tuple[Line, ...]
    sentence: str


X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
W = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75]])
SUM = Line("out", "sum", "t.sum()", ("t",))
PROGRAMS = {
    "broadcast: a row added to every row": Program(
        {"x": X, "b": np.array([0.5, -0.25, 1.0])},
        (Line("h", "+", "x + b", ("x", "b")), Line("t", "tanh", "h.tanh()", ("h",)), SUM),
        "b is used in every row, so its gradient is the sum over the rows",
    ),
    "broadcast: a column times a row": Program(
        {"u": np.array([[1.0], [-2.0], [0.5]]), "v": np.array([[0.25, 1.0, -1.5, 2.0]])},
        (Line("h", "*", "u * v", ("u", "v")), Line("t", "tanh", "h.tanh()", ("h",)), SUM),
        "both are stretched: each gets its gradient summed along the axis of size 1",
    ),
    "broadcast: one number for all": Program(
        {"x": X, "s": np.array(1.5)},
        (Line("t", "*", "x * s", ("x", "s")), Line("out", "mean", "(t * t).mean()", ("t",))),
        "s meets every entry of x, so its gradient is a sum over all of them",
    ),
    "matmul: a layer": Program(
        {"x": X, "w": W, "b": np.array([0.5, -1.0])},
        (
            Line("h", "@", "x @ w", ("x", "w")),
            Line("s", "+", "h + b", ("h", "b")),
            Line("t", "relu", "s.relu()", ("s",)),
            SUM,
        ),
        "the gradient of a factor has the shape of that factor: x.T @ h.grad, and h.grad @ w.T",
    ),
    "matmul: a vector": Program(
        {"w": W, "a": np.array([2.0, -0.5])},
        (Line("h", "@", "w @ a", ("w", "a")), Line("t", "exp", "h.exp()", ("h",)), SUM),
        "an axis that the product does not have comes back on the way down",
    ),
}


def answer_arrays(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the graph of a small program of Tensors, with all shapes and numbers."""
    program = PROGRAMS[settings["program"]]
    lines = [[line.name, line.expression] for line in program.lines]
    reaction = stage.ask("arrays", leaves=dict(program.leaves), lines=lines)
    panel = _array_graph(settings["program"], program, reaction.answer)
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    place = panel["departs"]
    sentence = program.sentence if place is None else _departure(panel["nodes"][place])
    return Shown([panel], trouble, sentence)


def _array_graph(title: str, program: Program, answer: Mapping[str, Any]) -> Panel:
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
    return panels.graph_panel(title, nodes)


def _read_array(came: Any, place: int) -> Floats | None:
    """Return an array of a list that a worker sent, if it is small enough to show."""
    array = came[place] if isinstance(came, list) and place < len(came) else None
    return read_matrix(array)


def read_matrix(came: Any) -> Floats | None:
    """Return what a worker sent as an array of numbers, if it is one that is small enough."""
    is_shown = isinstance(came, np.ndarray) and came.dtype.kind in "fiu" and came.ndim <= 4
    return came.astype(np.float64) if is_shown and came.size <= MOST_NUMBERS else None


def right_arrays(program: Program) -> tuple[dict[str, Floats], dict[str, Floats]]:
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


def _right_gradient(name: str, lines: Sequence[Line], data: Mapping[str, Floats]) -> Floats:
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


# A window of a convolution

IMAGE = np.array(
    [[0, 1, 2, 1, 0], [1, 3, 4, 2, 0], [2, 4, 5, 3, 1], [1, 2, 3, 2, 1], [0, 0, 1, 1, 2]],
    np.float64,
)
KERNEL = np.array([[1, 0, -1, 2], [2, 0, -2, 1], [1, 0, -1, 0], [0, 1, 0, -1]], np.float64)


def answer_window(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return one window of a convolution: in the image, as a row of im2col, and in the output."""
    kernel, stride, padding = (int(settings[name]) for name in ("kernel", "stride", "padding"))
    x, weight = IMAGE[None, None], KERNEL[None, None, :kernel, :kernel]
    sizes = {"kernel": kernel, "stride": stride, "padding": padding}
    reaction = stage.ask("window", x=x, weight=weight, bias=np.zeros(1), **sizes)
    right = convolution.im2col(x, **sizes)
    out = convolution.conv2d(x, weight, np.zeros(1), stride, padding)
    index = min(int(settings["window"]), len(right) - 1)
    row, column = divmod(index, out.shape[3])
    shown = [
        _image_panel(kernel, padding, row * stride, column * stride),
        _table("the kernel", weight[0, 0]),
        _compare_table(
            "im2col: a window a row",
            reaction.answer.get("cols"),
            right,
            right.shape,
            [(index, k) for k in range(right.shape[1])],
        ),
        _compare_table(
            "conv2d: a number a window",
            reaction.answer.get("out"),
            out[0, 0],
            out.shape,
            [(row, column)],
        ),
    ]
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    return Shown(shown, trouble, _window_sentence(shown, index, out[0, 0][row, column]))


def _image_panel(kernel: int, padding: int, top: int, left: int) -> Panel:
    padded = np.pad(IMAGE, padding)
    cells = [(top + i, left + j) for i in range(kernel) for j in range(kernel)]
    return _table("the image, padded", padded, cells)


def _table(title: str, values: Floats, highlight: Sequence[tuple[int, int]] = ()) -> Panel:
    labels = tuple([str(k) for k in range(size)] for size in values.shape)
    return panels.matrix_panel(title, (labels[0], labels[1]), values, highlight=highlight)


def _compare_table(
    title: str,
    came: Any,
    right: Floats,
    shape: tuple[int, ...],
    highlight: Sequence[tuple[int, int]],
) -> Panel:
    """Return a table beside the right one; of another shape, nothing of it is comparable."""
    array = read_matrix(came)
    fits = array is not None and array.shape == shape
    empty = [[None] * right.shape[1] for _ in right]
    values = array.reshape(right.shape) if array is not None and fits else empty
    labels = [[str(k) for k in range(size)] for size in right.shape]
    note = (
        f"{title} (yours has the shape {array.shape})" if array is not None and not fits else title
    )
    return panels.matrix_panel(note, (labels[0], labels[1]), values, right, None, highlight)


def _window_sentence(shown: Sequence[Panel], index: int, right: float) -> str:
    for panel in shown:
        if panel["departs"]:
            row, column = panel["departs"]
            told = tell_numbers(panel["values"][row][column], panel["right"][row][column])
            return f"{panel['title']}, row {row}, column {column}: {told}"
    return f"window {index} of {len(shown[2]['rows'])}: row times kernel, summed, is {right:g}"


# A map of attention

TALE = (
    "the cat sat on the mat. the dog sat on the log. the cat saw the dog. the dog saw the cat. "
    "the rat ran to the mat. the cat ran to the rat. "
)
SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 12}
LETTERS = "".join(sorted({*TALE}))


class BadPrompt(ValueError):
    """A prompt that the tale's alphabet does not hold; the message says so in one sentence."""


def answer_attention(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return how the positions of a text attend to each other in a block of a learner's GPT."""
    prompt, layer = settings["prompt"], int(settings["layer"])
    _require_prompt(prompt)
    options = {"steps": int(settings["steps"]), "seed": 0, "layer": layer}
    reaction = stage.ask("attention", text=TALE, prompt=prompt, sizes=SIZES, **options)
    shown = _attention_panels(prompt, reaction.answer)
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    return Shown(shown, trouble, _attention_sentence(shown, prompt))


def _require_prompt(prompt: str) -> None:
    most = SIZES["block_size"]
    if not 2 <= len(prompt) <= most or not {*prompt} <= {*LETTERS}:
        raise BadPrompt(f"the text has to have 2 to {most} of the characters {LETTERS!r}")


def _attention_panels(prompt: str, answer: Mapping[str, Any]) -> list[Panel]:
    count, width = len(prompt), SIZES["n_embd"]
    rows = _fitting(answer.get("rows"), (count, width))
    weight = _fitting(answer.get("weight"), (width, 3 * width))
    bias = _fitting(answer.get("bias"), (3 * width,))
    maps = _fitting(answer.get("maps"), (SIZES["n_head"], count, count))
    if rows is None or weight is None or bias is None or maps is None:
        return []
    right = right_attention(rows, weight, bias, SIZES["n_head"])
    letters = [letter.replace(" ", "_") for letter in prompt]
    mask = ~np.tri(count, dtype=bool)
    return [
        panels.matrix_panel(f"head {head}", (letters, letters), maps[head], right[head], mask)
        for head in range(SIZES["n_head"])
    ]


def _fitting(came: Any, shape: tuple[int, ...]) -> Floats | None:
    array = read_matrix(came)
    return array if array is not None and array.shape == shape else None


def right_attention(rows: Floats, weight: Floats, bias: Floats, n_head: int) -> Floats:
    """Return the right shares (H, T, T) of causal attention, of its input rows (T, C)."""
    count, width = rows.shape
    size = width // n_head
    parts = (rows @ weight + bias)[:, : 2 * width].reshape(count, 2, n_head, size)
    q, k = parts.transpose(1, 2, 0, 3)  # (H, T, D)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(size)
    return softmax(np.where(np.tri(count, dtype=bool), scores, -np.inf))


def _attention_sentence(shown: Sequence[Panel], prompt: str) -> str:
    for panel in shown:
        if panel["departs"]:
            row, column = panel["departs"]
            told = tell_numbers(panel["values"][row][column], panel["right"][row][column])
            return f"{panel['title']}: position {row} gives position {column} the share {told}"
    if not shown:
        return "no map of attention came"
    shares = shown[0]["values"][-1]
    most = max(range(len(prompt)), key=lambda place: float(shares[place]))
    return f"at the end, head 0 looks most at {prompt[most]!r}, position {most}; never ahead"
