"""Make ``compare.npz``: ``python -m autograder.numerics.golden.make_compare`` where torch is.

The networks are those of the notebook beside PyTorch, and it is the notebook's own code that
computes the answers: what it reads without PyTorch is what it would compute with it.
"""

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

from autograder import templates
from autograder.data.images import load_images
from autograder.numerics import goldens

IMAGES, WIDE = 24, 7  # columns: images are not square
SHAPES = {
    "dense": {
        "w1": (56, 12),
        "b1": (12,),
        "w2": (12, 6),
        "b2": (6,),
        "gain": (6,),
        "shift": (6,),
        "table": (5, 6),
        "w3": (6, 16),
        "b3": (16,),
        "w4": (16, 10),
        "b4": (10,),
    },
    "conv": {
        "k1": (3, 1, 3, 3),
        "c1": (3,),
        "k2": (5, 3, 3, 3),
        "c2": (5,),
        "w": (10, 10),
        "b": (10,),
    },
}


def draw_start(rng: np.random.Generator, shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return weights of a size that keeps signals, and biases that are not 0."""
    drawn = {}
    for name, shape in shapes.items():
        fan_in = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        scale = fan_in**-0.5 if len(shape) > 1 else 0.1
        drawn[name] = (name == "gain") + rng.normal(0.0, scale, shape)
    return drawn


def draw_pieces(rng: np.random.Generator) -> dict[str, Any]:
    """Return the arrays of the pieces: blocks of three sizes, and numbers where functions break."""
    block = rng.normal(size=(2, 3, 4))
    return {
        "block": block,
        "line": rng.normal(size=3),
        "row": rng.normal(size=4),
        "tiny": np.array([[1e-14, 2e-7, 3e-5], [0.5, 1.0, 40.0]]),
        "zeros": np.array([[0.0, -1.0, 2.0], [3.0, 0.0, -0.5]]),
        "far": np.array([[0.0, 900.0, -900.0], [-1000.0, -1001.0, -999.5]]),
        "scores": rng.normal(size=(IMAGES, 10)),
        "single": rng.normal(size=(3, 2)).astype(np.float32),
        "v1": rng.normal(0.0, 0.3, (10, 7)),
        "u1": rng.normal(size=7),
        "v2": rng.normal(0.0, 0.3, (7, 10)),
        "u2": rng.normal(size=10),
    }


def load_notebook() -> dict[str, Any]:
    """Return the names of the notebook's cells up to PyTorch's answers; no learner is needed."""
    source = templates.text("compare_notebook.py.j2").partition("# ## One layer at a time")[0]
    tensor = types.ModuleType("tensor")
    tensor.Tensor = tensor.cross_entropy = tensor.hand_gradients = None  # type: ignore[attr-defined]
    sys.modules["tensor"] = tensor
    scope: dict[str, Any] = {}
    exec(source, scope)
    return scope


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(13)
    digits = load_images("quick")
    images = digits.pixels[:IMAGES].reshape(IMAGES, 8, 8)[:, :, :WIDE] / digits.scale
    labels = digits.y[:IMAGES].astype(np.int64)
    arrays: dict[str, Any] = {
        "labels": labels,
        "ids": rng.integers(0, 5, IMAGES),
        "mix": rng.normal(0.0, IMAGES**-0.5, (IMAGES, IMAGES)),
        "dense.x": images.reshape(IMAGES, -1),
        "conv.x": images.reshape(IMAGES, 1, 8, WIDE),
        "patches.x": rng.normal(size=(2, 3, 8, WIDE)),
    }
    starts = {network: draw_start(rng, shapes) for network, shapes in SHAPES.items()}
    starts["pieces"] = draw_pieces(rng)
    shapes = {"image": (2, 3, 8, WIDE), "kernel": (4, 3, 2, 2), "offset": (4,)}
    starts["windows"] = {name: rng.normal(size=shape) for name, shape in shapes.items()} | {
        f"whole_{name}": rng.integers(-3, 4, shape).astype(np.float32)  # float32 adds them exactly
        for name, shape in shapes.items()
    }
    for network, start in starts.items():
        arrays |= {f"{network}.start.{name}": w for name, w in start.items()}
    file = Path(__file__).with_name("compare.npz")
    np.savez_compressed(file, **arrays)  # the notebook reads labels and ids from it
    goldens.load_goldens.cache_clear()
    notebook = load_notebook()
    for network, start in starts.items():
        answers = (
            notebook["torch_pieces"](notebook["SETS"][network], start)
            if network in notebook["SETS"]
            else notebook["torch_answers"](network, start, arrays[f"{network}.x"])
        )
        arrays |= {f"{network}.torch.{name}": array for name, array in answers.items()}
    patches = notebook["torch_patches"](arrays["patches.x"])
    arrays |= {f"patches.torch.{name}": array for name, array in patches.items()}
    np.savez_compressed(file, **arrays)


if __name__ == "__main__":
    main()
