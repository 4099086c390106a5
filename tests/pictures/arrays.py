"""Pictures of arrays: broadcasting backwards, a convolution's window, a transformer's block."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.pictures.canvas import Canvas
from tests.pictures.references import load_references

COLUMN, ROW = [[1.0], [2.0], [3.0]], [[10.0, 20.0, 30.0, 40.0]]
COTANGENT = [[1.0, 0.0, 2.0, -1.0], [0.0, 3.0, 1.0, 1.0], [2.0, -2.0, 0.0, 1.0]]


def _format(rows: Any) -> list[list[str]]:
    return [[f"{number:g}" for number in row] for row in np.asarray(rows).tolist()]


def compute_broadcast() -> dict[str, Any]:
    """Return a (3, 1) plus a (1, 4), and what comes back from a cotangent, as arrays."""
    with load_references("tensor") as (tensor,):
        a, b = (tensor.Tensor(np.array(part), requires_grad=True) for part in (COLUMN, ROW))
        z = a + b
        z.backward(np.array(COTANGENT))
    return {"a": a.data, "b": b.data, "z": z.data, "a.grad": a.grad, "b.grad": b.grad}


def draw_broadcast() -> str:
    """Draw how an addition stretches two arrays, and how their gradients are summed again."""
    found = compute_broadcast()
    canvas = Canvas(448)
    canvas.text(12, 26, "Forward: stretched", "bold")
    canvas.grid((12, 66), _format(found["a"]), kind="data")
    canvas.text(12, 56, "a (3, 1)", "soft")
    canvas.text(68, 116, "+", "bold")
    canvas.grid((90, 96), _format(found["b"]), (40, 30), kind="data")
    canvas.text(90, 86, "b (1, 4)", "soft")
    canvas.text(262, 116, "=", "bold")
    canvas.grid((284, 66), _format(found["z"]), (41, 30), kind="data")
    canvas.text(284, 56, "z (3, 4)", "soft")
    canvas.text(12, 206, "Backward: summed", "bold")
    canvas.text(90, 236, "cotangent g (3, 4)", "soft")
    canvas.grid((90, 246), _format(COTANGENT), kind="grad")
    canvas.arrow((272, 291), (352, 291), "back")
    canvas.text(312, 281, "axis 1", "grad middle")
    canvas.grid((360, 246), _format(found["a.grad"]), kind="grad")
    canvas.text(448, 236, "a.grad (3, 1)", "soft end")
    canvas.arrow((178, 342), (178, 386), "back")
    canvas.text(190, 371, "axis 0", "grad")
    canvas.grid((90, 394), _format(found["b.grad"]), kind="grad")
    canvas.text(274, 415, "b.grad (1, 4)", "soft")
    return canvas.render(
        "Broadcasting forward, summing backward",
        f"a = {_format(found['a'])} of shape (3, 1) and b = {_format(found['b'])} of shape (1, 4) "
        f"are stretched to z of shape (3, 4). Backward, the cotangent {_format(COTANGENT)} is "
        f"summed over axis 1 into a.grad = {_format(found['a.grad'])} and over axis 0 into "
        f"b.grad = {_format(found['b.grad'])}.",
    )


IMAGE = [[1.0, 2.0, 0.0, 1.0], [3.0, 1.0, 1.0, 0.0], [0.0, 2.0, 1.0, 4.0]]
KERNEL, BIAS = [[1.0, 0.0], [2.0, -1.0]], 0.5
SHOWN = (1, 1)  # the window that stands out


def compute_window() -> dict[str, Any]:
    """Return the patches and the map of milestone 5's worked example."""
    x, w = np.array(IMAGE)[None, None], np.array(KERNEL)[None, None]
    with load_references("conv", "tensor") as (conv, tensor):
        patches = conv.im2col(x, 2)
        out = conv.conv2d(tensor.Tensor(x), tensor.Tensor(w), tensor.Tensor(np.array([BIAS])))
    return {"patches": patches, "out": out.data[0, 0]}


def draw_window() -> str:
    """Draw one window as a row of im2col, and as a number of the map."""
    found = compute_window()
    patches, out = found["patches"], found["out"]
    row = SHOWN[0] * out.shape[1] + SHOWN[1]
    window = [(SHOWN[0] + i, SHOWN[1] + j) for i in range(2) for j in range(2)]
    kernel = np.ravel(KERNEL)
    canvas = Canvas(438)
    canvas.text(12, 28, "image x (3, 4)", "soft")
    canvas.grid((12, 38), _format(IMAGE), hot=window, kind="data")
    canvas.arrow((188, 98), (248, 98))
    canvas.text(218, 88, "im2col", "small middle")
    canvas.text(256, 28, "patches P (6, 4)", "soft")
    canvas.grid((256, 38), _format(patches), hot=[(row, j) for j in range(4)], kind="data")
    canvas.text(12, 168, "kernel w (2, 2)", "soft")
    canvas.grid((12, 178), _format(KERNEL), kind="data")
    canvas.text(12, 392, "The window, number by number", "bold")
    terms = " + ".join(f"{a:g} * {_bracket(b)}" for a, b in zip(patches[row], kernel, strict=True))
    canvas.text(12, 418, f"{terms} + {BIAS:g} = {out[SHOWN]:g}")
    canvas.text(12, 276, "map (2, 3)", "soft")
    canvas.curve([(344, 222), (344, 324), (200, 324)])
    canvas.arrow((210, 324), (192, 324))
    canvas.text(334, 314, "P @ w + bias", "small end")
    canvas.grid((12, 286), _format(out), (56, 36), hot=[SHOWN], kind="data")
    return canvas.render(
        "A window of the image is a row of patches, and a number of the map",
        f"The image {_format(IMAGE)}; its window at row 1, column 1 is row {row} of the patches, "
        f"{_format([patches[row]])[0]}. Times the kernel {_format(KERNEL)} plus {BIAS:g} that is "
        f"{out[SHOWN]:g} of the map {_format(out)}.",
    )


def _bracket(number: float) -> str:
    return f"({number:g})" if number < 0 else f"{number:g}"


BATCH, LENGTH, WIDTH, HEADS = 16, 32, 64, 4


def compute_block() -> dict[str, Any]:
    """Return how many parameters each piece of a block has, and the worked example's weights."""
    with load_references("gpt", "tensor") as (gpt, tensor):
        block = gpt.Block(WIDTH, HEADS, np.random.default_rng(0))
        counts = {
            name: sum(p.data.size for p in getattr(block, name).parameters())
            for name in ("ln1", "attn", "ln2", "fc", "out")
        }
        x = np.random.default_rng(0).standard_normal((BATCH, LENGTH, WIDTH))
        shape = block(tensor.Tensor(x)).shape
        inner = block.fc(tensor.Tensor(x)).shape
    return {"counts": counts, "shape": shape, "inner": inner}


def draw_block() -> str:
    """Draw a pre-norm block: attention and the two linear layers, each beside the sum."""
    found = compute_block()
    counts, shape, inner = found["counts"], found["shape"], found["inner"]
    canvas = Canvas(520)
    canvas.text(90, 30, f"x {shape}", "bold middle")
    canvas.curve([(90, 40), (90, 164)], "first")
    for top, names in ((62, ("ln1", "attn")), (256, ("ln2", "fc", "relu", "out"))):
        _draw_branch(canvas, top, names, counts)
    canvas.curve([(90, 196), (90, 446)], "first")
    canvas.arrow((90, 478), (90, 496))
    for y in (180, 462):
        canvas.circle((90, y), 16, "hot")
        canvas.text(90, y + 6, "+", "bold middle")
    canvas.text(100, 225, f"x + attn(ln1(x))  {shape}", "soft small")
    canvas.text(8, 114, "untouched", "data small")
    canvas.text(8, 354, "untouched", "data small")
    canvas.text(110, 504, f"{shape}, as it came", "bold")
    total = sum(counts.values())
    canvas.text(330, 370, f"{inner}", "soft small")
    canvas.text(448, 30, f"{total:,} parameters", "soft small end")
    return canvas.render(
        "A block: two branches beside a sum that runs through untouched",
        f"x of shape {shape} goes straight to a sum, and through ln1 and attn to the same sum; that "
        f"goes straight to a second sum, and through ln2, fc, relu and out. Parameters: "
        + ", ".join(f"{name} {count:,}" for name, count in counts.items())
        + f"; {total:,} in all.",
    )


def _draw_branch(canvas: Canvas, top: float, names: Sequence[str], counts: dict[str, int]) -> None:
    """Draw a way that leaves the sum at the left, and comes back to it below."""
    bottom = top + 46 * len(names)
    end = 180 if top < 200 else 462
    canvas.curve([(90, top - 10), (250, top - 10), (250, top)])
    for row, name in enumerate(names):
        y = top + 46 * row
        canvas.box(180, y, 140, 34)
        canvas.text(250, y + 22, name, "bold middle")
        if name in counts:
            canvas.text(330, y + 22, f"{counts[name]:,}", "soft small")
        if row:
            canvas.arrow((250, y - 12), (250, y))
    canvas.curve([(250, bottom - 12), (250, end), (118, end)])
    canvas.arrow((130, end), (106, end))
