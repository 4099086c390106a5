"""``save`` in one process, ``load`` in another: the judge carries the file's bytes between them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Rng
from autograder.checks.m4_training_loop.networks import DENSE, name_arrays
from autograder.judge.questions import Answer, Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, brief, close, require_list, same
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers
from autograder.sandbox.failures import Raised

SIZE = (4, 5, 3)


def nested(size: Sequence[int]) -> str:
    """Return a program that makes a network whose second layer lies in a Sequential within."""
    pairs = enumerate(zip(size, size[1:], strict=False))
    made = "; ".join(f"l{k} = Linear({nin}, {nout})" for k, (nin, nout) in pairs)
    chain = ["l0", "Tanh()", "Sequential(l1)", *(f"l{k}" for k in range(2, len(size) - 1))]
    return f"{made}; model = Sequential({', '.join(chain if len(size) > 2 else chain[:1])})"


def draw_network(rng: Rng, size: Sequence[int]) -> Layers:
    """Return layers of numbers that float32 can hold."""
    return [
        (_round_to_float32(weight), _round_to_float32(bias))
        for weight, bias in trajectories.draw_layers(size, rng)
    ]


def _round_to_float32(array: Floats) -> Floats:
    """Return `array` rounded to what float32 can hold."""
    return array.astype(np.float32).astype(np.float64)


def arrays_of(layers: Layers) -> dict[str, Any]:
    """Return the arrays by name, as float32."""
    return {name: array.astype(np.float32) for name, array in name_arrays(layers).items()}


def _agree(got: Any, want: Floats, what: str) -> bool:
    return bool(np.allclose(as_floats(got, want.shape, what), want, atol=ROUNDED))


MAX_FILE = 1 << 18  # bytes of a file that the judge carries
SAVED = "the saved model's output afterwards"
LOADED = "the loaded model's output, in a new process,"


def write_file(ask: Ask, layers: Layers, x: Floats, name: str) -> tuple[Answer, bytes]:
    """Ask for a saved model; return the answer, and the bytes of the file."""
    answer = ask(
        "write_model",
        names=DENSE,
        program=nested(SIZE),
        weights=arrays_of(layers),
        name=name,
        x=x.astype(np.float32),
    )
    count = sum(weight.size + bias.size for weight, bias in layers)
    return answer, require_file(ask, answer, trajectories.network_logits(layers, x), count, name)


def require_file(
    ask: Ask, answer: Answer, wanted: Floats, count: int, name: str = "model.npz"
) -> bytes:
    """Return the bytes of a saved model's file, or fail.

    Parameters
    ----------
    ask : Ask
        The check's.
    answer : Answer
        Of a probe ``write_model``.
    wanted : ndarray
        The model's output.
    count : int
        How many numbers the model has.
    name : str
        What the file should be called.
    """
    files, content = answer["files"], answer["content"]
    ask.recognise_by({"files": files, "right": _agree(answer["out"], wanted, SAVED)})
    if not isinstance(content, bytes):
        raise WrongAnswer(
            f"save(model, 'folder/{name}') wrote no such file: in the folder lies {brief(files)}"
        )
    if len(content) > MAX_FILE:
        raise WrongAnswer(
            f"save(model, 'folder/{name}') wrote more than {MAX_FILE:,} bytes for a model of "
            f"{count} numbers"
        )
    return content


def read_file(ask: Ask, layers: Layers, x: Floats, name: str, content: bytes) -> Any:
    """Ask a new process for the output of a fresh model with a file loaded."""
    ask.take_fresh_worker()
    try:
        answer = ask(
            "read_model",
            names=DENSE,
            program=nested(SIZE),
            weights={},
            name=name,
            content=content,
            x=x.astype(np.float32),
        )
    except Raised as raised:
        if raised.status != "missing" and not raised.importing:
            raised.message = f"load, in a new process, of what save wrote: {raised.message}"
        raise
    right = _agree(answer["out"], trajectories.network_logits(layers, x), LOADED)
    unbiased = [(weight, np.zeros_like(bias)) for weight, bias in layers]
    biases = not _agree(answer["out"], trajectories.network_logits(unbiased, x), LOADED)
    ask.recognise_by({"right": right, "biases": biases})
    return answer["out"]


@check("load save")
def check_save_load(ask: Ask, rng: Rng) -> None:
    layers, x = draw_network(rng, SIZE), _round_to_float32(rng.normal(size=(6, 4)))
    wanted = trajectories.network_logits(layers, x)
    answer, content = write_file(ask, layers, x, "model.npz")
    out = read_file(ask, layers, x, "model.npz", content)
    close(out, wanted, LOADED, ROUNDED)
    close(answer["out"], wanted, SAVED, ROUNDED)


@check("save load")
def check_save_path(ask: Ask, rng: Rng) -> None:
    layers, x = draw_network(rng, SIZE), _round_to_float32(rng.normal(size=(6, 4)))
    name = str(rng.choice(["best", "model.weights", "epoch-3"]))
    answer, content = write_file(ask, layers, x, name)
    same(answer["files"], [name], f"the files after save(model, 'folder/{name}')")
    out = read_file(ask, layers, x, name, content)
    close(out, trajectories.network_logits(layers, x), LOADED, ROUNDED)


MISMATCHES = [
    ("a layer less", (4, 5)),
    ("a layer more", (4, 5, 3, 3)),
    ("other shapes", (4, 6, 3)),
    ("another last layer", (4, 5, 2)),
]


@check("load save")
def check_load_mismatch(ask: Ask, rng: Rng) -> None:
    layers, x = draw_network(rng, SIZE), _round_to_float32(rng.normal(size=(6, 4)))
    _, content = write_file(ask, layers, x, "model.npz")
    out = read_file(ask, layers, x, "model.npz", content)
    close(out, trajectories.network_logits(layers, x), LOADED, ROUNDED)
    models = [(what, nested(size), arrays_of(draw_network(rng, size))) for what, size in MISMATCHES]
    shared = {"names": DENSE, "name": "model.npz", "x": x.astype(np.float32)}
    good = {"program": nested(SIZE), "weights": {}}
    bad = {
        f"load of a file into a model with {what}": {
            "program": program,
            "weights": weights,
            "content": content,
        }
        for what, program, weights in models
    }
    bad["load of a text file"] = {**good, "content": b"no arrays in here"}
    ask.refuses(
        "read_model",
        [BadInput(what, ("ValueError",), {**shared, **args}) for what, args in bad.items()],
    )
    _require_kept(ask, models, content)


def _require_kept(
    ask: Ask, models: Sequence[tuple[str, str, dict[str, Any]]], content: bytes
) -> None:
    """Fail where a model that the file does not fit has other weights than it was given."""
    answer = ask(
        "keep_weights",
        names=DENSE,
        models=[[program, weights] for _, program, weights in models],
        name="model.npz",
        content=content,
    )
    kept = require_list(answer["kept"], len(models), "the weights of models that were refused")
    for (what, _, weights), found in zip(models, kept, strict=True):
        for name, want in weights.items():
            got = found.get(name) if isinstance(found, dict) else None
            label = f"{name} of a model with {what}, after load refused the file,"
            close(got, want.astype(np.float64), label, rtol=0.0)
