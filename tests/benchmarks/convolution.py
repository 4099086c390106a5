"""Milestone 5's reference beside PyTorch and beside plain loops: time of an epoch, peak memory.

*tuned* is `tests/alternatives/fast`, which does the same without the copies that make plain code
plain.

The network is conv 8 - pool - conv 16 - pool - linear on images of 28 x 28, in batches of 64. An
epoch is 938 times the median of `STEPS` steps; images are random, which no step's time depends on.
``python -m tests.benchmarks.convolution SIDE [layer]`` measures one in a process of its own.
"""

import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from tests.benchmarks.measure import ROOT, Row, interleaved, timed

BATCH, EPOCH, STEPS, WARM_UP = 64, 938, 60, 5  # 938 batches of 64 are 60,000 images
ROUNDS = 5
CORES = len(os.sched_getaffinity(0))
EARLIER = ("solutions/m3_tensor_autograd", "solutions/m4_training_loop")
OURS = {"reference": "solutions/m5_convolution", "tuned": "tests/alternatives/fast"}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Step = Callable[[], None]
Found = list[dict[str, float]]


def rows() -> list[Row]:
    """Measure all sides in turn, round by round, on all cores and on one."""
    sides = [*OURS] + ["torch"] * bool(importlib.util.find_spec("torch"))
    made = [row for cores in sorted({CORES, 1}, reverse=True) for row in _compared(sides, cores)]
    if "torch" not in sides:
        made.append(Row("PyTorch is not installed: nothing to compare with", [0.0], ""))
    return [*made, *_loops()]


def _compared(sides: list[str], cores: int) -> list[Row]:
    found = interleaved({side: partial(_asked, side, cores) for side in sides}, ROUNDS)
    made = [row for side in sides for row in _side(side, found[side], cores)]
    if "torch" in sides:
        made += [row for side in OURS for row in _ratios(side, found, cores)]
    return made


def _side(side: str, found: Found, cores: int) -> list[Row]:
    grown = max(each["grown"] for each in found)
    memory = f"{grown:.0f} MB of it after imports and weights"
    return [
        Row(f"{side}: one epoch of the small CNN, {cores} threads",
            [each["epoch"] for each in found], "s", note=f"{EPOCH} times the median of {STEPS} steps"),
        Row(f"{side}: fastest step", [1e3 * each["fastest"] for each in found], "ms"),
        Row(f"{side}: processor time of one step", [1e3 * each["cpu"] for each in found], "ms"),
        Row(f"{side}: peak memory", [each["peak"] for each in found], "MB", note=memory),
    ]  # fmt: skip


def _ratios(side: str, found: dict[str, Found], cores: int) -> Iterator[Row]:
    measures = {"epoch": "epoch", "fastest step": "fastest", "processor time": "cpu",
                "memory beyond imports": "grown"}  # fmt: skip
    for what, key in measures.items():
        pairs = zip(found[side], found["torch"], strict=True)
        yield Row(f"{what}: {side} / PyTorch, {cores} threads",
                  [ours[key] / theirs[key] for ours, theirs in pairs], "x",
                  "2.5 or less" if (side, key) == ("tuned", "epoch") else "")  # fmt: skip


def _asked(side: str, cores: int, what: str = "network") -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.convolution", side, what]
    how = {**os.environ, **dict.fromkeys(THREADS, str(cores))}
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=how)
    answer: dict[str, float] = json.loads(told.stdout)
    return answer


# In a process of its own


def _main(side: str, what: str = "network") -> None:
    if side in OURS:
        sys.path[:0] = [str(ROOT / folder) for folder in (*EARLIER, OURS[side])]
    step = _torch() if side == "torch" else {"network": _network, "layer": _layer}[what]()
    before = _peak()
    for _ in range(WARM_UP):
        step()
    seconds, began = [], time.process_time()
    for _ in range(STEPS):
        with timed() as watch:
            step()
        seconds.append(watch.seconds)
    cpu = (time.process_time() - began) / STEPS
    spent = {"epoch": EPOCH * float(np.median(seconds)), "fastest": min(seconds), "cpu": cpu}
    print(json.dumps({**spent, "peak": _peak(), "grown": _peak() - before}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _images() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, 1, 28, 28), dtype=np.float32)
    return x, rng.integers(0, 10, BATCH)


def _network() -> Step:
    from conv import Conv2d, Flatten, MaxPool2d
    from tensor import Tensor, cross_entropy
    from training import SGD, Linear, Sequential

    model = Sequential(
        Conv2d(1, 8, 3, padding=1), MaxPool2d(2), Conv2d(8, 16, 3, padding=1), MaxPool2d(2),
        Flatten(), Linear(784, 10),
    )  # fmt: skip
    optimizer, (x, y) = SGD(model.parameters(), lr=0.01, momentum=0.9), _images()

    def step() -> None:
        optimizer.zero_grad()
        loss = cross_entropy(model(Tensor(x, requires_grad=False)), y)
        loss.backward()
        optimizer.step()

    return step


def _torch() -> Step:
    import torch
    from torch import nn

    torch.set_num_threads(int(os.environ[THREADS[0]]))
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(784, 10),
    )  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x, y = map(torch.tensor, _images())

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


# Plain loops: one batch through the second convolution, forward and backward


def _second_layer() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(1)
    shapes = ((BATCH, 8, 14, 14), (16, 8, 3, 3), (16,), (BATCH, 16, 14, 14))
    return tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes)


def _layer() -> Step:
    from conv import conv2d
    from tensor import Tensor

    *operands, cotangent = _second_layer()

    def step() -> None:
        conv2d(*map(Tensor, operands), padding=1).backward(cotangent)

    return step


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
    operands = _second_layer()
    ours = {side: [_asked(side, 1, "layer")["fastest"] for _ in range(3)] for side in OURS}
    with timed() as watch:
        by_loops(*operands)
    note = "conv 8 to 16 of 14 x 14, kernel 3, batch 64: forward and backward"
    return [
        *(Row(f"{side}: one convolution step", [1e3 * each for each in fastest], "ms", note=note)
          for side, fastest in ours.items()),
        Row("loops: one convolution step", [1e3 * watch.seconds], "ms", note="a loop over windows"),
        *(Row(f"loops / {side}", [watch.seconds / each for each in fastest], "x", "100 or more", True)
          for side, fastest in ours.items()),
    ]  # fmt: skip


if __name__ == "__main__":
    _main(*sys.argv[1:])
