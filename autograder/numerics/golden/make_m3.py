"""Make ``m3.npz`` with PyTorch in float64: ``python make_m3.py`` where torch is installed."""

from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

PROGRAMS = [  # as the contract writes them, with the inputs' shapes
    ("out = x + y", {"x": (3, 1), "y": (1, 4)}),
    ("out = x - y", {"x": (5,), "y": (2, 3, 5)}),
    ("out = x * y", {"x": (3, 4), "y": ()}),
    ("out = x / y", {"x": (2, 1, 4), "y": (3, 1)}),
    ("out = -x ** 3", {"x": (3, 4)}),
    ("out = x.exp()", {"x": (3, 4)}),
    ("out = (x * x).log() + (x * x).sqrt()", {"x": (3, 4)}),
    ("out = x.tanh() + x.sigmoid() * x.relu()", {"x": (3, 4)}),
    ("out = 2 / x - 3 * (1 - x)", {"x": (5,)}),
    ("out = x.sum(axis=1)", {"x": (2, 3, 4)}),
    ("out = x.sum(axis=(0, 2), keepdims=True)", {"x": (2, 3, 4)}),
    ("out = x.mean(axis=0)", {"x": (3, 4)}),
    ("out = x.mean(axis=(-1, 0))", {"x": (2, 3, 4)}),
    ("out = x.max(axis=1, keepdims=True)", {"x": (3, 4)}),
    ("out = x.max(axis=0)", {"x": (2, 3, 4)}),
    ("out = x @ y", {"x": (3, 5), "y": (5, 4)}),
    ("out = x @ y", {"x": (2, 3, 5), "y": (2, 5, 4)}),
    ("out = x @ y", {"x": (2, 1, 3, 5), "y": (4, 5, 2)}),
    ("out = x @ y", {"x": (5,), "y": (5, 4)}),
    ("out = x @ y", {"x": (2, 3, 5), "y": (5,)}),
    ("out = x @ y", {"x": (5,), "y": (5,)}),
    ("out = x.reshape(4, 3) + y", {"x": (2, 6), "y": (3,)}),
    ("out = x.transpose(1, 2, 0)", {"x": (2, 3, 4)}),
    ("out = x.T @ x", {"x": (3, 4)}),
    ("out = x[1:, ::2]", {"x": (3, 5)}),
    ("out = x[[0, 2, 2, 0]]", {"x": (3, 4)}),
    ("out = x.softmax(axis=-1)", {"x": (3, 5)}),
    ("out = x.softmax(axis=1)", {"x": (2, 3, 4)}),
    ("out = x.log_softmax(axis=0)", {"x": (4, 3)}),
    ("out = cross_entropy(x, Y)", {"x": (6, 4)}),
    ("h = (x @ w + b).tanh(); out = cross_entropy(h @ v, Y)",
     {"x": (6, 5), "w": (5, 3), "b": (3,), "v": (3, 4)}),
]  # fmt: skip
IN_TORCH = {"axis=": "dim=", "keepdims=": "keepdim=", ".max(": ".amax(", ".transpose(": ".permute("}

WORKED = {
    "x": [[1.0, 2.0], [-1.0, 0.5]],
    "y": [0, 2],
    "w1": [[0.5, -1.0], [0.25, 0.5]],
    "b1": [0.0, 0.1],
    "w2": [[1.0, -1.0, 0.5], [0.5, 1.0, -0.5]],
    "b2": [0.1, 0.0, -0.1],
}


def translate_program(program: str) -> str:
    """Return a program of the contract in PyTorch's words."""
    for ours, theirs in IN_TORCH.items():
        program = program.replace(ours, theirs)
    return program


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
    labels = {"Y": rng.integers(0, 4, 6)} if "Y" in program else {}
    scope = {**leaves, "cross_entropy": cross_entropy}
    exec(
        translate_program(program),
        scope | {name: torch.tensor(y) for name, y in labels.items()},
        scope,
    )
    out = scope["out"]
    cotangent = rng.uniform(0.5, 1.5, tuple(out.shape)) * rng.choice([-1.0, 1.0], tuple(out.shape))
    out.backward(torch.tensor(cotangent))
    grads = {f"{name}.grad": leaf.grad.numpy() for name, leaf in leaves.items()}
    return {
        **given,
        **labels,
        "cotangent": np.asarray(cotangent),
        "out": out.detach().numpy(),
        **grads,
    }


def training(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return 20 steps of SGD with momentum on a tanh network: data, start, losses, weights."""
    x, y = rng.normal(size=(30, 5)), rng.integers(0, 3, 30)
    shapes = {"w1": (5, 8), "b1": (8,), "w2": (8, 3), "b2": (3,)}
    start = {name: rng.normal(0.0, 0.4, shape) for name, shape in shapes.items()}
    batches = np.concatenate([rng.permutation(30) for _ in range(4)]).reshape(20, 6)
    p = {name: torch.tensor(w, requires_grad=True) for name, w in start.items()}
    optimizer, curve = torch.optim.SGD(p.values(), lr=0.1, momentum=0.9), []
    for rows in batches:
        hidden = (torch.tensor(x[rows]) @ p["w1"] + p["b1"]).tanh()
        loss = cross_entropy(hidden @ p["w2"] + p["b2"], torch.tensor(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        curve.append(loss.item())
    trained = {f"{name}.trained": w.detach().numpy() for name, w in p.items()}
    return {"x": x, "y": y, "batches": batches, "curve": np.array(curve), **start, **trained}


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(3)
    arrays = {"programs": np.array([program for program, _ in PROGRAMS])}
    for place, (program, shapes) in enumerate(PROGRAMS):
        answered = answer(rng, program, inputs(rng, shapes))
        arrays |= {f"{place}.{name}": array for name, array in answered.items()}
    arrays |= {f"training.{name}": array for name, array in training(rng).items()}
    arrays |= {f"worked.{name}": np.array(value) for name, value in WORKED.items()}
    np.savez_compressed(Path(__file__).with_name("m3.npz"), **arrays)


if __name__ == "__main__":
    main()
