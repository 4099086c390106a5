"""Make ``m4.npz`` with PyTorch in float64: ``python make_m4.py`` where torch is installed."""

from pathlib import Path

import numpy as np
import torch

STEPS = 20
RUNS = {  # lr, momentum, weight decay
    "plain": (0.05, 0.0, 0.0),
    "momentum": (0.02, 0.9, 0.0),
    "decay": (0.02, 0.8, 0.1),
}
SHAPES = [(3, 4), (5,), (3, 4)]
SIZE = [5, 7, 3]


def descent(arrays: dict[str, np.ndarray], lr: float, momentum: float, decay: float) -> list:
    """Return the path of every parameter under ``torch.optim.SGD``."""
    leaves = [torch.tensor(arrays[f"start_{k}"], requires_grad=True) for k in range(len(SHAPES))]
    targets = [torch.tensor(arrays[f"target_{k}"]) for k in range(len(SHAPES))]
    curvatures = [torch.tensor(arrays[f"curvature_{k}"]) for k in range(len(SHAPES))]
    optimizer = torch.optim.SGD(leaves, lr=lr, momentum=momentum, weight_decay=decay)
    paths = [[] for _ in leaves]
    for _ in range(STEPS):
        optimizer.zero_grad()
        terms = [(c * (p - t) ** 2).sum() for p, t, c in zip(leaves, targets, curvatures)]
        sum(terms).backward()
        optimizer.step()
        for path, leaf in zip(paths, leaves):
            path.append(leaf.detach().numpy().copy())
    return [np.stack(path) for path in paths]


def network(arrays: dict[str, np.ndarray]) -> torch.nn.Sequential:
    """Return the tanh network whose weights `arrays` holds, each (nin, nout)."""
    layers = []
    for k, (nin, nout) in enumerate(zip(SIZE, SIZE[1:])):
        layer = torch.nn.Linear(nin, nout, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(arrays[f"weight_{k}"].T))
            layer.bias.copy_(torch.tensor(arrays[f"bias_{k}"]))
        layers += [layer, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def fit_network(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the loss curve of 20 whole-set steps, and the weights afterwards."""
    model, curve = network(arrays), []
    x, y = torch.tensor(arrays["x"]), torch.tensor(arrays["y"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    for _ in range(STEPS):
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        curve.append(loss.item())
    after = {"curve": np.array(curve)}
    for k, layer in enumerate(model[::2]):
        after[f"trained_weight_{k}"] = layer.weight.detach().numpy().T.copy()
        after[f"trained_bias_{k}"] = layer.bias.detach().numpy().copy()
    return after


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(4)
    arrays = {"x": rng.normal(size=(11, 5)), "y": np.arange(11) % 3}
    for k, shape in enumerate(SHAPES):
        arrays[f"start_{k}"] = rng.uniform(-2.0, 2.0, shape)
        arrays[f"target_{k}"] = rng.uniform(-1.0, 1.0, shape)
        arrays[f"curvature_{k}"] = rng.uniform(0.3, 3.0, shape)
    for k, (nin, nout) in enumerate(zip(SIZE, SIZE[1:])):
        arrays[f"weight_{k}"] = rng.normal(0.0, nin**-0.5, (nin, nout))
        arrays[f"bias_{k}"] = rng.normal(0.0, 0.1, nout)
    for name, settings in RUNS.items():
        paths = descent(arrays, *settings)
        arrays |= {f"{name}_{k}": path for k, path in enumerate(paths)}
    np.savez_compressed(Path(__file__).with_name("m4.npz"), **arrays | fit_network(arrays))


if __name__ == "__main__":
    main()
