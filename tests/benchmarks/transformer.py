"""A training step of milestone 6's GPT beside PyTorch's: milliseconds and peak memory.

`reference` is composed of Tensor operations; `tuned` does attention and layer norm as a node each.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np

from tests.benchmarks.measure import ROOT, Row, interleaved, milliseconds, timed

MODULES = ("m3_tensor_autograd", "m4_training_loop")  # what both stand on
GPTS = {
    "reference": ROOT / "solutions/m6_transformer/gpt.py",
    "tuned": ROOT / "tests/alternatives/fast/gpt.py",
}
VOCAB, BLOCK, LAYERS, HEADS, WIDE, BATCH = 65, 64, 3, 4, 64, 16
ROUNDS, BURST = 12, 5  # bursts of steps in turn: the first step of a burst is not counted
SIZE = f"{LAYERS} layers, {HEADS} heads, width {WIDE}, {BATCH} x {BLOCK}"
Step = Callable[[], object]


def rows() -> list[Row]:
    """Time all in turn in this process, and weigh each in one of its own."""
    names = [*GPTS, *["PyTorch"] * bool(importlib.util.find_spec("torch"))]
    steps = {name: maker(name)() for name in names}
    found = interleaved({name: _burst(step) for name, step in steps.items()}, ROUNDS)
    times = {name: [one for burst in bursts for one in burst] for name, bursts in found.items()}
    made = [Row(f"GPT step: {name}", milliseconds(t), "ms", note=SIZE) for name, t in times.items()]
    made.append(_ratio(times, "reference", "tuned"))
    if "PyTorch" in names:
        made.append(_ratio(times, "reference", "PyTorch"))
        made.append(_ratio(times, "tuned", "PyTorch", "2 (stretch 1.3)"))
    else:
        made.append(Row("PyTorch", [0.0], "", note="is not installed"))
    return [*made, *map(_memory, names)]


def _ratio(times: dict[str, list[float]], one: str, other: str, target: str = "") -> Row:
    pairs = zip(times[one], times[other], strict=True)
    return Row(f"GPT step: {one} / {other}", [a / b for a, b in pairs], "x", target)


def _burst(step: Step) -> Callable[[], list[float]]:
    def run() -> list[float]:
        step()
        found = []
        for _ in range(BURST):
            with timed() as watch:
                step()
            found.append(watch.seconds)
        return found

    return run


def batch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and targets."""
    ids = rng.integers(0, VOCAB, (BATCH, BLOCK + 1))
    return ids[:, :-1], ids[:, 1:]


def maker(name: str) -> Callable[[], Step]:
    """Return what makes the steps called `name`."""
    return pytorch if name == "PyTorch" else partial(own_gpt, name)


def own_gpt(name: str) -> Step:
    """Return a function that makes one step: forward, backward, clipping, Adam."""
    sys.path[:0] = [str(ROOT / "solutions" / folder) for folder in MODULES]
    from tensor import cross_entropy

    gpt = _module(name)
    rng = np.random.default_rng(0)
    model = gpt.GPT(VOCAB, BLOCK, LAYERS, HEADS, WIDE, rng)
    parameters = model.parameters()
    optimizer = gpt.Adam(parameters, lr=1e-3)

    def step() -> None:
        x, y = batch(rng)
        optimizer.zero_grad()
        cross_entropy(model(x).reshape(-1, VOCAB), y.ravel()).backward()
        gpt.clip_grad_norm(parameters, 1.0)
        optimizer.step()

    return step


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"gpt_{name}", GPTS[name])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytorch() -> Step:
    """Return the same step in PyTorch, with its fused attention."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(WIDE), nn.LayerNorm(WIDE)
            self.qkv, self.proj = nn.Linear(WIDE, 3 * WIDE), nn.Linear(WIDE, WIDE)
            self.fc, self.out = nn.Linear(WIDE, 4 * WIDE), nn.Linear(4 * WIDE, WIDE)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            parts = self.qkv(self.ln1(x)).split(WIDE, 2)
            q, k, v = (p.view(BATCH, BLOCK, HEADS, -1).transpose(1, 2) for p in parts)
            out = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.proj(out.transpose(1, 2).reshape(x.shape))
            return x + self.out(self.fc(self.ln2(x)).relu())

    tokens, places = nn.Embedding(VOCAB, WIDE), nn.Embedding(BLOCK, WIDE)
    body = nn.Sequential(
        *(Block() for _ in range(LAYERS)), nn.LayerNorm(WIDE), nn.Linear(WIDE, VOCAB)
    )
    parameters = [p for part in (tokens, places, body) for p in part.parameters()]
    optimizer, rng = torch.optim.Adam(parameters, lr=1e-3), np.random.default_rng(0)

    def step() -> None:
        x, y = map(torch.from_numpy, batch(rng))
        optimizer.zero_grad()
        logits = body(tokens(x) + places(torch.arange(BLOCK)))
        nn.functional.cross_entropy(logits.view(-1, VOCAB), y.reshape(-1)).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step


def _memory(name: str) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.transformer", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    before, peak = map(float, done.stdout.split())
    return Row(f"GPT peak memory: {name}", [peak], "MB", note=f"{before:.0f} MB before any step")


def _peak() -> float:
    """Return this process's own peak in MB; getrusage would tell the parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _main(name: str) -> None:
    step = maker(name)()
    before = _peak()
    for _ in range(20):
        step()
    print(before, _peak())


if __name__ == "__main__":
    _main(sys.argv[1])
