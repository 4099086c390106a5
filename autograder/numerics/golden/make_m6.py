"""Make ``m6.npz`` with PyTorch in float64: ``python make_m6.py`` where torch and the kit are."""

import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from autograder.numerics import transformers as own  # shapes only

STEPS = 20
HEADS, LAYERS, VOCAB, BLOCK, WIDE = 3, 2, 7, 6, 12
SHAPES = [(3, 4), (5,), (3, 4)]
RUNS = {  # lr, betas, eps, max_norm
    "plain": (0.05, (0.9, 0.999), 1e-8, 0.0),
    "eps": (0.05, (0.8, 0.95), 0.3, 0.0),
    "clipped": (0.05, (0.9, 0.99), 1e-8, 1.5),
}


def norm(w, name, x):
    """Return a layer norm over the last axis."""
    return functional.layer_norm(x, x.shape[-1:], w[f"{name}gain"], w[f"{name}bias"], 1e-5)


def linear(w, name, x):
    """Return x @ weight + bias."""
    return functional.linear(x, w[f"{name}weight"].T, w[f"{name}bias"])


def attention(w, name, x):
    """Return causal attention by PyTorch's own function."""
    b, t, c = x.shape
    parts = linear(w, f"{name}qkv.", x).split(c, dim=2)
    q, k, v = (part.view(b, t, HEADS, c // HEADS).transpose(1, 2) for part in parts)
    out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return linear(w, f"{name}proj.", out.transpose(1, 2).reshape(b, t, c))


def block(w, name, x):
    """Return a pre-norm block."""
    x = x + attention(w, f"{name}attn.", norm(w, f"{name}ln1.", x))
    wide = functional.relu(linear(w, f"{name}fc.", norm(w, f"{name}ln2.", x)))
    return x + linear(w, f"{name}out.", wide)


def gpt(w, name, ids):
    """Return the logits."""
    places = torch.arange(ids.shape[1])
    x = functional.embedding(ids, w["token_embedding.weight"])
    x = x + functional.embedding(places, w["position_embedding.weight"])
    for number in range(LAYERS):
        x = block(w, f"blocks[{number}].", x)
    return linear(w, "head.", norm(w, "ln_f.", x))


def pull_back(function, weights, x, cotangent):
    """Return the output, and every gradient of sum(output * cotangent)."""
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in weights.items()}
    data = torch.tensor(x, requires_grad=x.dtype.kind == "f")
    out = function(leaves, "", data)
    (out * torch.tensor(cotangent)).sum().backward()
    grads = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
    by_x = {} if data.grad is None else {"x": data.grad.numpy()}
    return out.detach().numpy(), grads | by_x


def descent(arrays, lr, betas, eps, max_norm):
    """Return the path of every parameter under ``torch.optim.Adam``, and the norms."""
    leaves = [torch.tensor(arrays[f"start_{k}"], requires_grad=True) for k in range(len(SHAPES))]
    targets = [torch.tensor(arrays[f"target_{k}"]) for k in range(len(SHAPES))]
    curvatures = [torch.tensor(arrays[f"curvature_{k}"]) for k in range(len(SHAPES))]
    optimizer = torch.optim.Adam(leaves, lr=lr, betas=betas, eps=eps)
    paths, norms = [[] for _ in leaves], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        terms = [(c * (p - t) ** 2).sum() for p, t, c in zip(leaves, targets, curvatures)]
        sum(terms).backward()
        norms.append(torch.nn.utils.clip_grad_norm_(leaves, max_norm or math.inf).item())
        optimizer.step()
        for path, leaf in zip(paths, leaves):
            path.append(leaf.detach().numpy().copy())
    return [np.stack(path) for path in paths], np.array(norms)


def weights(rng, shapes):
    """Return weights large enough that every part shows."""
    kinds = {"gain": lambda s: rng.uniform(0.5, 1.5, s), "bias": lambda s: rng.normal(0, 0.3, s)}
    draw = {"weight": lambda s: rng.normal(0, 1.2 * s[0] ** -0.5, s)} | kinds
    return {name: draw[name.rpartition(".")[2]](shape) for name, shape in shapes.items()}


def main() -> None:
    """Write the file beside this script."""
    rng, arrays = np.random.default_rng(6), {}
    x, ids = rng.normal(size=(2, 5, WIDE)), rng.integers(0, VOCAB, (2, 5))
    parts = {
        "norm": (norm, own.norm_shapes("", WIDE), x),
        "attention": (attention, own.attention_shapes("", WIDE), x),
        "block": (block, own.block_shapes("", WIDE), x),
        "gpt": (gpt, own.gpt_shapes(VOCAB, BLOCK, LAYERS, WIDE), ids),
    }
    for part, (function, shapes, data) in parts.items():
        drawn = weights(rng, shapes)
        cotangent = rng.normal(size=(2, 5, VOCAB if part == "gpt" else WIDE))
        out, grads = pull_back(function, drawn, data, cotangent)
        arrays |= {f"{part}/in": data, f"{part}/cotangent": cotangent, f"{part}/out": out}
        arrays |= {f"{part}/weight/{name}": value for name, value in drawn.items()}
        arrays |= {f"{part}/grad/{name}": value for name, value in grads.items()}
    for k, shape in enumerate(SHAPES):
        arrays[f"start_{k}"] = rng.uniform(-2.0, 2.0, shape)
        arrays[f"target_{k}"] = rng.uniform(-1.0, 1.0, shape)
        arrays[f"curvature_{k}"] = rng.uniform(0.3, 3.0, shape)
    for name, settings in RUNS.items():
        paths, norms = descent(arrays, *settings)
        arrays |= {f"{name}_{k}": path for k, path in enumerate(paths)} | {f"{name}_norms": norms}
    np.savez_compressed(Path(__file__).with_name("m6.npz"), **arrays)


if __name__ == "__main__":
    main()
