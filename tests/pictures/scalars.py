"""Pictures of numbers in a graph: the worked example of milestone 1, the networks of two others."""

from typing import Any

from autograder.numerics.hand_network import compute_numbers
from tests.pictures.canvas import Canvas, Point
from tests.pictures.references import load_references

WORKED = (  # name, row and column in the picture, the expression
    ("x1", 0, 0.5, "x1 = Value(1.0)"),
    ("x2", 0, 2.5, "x2 = Value(2.0)"),
    ("a", 1, 0, "a = 0.5 * x1"),
    ("b", 1, 1, "b = 1.0 * x2"),
    ("d", 1, 2, "d = 1.5 * x1"),
    ("e", 1, 3, "e = 0.5 * x2"),
    ("c", 2, 0.5, "c = a - b"),
    ("f", 2, 2.5, "f = d + e"),
    ("s1", 3, 0.5, "s1 = c + 0.25"),
    ("s2", 3, 2.5, "s2 = f - 0.5"),
    ("h1", 4, 0.5, "h1 = tanh(s1)"),
    ("h2", 4, 2.5, "h2 = tanh(s2)"),
    ("g", 5, 0.5, "g = 2.0 * h1"),
    ("h", 5, 2.5, "h = 1.0 * h2"),
    ("i", 6, 1.5, "i = g - h"),
    ("w", 6, 3, "w = Value(0.1)"),
    ("y", 7, 1.5, "y = i + w"),
    ("r", 8, 1.5, "r = y - 1"),
    ("out", 9, 1.5, "out = r ** 2"),
)
BOX, ROW, COLUMN, EDGE = (106, 58), 76, 112, 9


def compute_worked() -> dict[str, Any]:
    """Return the values of milestone 1's worked example by name, differentiated."""
    with load_references("engine") as (engine,):
        names: dict[str, Any] = {"Value": engine.Value, "tanh": engine.Value.tanh}
        for *_, line in WORKED:
            exec(line, names)
        names["out"].backward()
    return {name: names[name] for name, *_ in WORKED}


def draw_worked_graph() -> str:
    """Draw the worked example's graph, with data and grad at every node."""
    values, canvas = compute_worked(), Canvas(10 * ROW + 40)
    corners = {name: (EDGE + column * COLUMN, 46 + row * ROW) for name, row, column, _ in WORKED}
    canvas.text(EDGE, 28, "data: from the top down", "data bold")
    canvas.text(451, 28, "grad: from the end up", "grad bold end")
    for name, _, _, line in WORKED:
        x, y = corners[name]
        for child in values[name]._prev:
            for low in (key for key, value in values.items() if value is child):
                start = corners[low][0] + BOX[0] / 2, corners[low][1] + BOX[1]
                canvas.arrow(start, (x + BOX[0] / 2, y))
        words = line.replace("Value(1.0)", "leaf").replace("Value(2.0)", "leaf")
        _draw_node(canvas, (x, y), words.replace("Value(0.1)", "leaf"), values[name])
    return canvas.render(
        "The graph of the worked example",
        "Nineteen nodes from x1, x2 and w down to out. "
        + "; ".join(f"{k}: data {v.data:.4f}, grad {v.grad:.4f}" for k, v in values.items()),
    )


def _draw_node(canvas: Canvas, corner: Point, words: str, value: Any) -> None:
    x, y = corner
    canvas.box(x, y, *BOX, "shade" if "leaf" in words else "box")
    canvas.text(x + BOX[0] / 2, y + 18, words, "small middle")
    canvas.text(x + BOX[0] / 2, y + 35, f"{value.data:.4f}", "data middle")
    canvas.text(x + BOX[0] / 2, y + 52, f"{value.grad:.4f}", "grad middle")


def compute_network() -> tuple[Any, list[float], dict[str, float]]:
    """Return milestone 2's worked example: its network, its inputs, and its numbers by name."""
    with load_references("nn") as (nn,):
        network, sample = nn.MLP(2, [2, 1]), [1.0, 0.5]
        start = (0.5, -1.0, 0.1, 1.0, 0.5, -0.2, 1.0, -0.5, 0.3)
        for parameter, number in zip(network.parameters(), start, strict=True):
            parameter.data = number
        hidden = network.layers[0](sample)
        output = network.layers[1](hidden)
        loss = nn.squared_error([output], [1.0])
        loss.backward()
    numbers = {"h1": hidden[0], "h2": hidden[1], "y": output, "L": loss}
    return network, sample, numbers


def draw_network() -> str:
    """Draw the worked network of milestone 2: every weight with its gradient."""
    network, sample, numbers = compute_network()
    flat = [(value.data, value.grad) for value in network.parameters()]
    weights = dict(zip(EDGES, (flat[0], flat[1], flat[3], flat[4], *flat[6:8]), strict=True))
    loss, canvas = numbers["L"], Canvas(392)
    canvas.text(12, 28, "data, weights", "data bold")
    canvas.text(448, 28, "gradients", "grad bold end")
    _draw_edges(canvas, {ends: _write_pair(*pair) for ends, pair in weights.items()})
    for name, number in zip(("x1", "x2"), sample, strict=True):
        _draw_circle(canvas, name, [(f"{number:.1f}", "data")], kind="shade")
    for name, (bias, grad) in zip(("h1", "h2", "y"), (flat[2], flat[5], flat[8]), strict=True):
        above = [(f"bias {bias:.4f}", "data"), (f"{grad:.4f}", "grad")]
        _draw_circle(canvas, name, _write_pair(numbers[name].data, numbers[name].grad), above)
    canvas.text(230, 372, f"loss = (y - 1)^2 = {loss.data:.4f}", "middle")
    return canvas.render(
        "The worked network, with the gradient of every parameter",
        f"Two inputs, two tanh neurons, one tanh output; the loss is {loss.data:.4f}. "
        + "; ".join(
            f"weight from {start} to {end}: {data:.4f}, gradient {grad:.4f}"
            for (start, end), (data, grad) in weights.items()
        ),
    )


HAND = {
    "x1": 1.0, "x2": -0.8, "w11": 0.9, "w12": 0.2, "b1": 0.1, "w21": -0.1, "w22": 0.8,
    "b2": -0.1, "v1": 0.5, "v2": -0.6, "c": 0.2, "t": 2.5,
}  # fmt: skip
HAND_WEIGHTS = ("w11", "w12", "w21", "w22", "v1", "v2")


def draw_by_hand() -> str:
    """Draw the network of the warm-up with the example's numbers, forward and backward."""
    numbers = compute_numbers(HAND)
    backward = {"w12": "d_w12", "v2": "d_v2"}
    canvas = Canvas(420)
    canvas.text(12, 28, "forward", "data bold")
    canvas.text(448, 28, "backward: d loss / d ...", "grad bold end")
    labels = {
        ends: [(f"{name} {HAND[name]:.1f}", "data")]
        + ([(f"{numbers[backward[name]]:.3f}", "grad")] if name in backward else [])
        for ends, name in zip(EDGES, HAND_WEIGHTS, strict=True)
    }
    _draw_edges(canvas, labels)
    _draw_circle(
        canvas, "x1", [(f"{HAND['x1']:.1f}", "data"), (f"{numbers['d_x1']:.3f}", "grad")],
        kind="shade",
    )  # fmt: skip
    _draw_circle(canvas, "x2", [(f"{HAND['x2']:.1f}", "data")], kind="shade")
    for name, bias in (("1", "b1"), ("2", "b2")):
        above = [
            (f"{bias} {HAND[bias]:.1f}", "data"),
            (f"s{name} {numbers[f's{name}']:.3f}", "data"),
            (f"d_s{name} {numbers[f'd_s{name}']:.3f}", "grad"),
        ]
        _draw_circle(canvas, f"h{name}", [(f"{numbers[f'h{name}']:.3f}", "data")], above)
    rows = [(f"{numbers['y']:.3f}", "data"), (f"{numbers['d_y']:.3f}", "grad")]
    _draw_circle(canvas, "y", rows, [(f"c {HAND['c']:.1f}", "data")])
    words = f"loss = (y - {HAND['t']:.1f})^2 = {numbers['loss']:.3f}"
    canvas.text(230, 392, words, "middle")
    return canvas.render(
        "The network of the worked example, forward and backward",
        f"Two inputs, two tanh neurons, a linear output; {words}. "
        + "; ".join(f"{name} {number:.3f}" for name, number in numbers.items()),
    )


EDGES = (("x1", "h1"), ("x2", "h1"), ("x1", "h2"), ("x2", "h2"), ("h1", "y"), ("h2", "y"))
CENTRES = {"x1": (46, 116), "x2": (46, 296), "h1": (228, 116), "h2": (228, 296), "y": (414, 206)}
RADIUS = 38
CROSSING = (("x2", "h1"), ("x1", "h2"))  # their labels keep away from each other
Rows = list[tuple[str, str]]  # words and their colour


def _write_pair(data: float, grad: float) -> Rows:
    return [(f"{data:.4f}", "data"), (f"{grad:.4f}", "grad")]


def _draw_edges(canvas: Canvas, labels: dict[tuple[str, str], Rows]) -> None:
    for start, end in labels:
        canvas.arrow(CENTRES[start], _shorten(CENTRES[start], CENTRES[end]))
    for ends, rows in labels.items():
        (x1, y1), (x2, y2) = (CENTRES[name] for name in ends)
        share = 0.33 if ends in CROSSING else 0.5
        x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        canvas.box(x - 32, y - 10 * len(rows), 64, 20 * len(rows), "paper")
        for row, (words, kind) in enumerate(rows):
            canvas.text(x, y + 14 - 8.5 * len(rows) + 17 * row, words, f"{kind} middle")


def _shorten(start: Point, end: Point) -> Point:
    (x1, y1), (x2, y2) = start, end
    share = 1 - (RADIUS + 2) / ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    return round(x1 + share * (x2 - x1), 1), round(y1 + share * (y2 - y1), 1)


def _draw_circle(
    canvas: Canvas, name: str, rows: Rows, above: Rows | None = None, kind: str = "box"
) -> None:
    x, y = CENTRES[name]
    canvas.circle((x, y), RADIUS, kind)
    top = y - 8 * len(rows) + 5
    canvas.text(x, top, name, "bold middle")
    for row, (words, colour) in enumerate(rows):
        canvas.text(x, top + 16 * (row + 1), words, f"{colour} small middle")
    for row, (words, colour) in enumerate(reversed(above or [])):
        canvas.text(x, y - 45 - 17 * row, words, f"{colour} middle")
