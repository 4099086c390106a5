"""Milestone 5 beside PyTorch and beside plain loops: time of an epoch, peak memory.

*tuned* is `tests/alternatives/fast`, which does the same without the copies that make plain code
plain. An epoch is 938 times the mean of a turn's steps.
"""

import numpy as np

from tests.benchmarks.measure import Row, milliseconds, timed
from tests.benchmarks.steps import CNN_PRODUCTS, count_operations, second_layer
from tests.benchmarks.turns import compare, take_turns, weigh

EPOCH = 938  # batches of 64 are 60,000 images
STEPS = 20
OURS = ("reference", "tuned")
TARGETS = {"reference": "2.5", "tuned": "1.5"}


def rows() -> list[Row]:
    """Time all in turns, weigh each, and compare one layer with plain loops."""
    operations = count_operations(CNN_PRODUCTS)
    return [
        *compare("CNN", OURS, "one epoch", STEPS, EPOCH, TARGETS, operations),
        *weigh("CNN", OURS, STEPS),
        *_loops(),
    ]


def by_loops(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, cotangent: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Convolve with stride 1 and padding 1, window by window; return result and gradients."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out, dx, dw, db = (np.zeros_like(each) for each in (cotangent, padded, weight, bias))
    for n, o, y, z in np.ndindex(cotangent.shape):
        window = padded[n, :, y : y + 3, z : z + 3]
        out[n, o, y, z] = np.sum(window * weight[o]) + bias[o]
        slope = cotangent[n, o, y, z]
        dw[o] += slope * window
        dx[n, :, y : y + 3, z : z + 3] += slope * weight[o]
        db[o] += slope
    return out, dx[:, :, 1:-1, 1:-1], dw, db


def _loops() -> list[Row]:
    """One batch through the second convolution, forward and backward, in processor time."""
    spent = take_turns([f"layer, {side}" for side in OURS], count=STEPS, turns=3)
    ours = {side: [each.cpu / STEPS for each in spent[f"layer, {side}"]] for side in OURS}
    with timed() as watch:
        by_loops(*second_layer())
    note = "conv 8 to 16 of 14 x 14, kernel 3, batch 64: forward and backward, processor time"
    return [
        *(Row(f"{side}: one convolution step", milliseconds(each), "ms", note=note)
          for side, each in ours.items()),
        Row("loops: one convolution step", [1e3 * watch.cpu], "ms", note="a loop over windows"),
        *(Row(f"loops / {side}", [watch.cpu / one for one in each], "x", "100 or more", True)
          for side, each in ours.items()),
    ]  # fmt: skip
