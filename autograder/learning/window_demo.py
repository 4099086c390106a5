"""The demo of a convolution: window by window, with a learner's own im2col."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown, read_matrix
from autograder.learning.value_graphs import tell_numbers
from autograder.numerics import convolution

Floats = NDArray[np.float64]
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
        _table(translate("the kernel"), weight[0, 0]),
        _compare_table(
            translate("im2col: a window a row"),
            reaction.answer.get("cols"),
            right,
            right.shape,
            [(index, k) for k in range(right.shape[1])],
        ),
        _compare_table(
            translate("conv2d: a number a window"),
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
    return _table(translate("the image, padded"), padded, cells)


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
    if array is not None and not fits:
        wrong = "{title} (yours has the shape {shape})"
        title = translate(wrong, title=title, shape=array.shape)
    return panels.matrix_panel(title, (labels[0], labels[1]), values, right, None, highlight)


def _window_sentence(shown: Sequence[Panel], index: int, right: float) -> str:
    for panel in shown:
        if panel["departs"]:
            row, column = panel["departs"]
            told = tell_numbers(panel["values"][row][column], panel["right"][row][column])
            values = {"title": panel["title"], "row": row, "column": column, "told": told}
            return translate("{title}, row {row}, column {column}: {told}", **values)
    product = "window {index} of {count}: row times kernel, summed, is {right:g}"
    return translate(product, index=index, count=len(shown[2]["rows"]), right=right)
