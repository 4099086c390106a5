"""Make ``m1.npz`` with PyTorch in float64: ``python make_m1.py`` where torch is installed."""

from pathlib import Path

import numpy as np
import torch

OPERATIONS = [
    "out = a + b",
    "out = a - b",
    "out = a * b",
    "out = a / b",
    "out = -a",
    "out = a ** 3",
    "out = a ** -2",
    "out = a ** 0.5",
    "out = a.exp()",
    "out = a.log()",
    "out = a.tanh()",
    "out = a.relu() + b.relu()",
    "out = a.sigmoid()",
    "out = 2 - a",
    "out = 2 / a",
]
EXPRESSION = [
    "c = a + b",
    "d = a * b + b ** 3",
    "c = c + c + 1",
    "c = c + 1 + c - a",
    "d = d + d * 2 + (b + a).relu()",
    "d = d + 3 * d + (b - a).tanh()",
    "e = c - d",
    "f = e.sigmoid() + (e / 10) ** 2",
    "out = f / 2.0 + 10.0 / (f + 1.0) - (f + 0.5).log() * (a / 4).exp()",
]
HAND_WORKED = [
    "h1 = (0.5 * x1 - 1.0 * x2 + 0.25).tanh()",
    "h2 = (1.5 * x1 + 0.5 * x2 - 0.5).tanh()",
    "y = 2.0 * h1 - 1.0 * h2 + w",
    "out = (y - 1.0) ** 2",
]


def answer(program: list[str], inputs: list[str], point: list[float]) -> list[float]:
    """Return ``out`` and the gradient of each input."""
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    names = dict(zip(inputs, leaves, strict=True))
    exec("\n".join(program), {}, names)
    names["out"].backward()
    grads = [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]
    return [names["out"].item(), *grads]


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(1)
    points = rng.uniform(0.3, 2.0, (8, 2))
    signs = np.where(rng.random((8, 2)) < 0.5, -1.0, 1.0)
    arrays = {"operations": np.array(OPERATIONS), "operations_points": points}
    for number, line in enumerate(OPERATIONS):
        arrays[f"operations_{number}"] = np.array([answer([line], ["a", "b"], p) for p in points])
    wide = points * signs
    arrays |= {
        "expression": np.array(EXPRESSION),
        "expression_points": wide,
        "expression_answers": np.array([answer(EXPRESSION, ["a", "b"], p) for p in wide]),
        "hand_worked": np.array(answer(HAND_WORKED, ["x1", "x2", "w"], [1.0, 2.0, 0.1])),
    }
    np.savez_compressed(Path(__file__).with_name("m1.npz"), **arrays)


if __name__ == "__main__":
    main()
