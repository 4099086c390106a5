"""Make ``m2.npz`` with PyTorch in float64: ``python make_m2.py`` where torch is installed."""

from pathlib import Path

import numpy as np
import torch

X = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
Y = [1.0, -1.0, -1.0, 1.0]
SIZES = [3, 4, 4, 1]


def network(weights: np.ndarray) -> torch.nn.Sequential:
    """Return a tanh network; `weights` holds neuron after neuron, weights then bias."""
    layers, start = [], 0
    for nin, nout in zip(SIZES, SIZES[1:]):
        block = torch.tensor(weights[start : start + (nin + 1) * nout]).reshape(nout, nin + 1)
        layer = torch.nn.Linear(nin, nout, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(block[:, :nin])
            layer.bias.copy_(block[:, nin])
        layers += [layer, torch.nn.Tanh()]
        start += (nin + 1) * nout
    return torch.nn.Sequential(*layers)


def flat(model: torch.nn.Sequential, grad: bool) -> np.ndarray:
    """Return parameters or gradients as `weights` lists them."""
    rows = []
    for layer in model[::2]:
        pair = (layer.weight.grad, layer.bias.grad) if grad else (layer.weight, layer.bias)
        rows.append(torch.cat([pair[0], pair[1][:, None]], dim=1).detach().numpy().ravel())
    return np.concatenate(rows)


def main() -> None:
    """Write the file beside this script."""
    weights = np.random.default_rng(2).uniform(-1.0, 1.0, 41)
    model, x, y = network(weights), torch.tensor(X, dtype=torch.float64), torch.tensor(Y)
    arrays = {"weights": weights}
    optimizer, curve = torch.optim.SGD(model.parameters(), lr=0.05), []
    for epoch in range(20):
        loss = ((model(x)[:, 0] - y) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        if epoch == 0:
            arrays |= {"loss": np.array(loss.item()), "grad": flat(model, grad=True)}
        optimizer.step()
        curve.append(loss.item())
    arrays |= {"curve": np.array(curve), "trained": flat(model, grad=False)}
    np.savez_compressed(Path(__file__).with_name("m2.npz"), **arrays)


if __name__ == "__main__":
    main()
