"""``save`` and ``load``."""

from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Rng, ask_values
from autograder.judge.questions import Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import all_true, as_floats, close, same
from autograder.numerics.trajectories import Layers

PARAMETERS = [f"model.parameters()[{place}]" for place in range(4)]
MODEL = "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 3)))"
SAVING = f"""
import os, tempfile
first, last = Linear(4, 5), Linear(5, 3); one = Sequential(first, Tanh(), Sequential(last))
first.weight.data, first.bias.data = w0.copy(), b0.copy()
last.weight.data, last.bias.data = w1.copy(), b1.copy()
other = {MODEL}
folder = tempfile.mkdtemp(); path = os.path.join(folder, "PATH")
save(one, path)
"""
SAVE = "Linear, Sequential, Tanh, load, save"


def make_network(rng: Rng) -> tuple[Layers, dict[str, Any]]:
    """Return a float32 network, and its arrays by the names that `SAVING` uses."""
    layers = [
        (_round_to_float32(w), _round_to_float32(b))
        for w, b in trajectories.draw_layers([4, 5, 3], rng)
    ]
    arrays = {f"w{k}": weight for k, (weight, _) in enumerate(layers)}
    arrays |= {f"b{k}": bias for k, (_, bias) in enumerate(layers)}
    return layers, {name: array.astype(np.float32) for name, array in arrays.items()}


def _agree(got: Any, want: Floats, what: str) -> bool:
    return bool(np.allclose(as_floats(got, want.shape, what), want, atol=ROUNDED))


def _round_to_float32(array: Floats) -> Floats:
    """Return `array` rounded to what float32 can hold."""
    return array.astype(np.float32).astype(np.float64)


@check("load save")
def check_save_load(ask: Ask, rng: Rng) -> None:
    layers, arrays = make_network(rng)
    x = rng.normal(size=(6, 4)).astype(np.float32)
    program = SAVING.replace("PATH", "model.npz") + "load(other, path)"
    each = [f"np.array({name}(Tensor(x)).data)" for name in ("other", "one")]
    outs = ask_values(ask, SAVE, program, each, x=x, **arrays)
    wanted = trajectories.network_logits(layers, x.astype(np.float64))
    whats = ("the loaded model's output", "the saved model's output afterwards")
    right = [_agree(out, wanted, what) for out, what in zip(outs, whats, strict=True)]
    ask.recognise_by({"right": right})
    close(outs[0], wanted, "the loaded model's output", ROUNDED)
    close(outs[1], wanted, "the saved model's output afterwards", ROUNDED)


@check("save load")
def check_save_path(ask: Ask, rng: Rng) -> None:
    _, arrays = make_network(rng)
    name = str(rng.choice(["best", "model.weights", "epoch-3"]))
    program = SAVING.replace("PATH", name) + "load(other, path)"
    whole = "[bool((p.data == q.data).all()) for p, q in zip(one.parameters(), other.parameters())]"
    files, right = ask_values(ask, SAVE, program, ["sorted(os.listdir(folder))", whole], **arrays)
    same(files, [name], f"the files after save(model, 'folder/{name}')")
    all_true(right, PARAMETERS, "not as they were saved, once they are loaded")


MISMATCHES = [
    ("a layer less", "Sequential(Linear(4, 5))"),
    ("a layer more", "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 3)), Linear(3, 3))"),
    ("other shapes", "Sequential(Linear(4, 6), Tanh(), Sequential(Linear(6, 3)))"),
    ("another last layer", "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 2)))"),
]
TRIED = """
before = [p.data.copy() for p in wrong.parameters()]
try:
    load(wrong, path)
except ValueError:
    pass
kept = [bool((p.data == q).all()) for p, q in zip(wrong.parameters(), before)]
"""


@check("load save")
def check_load_mismatch(ask: Ask, rng: Rng) -> None:
    _, arrays = make_network(rng)
    make = "".join(f"{name} = np.array({a.tolist()}, np.float32)\n" for name, a in arrays.items())
    make += SAVING.replace("PATH", "model.npz")
    whole = "[bool((p.data == q.data).all()) for p, q in zip(one.parameters(), other.parameters())]"
    right = ask_values(ask, SAVE, make + "load(other, path)", [whole])[0]
    all_true(right, PARAMETERS, "not as they were saved, once they are loaded")
    programs = {what: f"{make}wrong = {model}\n" for what, model in MISMATCHES}
    text = f"{make}wrong = other\nopen(path, 'w').write('no arrays in here')"
    bad = {f"load of a file into a model with {what}": it for what, it in programs.items()}
    shared = {"names": SAVE, "expression": "load(wrong, path)"}
    ask.refuses(
        "attempt",
        [
            BadInput(what, ("ValueError",), {**shared, "program": program})
            for what, program in {**bad, "load of a text file": text}.items()
        ],
    )
    for what, program in programs.items():
        kept = ask_values(ask, SAVE, program + TRIED, ["all(kept)"])[0]
        same(kept, True, f"that a model with {what} stays as it was")
