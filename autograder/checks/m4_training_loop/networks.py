"""Networks, as programs that a learner would type."""

from collections.abc import Sequence

from autograder.checks.m4_training_loop.common import Weights
from autograder.numerics.trajectories import Layers

DENSE = "Dropout, Linear, ReLU, Sequential, Tanh"
NESTED = """
class Block(Module):
    def __init__(self, n):
        super().__init__()
        self.first = Linear(n, n + 1)
        self.more = [Linear(n + 1, 2), Sequential(Linear(2, n), Dropout(0.5))]
        self.scale = Tensor(np.ones(n))
        self.name = "block"

    def __call__(self, x):
        out = self.first(x)
        for layer in self.more:
            out = layer(out)
        return out * self.scale
"""


def dense(size: Sequence[int], between: str = "Tanh()") -> str:
    """Return a program that makes a network of Linear layers ``l0``, ``l1``, ..."""
    pairs = list(zip(size, size[1:], strict=False))
    layers = [f"l{k} = Linear({nin}, {nout})" for k, (nin, nout) in enumerate(pairs)]
    chain = f", {between}, ".join(f"l{k}" for k in range(len(pairs)))
    return "; ".join([*layers, f"model = Sequential({chain})"])


def name_arrays(layers: Layers) -> Weights:
    """Return the arrays by the names that `dense` gives them."""
    return {
        f"l{k}.{part}": array
        for k, pair in enumerate(layers)
        for part, array in zip(("weight", "bias"), pair, strict=True)
    }


def size_of(layers: Layers) -> list[int]:
    """Return the layer sizes of a network."""
    return [len(layers[0][0]), *(len(bias) for _, bias in layers)]
