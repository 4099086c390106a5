"""Make ``m5.npz`` with PyTorch in float64: ``python make_m5.py`` where torch is installed."""

from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import conv2d, cross_entropy, max_pool2d

PROGRAMS = [  # as the contract writes them, with the inputs' shapes
    ("out = conv2d(x, w, b)", {"x": (2, 3, 5, 7), "w": (4, 3, 3, 3), "b": (4,)}),
    ("out = conv2d(x, w, b, padding=1)", {"x": (3, 2, 6, 4), "w": (5, 2, 3, 3), "b": (5,)}),
    ("out = conv2d(x, w, b, stride=2)", {"x": (2, 1, 8, 5), "w": (3, 1, 2, 2), "b": (3,)}),
    ("out = conv2d(x, w, b, stride=2, padding=1)",
     {"x": (2, 2, 7, 8), "w": (3, 2, 4, 4), "b": (3,)}),
    ("out = conv2d(x, w, b, stride=3, padding=2)",
     {"x": (1, 2, 6, 9), "w": (2, 2, 5, 5), "b": (2,)}),
    ("out = conv2d(x, w, b)", {"x": (2, 4, 3, 2), "w": (3, 4, 1, 1), "b": (3,)}),
    ("out = max_pool2d(x, 2)", {"x": (2, 3, 6, 4)}),
    ("out = max_pool2d(x, 2)", {"x": (2, 2, 5, 7)}),
    ("out = max_pool2d(x, 3, stride=2)", {"x": (2, 2, 7, 5)}),
    ("out = max_pool2d(x, 2, stride=3)", {"x": (2, 1, 8, 6)}),
]  # fmt: skip


def inputs(rng: np.random.Generator, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Return numbers of both signs, 0.3 to 1.9 in size, no two alike in one array."""
    drawn = {}
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        sizes = 0.3 + 1.6 * (rng.permutation(count) + rng.uniform(0.2, 0.8, count)) / count
        drawn[name] = (sizes * rng.choice([-1.0, 1.0], count)).reshape(shape)
    return drawn


def answer(
    rng: np.random.Generator, program: str, given: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return inputs, cotangent, ``out`` and gradients of one program."""
    leaves = {name: torch.tensor(x, requires_grad=True) for name, x in given.items()}
    scope = {**leaves, "conv2d": conv2d, "max_pool2d": max_pool2d}
    exec(program, scope)
    out = scope["out"]
    cotangent = rng.uniform(0.5, 1.5, tuple(out.shape)) * rng.choice([-1.0, 1.0], tuple(out.shape))
    out.backward(torch.tensor(cotangent))
    grads = {f"{name}.grad": leaf.grad.numpy() for name, leaf in leaves.items()}
    return {**given, "cotangent": cotangent, "out": out.detach().numpy(), **grads}


def training(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return 20 whole-set steps of a small CNN: data, start, losses, weights afterwards."""
    x, y = rng.normal(size=(9, 2, 6, 5)), np.arange(9) % 4
    shapes = {"w": (3, 2, 3, 3), "b": (3,), "v": (18, 4), "c": (4,)}
    start = {name: rng.normal(0.0, 0.25, shape) for name, shape in shapes.items()}
    p = {name: torch.tensor(w, requires_grad=True) for name, w in start.items()}
    optimizer, curve = torch.optim.SGD(p.values(), lr=0.1, momentum=0.9), []
    for _ in range(20):
        maps = conv2d(torch.tensor(x), p["w"], p["b"], padding=1).tanh()
        logits = max_pool2d(maps, 2).flatten(1) @ p["v"] + p["c"]
        loss = cross_entropy(logits, torch.tensor(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        curve.append(loss.item())
    trained = {f"{name}.trained": w.detach().numpy() for name, w in p.items()}
    return {"x": x, "y": y, "curve": np.array(curve), **start, **trained}


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(5)
    arrays = {"programs": np.array([program for program, _ in PROGRAMS])}
    for place, (program, shapes) in enumerate(PROGRAMS):
        answered = answer(rng, program, inputs(rng, shapes))
        arrays |= {f"{place}.{name}": array for name, array in answered.items()}
    arrays |= {f"training.{name}": array for name, array in training(rng).items()}
    np.savez_compressed(Path(__file__).with_name("m5.npz"), **arrays)


if __name__ == "__main__":
    main()
