"""A training step of the small CNN and of the tiny GPT, ours and PyTorch's, and their products alone.

The CNN is conv 8 - pool - conv 16 - pool - linear on images of 28 x 28, which are random: no step's
time depends on what they show. Which `conv` and `gpt` are ours is decided by the path.
"""

import os
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np

from tests.benchmarks.measure import THREADS

BATCH, SIDE = 64, 28
VOCAB, BLOCK, LAYERS, HEADS, WIDE, ROWS = 65, 64, 3, 4, 64, 16
GPT_SIZE = f"{LAYERS} layers, {HEADS} heads, width {WIDE}, {ROWS} x {BLOCK}"
Step = Callable[[], object]
Product = tuple[int, int, int, int]  # how many, and (m, k) @ (k, n)


# The CNN


def _images() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, 1, SIDE, SIDE), dtype=np.float32)
    return x, rng.integers(0, 10, BATCH)


def make_cnn() -> Step:
    from conv import Conv2d, Flatten, MaxPool2d  # type: ignore[import-not-found]
    from tensor import Tensor, cross_entropy  # type: ignore[import-not-found]
    from training import SGD, Linear, Sequential  # type: ignore[import-not-found]

    model = Sequential(
        Conv2d(1, 8, 3, padding=1), MaxPool2d(2), Conv2d(8, 16, 3, padding=1), MaxPool2d(2),
        Flatten(), Linear(784, 10),
    )  # fmt: skip
    optimizer, (x, y) = SGD(model.parameters(), lr=0.01, momentum=0.9), _images()

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(model(Tensor(x, requires_grad=False)), y).backward()
        optimizer.step()

    return step


def make_cnn_of_torch() -> Step:
    import torch
    from torch import nn

    _set_threads()
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


def second_layer() -> tuple[np.ndarray, ...]:
    """Return operands and cotangent of one batch through the second convolution."""
    rng = np.random.default_rng(1)
    shapes = ((BATCH, 8, 14, 14), (16, 8, 3, 3), (16,), (BATCH, 16, 14, 14))
    return tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes)


def make_layer() -> Step:
    from conv import conv2d
    from tensor import Tensor

    *operands, cotangent = second_layer()
    return lambda: conv2d(*map(Tensor, operands), padding=1).backward(cotangent)


# The GPT


def _text(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    ids = rng.integers(0, VOCAB, (ROWS, BLOCK + 1))
    return ids[:, :-1], ids[:, 1:]


def make_gpt() -> Step:
    """Return one step: forward, backward, clipping, Adam."""
    from gpt import GPT, Adam, clip_grad_norm  # type: ignore[import-not-found]
    from tensor import cross_entropy

    rng = np.random.default_rng(0)
    model = GPT(VOCAB, BLOCK, LAYERS, HEADS, WIDE, rng)
    parameters = model.parameters()
    optimizer = Adam(parameters, lr=1e-3)

    def step() -> None:
        x, y = _text(rng)
        optimizer.zero_grad()
        cross_entropy(model(x).reshape(-1, VOCAB), y.ravel()).backward()
        clip_grad_norm(parameters, 1.0)
        optimizer.step()

    return step


def make_gpt_of_torch() -> Step:
    """Return the same step in PyTorch, with its fused attention."""
    import torch
    from torch import nn

    _set_threads()

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(WIDE), nn.LayerNorm(WIDE)
            self.qkv, self.proj = nn.Linear(WIDE, 3 * WIDE), nn.Linear(WIDE, WIDE)
            self.fc, self.out = nn.Linear(WIDE, 4 * WIDE), nn.Linear(4 * WIDE, WIDE)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            parts = self.qkv(self.ln1(x)).split(WIDE, 2)
            q, k, v = (p.view(ROWS, BLOCK, HEADS, -1).transpose(1, 2) for p in parts)
            out = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.proj(out.transpose(1, 2).reshape(x.shape))
            return x + self.out(self.fc(self.ln2(x)).relu())

    tokens, positions = nn.Embedding(VOCAB, WIDE), nn.Embedding(BLOCK, WIDE)
    body = nn.Sequential(
        *(Block() for _ in range(LAYERS)), nn.LayerNorm(WIDE), nn.Linear(WIDE, VOCAB)
    )
    parameters = [p for part in (tokens, positions, body) for p in part.parameters()]
    optimizer, rng = torch.optim.Adam(parameters, lr=1e-3), np.random.default_rng(0)

    def step() -> None:
        x, y = map(torch.from_numpy, _text(rng))
        optimizer.zero_grad()
        logits = body(tokens(x) + positions(torch.arange(BLOCK)))
        nn.functional.cross_entropy(logits.view(-1, VOCAB), y.reshape(-1)).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step


def _set_threads() -> None:
    import torch

    torch.set_num_threads(int(os.environ[THREADS[0]]))


# Floors: the products of matrices that a step cannot do without, and nothing else


def list_layer(rows: int, nin: int, nout: int, is_first: bool = False) -> list[Product]:
    """Return the products of a linear layer: forward, by its weight and, unless first, by its input."""
    ways = [(1, rows, nin, nout), (1, nin, rows, nout), (1, rows, nout, nin)]
    return ways[: 2 if is_first else 3]


def list_heads() -> list[Product]:
    """Return the products of all heads' attention: two forward, four backward."""
    count, width = ROWS * HEADS, WIDE // HEADS
    inner, outer = (count, BLOCK, width, BLOCK), (count, BLOCK, BLOCK, width)
    return [inner, outer, inner, outer, outer, outer]


def mlp_products(batch: int, sizes: Sequence[int]) -> list[Product]:
    """Return those of a dense network with one hidden layer."""
    return list_layer(batch, *sizes[:2], is_first=True) + list_layer(batch, *sizes[1:])


CNN_PRODUCTS = [
    (1, 8, 9, BATCH * SIDE**2), (1, 8, BATCH * SIDE**2, 9),
    (1, 16, 72, BATCH * 14**2), (1, 16, BATCH * 14**2, 72), (1, 72, 16, BATCH * 14**2),
    *list_layer(BATCH, 784, 10),
]  # fmt: skip
GPT_PRODUCTS = [
    *LAYERS * list_heads(),
    *chain.from_iterable(
        LAYERS * list_layer(ROWS * BLOCK, WIDE * nin, WIDE * nout)
        for nin, nout in ((1, 3), (1, 1), (1, 4), (4, 1))
    ),
    *list_layer(ROWS * BLOCK, WIDE, VOCAB),
]


def count_operations(products: Sequence[Product]) -> int:
    """Return multiplications and additions."""
    return sum(2 * count * m * k * n for count, m, k, n in products)


def make_products(products: Sequence[Product]) -> Step:
    """Return what does them all, into memory that is there already."""
    rng = np.random.default_rng(0)
    ready = [
        [rng.random((count, *shape), dtype=np.float32) for shape in ((m, k), (k, n), (m, n))]
        for count, m, k, n in products
    ]

    def step() -> None:
        for a, b, out in ready:
            np.matmul(a, b, out=out)

    return step
