"""What each function is called with, and the judge's own numbers for it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m3_tensor_autograd.by_hand import differences
from autograder.checks.x_backend.calls import Call
from autograder.numerics import classifiers, small
from autograder.numerics.tensors import array_cross_entropy, draw_numbers

Rng = np.random.Generator
Arrays = NDArray[Any]
DTYPES = ("float64", "float32")
LARGE = 1e4
CLASSES = 4
SIZE = (3, 5, CLASSES)  # inputs, hidden, classes
ROWS = 6
MARGIN = 1e-3  # by which the largest logit leads: rounding does not decide


def _draw_labels(rng: Rng, count: int, classes: int = CLASSES) -> NDArray[np.int64]:
    return small.uncut_generator(rng).integers(0, classes, size=count)


def lower(given: dict[str, Any], dtype: str) -> dict[str, Any]:
    """Return all floats in `dtype`, in dicts too."""
    return {
        key: lower(value, dtype)
        if isinstance(value, dict)
        else value.astype(dtype if value.dtype.kind == "f" else value.dtype)
        for key, value in given.items()
    }


def draw_one_hot(rng: Rng) -> list[Call]:
    """Return calls with labels of two integer types, with one label, and with none."""
    labels = rng.integers(0, CLASSES, size=7)
    calls = []
    for dtype in DTYPES:
        for some in (labels, labels.astype(np.int32), labels[:1], labels[:0]):
            wanted = {"the result": np.eye(CLASSES + 1)[some]}
            code = f"one_hot(labels, {CLASSES + 1}, xp.{dtype})"
            calls.append(Call(code, {"labels": some}, wanted, dtype=dtype))
    return calls


def draw_loss(rng: Rng) -> list[Call]:
    """Return calls with ordinary logits, with one row or class, and with large ones."""
    logits = draw_numbers(rng, (5, CLASSES))
    signs = np.resize([LARGE, -LARGE], (len(logits), 1))
    several = [logits, logits[:1], logits[:, :1], logits + signs, LARGE * logits]
    calls = []
    for dtype in DTYPES:
        for some in several:
            labels = _draw_labels(rng, *some.shape)
            given = lower({"logits": some, "labels": labels}, dtype)
            loss, gradient = _loss(given["logits"].astype(np.float64), labels)
            wanted = {"the loss": loss, "the gradient": gradient}
            calls.append(
                Call("softmax_cross_entropy(logits, labels)", given, wanted, "tuple", dtype)
            )
    return calls


def _loss(logits: Arrays, labels: Arrays) -> tuple[Arrays, Arrays]:
    """Return the loss and (p - one_hot) / N."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    gradient = (p - np.eye(logits.shape[1])[labels]) / len(labels)
    return np.asarray(array_cross_entropy(logits, labels)), gradient


def draw_network(rng: Rng, rows: int = ROWS) -> tuple[classifiers.Weights, Arrays, Arrays]:
    """Return parameters, x and labels."""
    weights = classifiers.draw_classifier(rng, SIZE)
    x = small.shorten_numbers(rng, draw_numbers(small.uncut_generator(rng), (rows, SIZE[0])))
    return weights, x, _draw_labels(rng, rows)


def draw_forward(rng: Rng) -> list[Call]:
    """Return calls of `forward` with several rows, with one, and with none."""
    params, x, _ = draw_network(rng)
    calls = []
    for dtype in DTYPES:
        for some in (x, x[:1], x[:0]):
            wanted = {
                "the hidden layer": np.tanh(some @ params["w1"] + params["b1"]),
                "the logits": classifiers.predict_outputs(params, some),
            }
            given = lower({"params": params, "x": some}, dtype)
            calls.append(Call("forward(params, x)", given, wanted, "tuple", dtype))
    return calls


def draw_gradients(rng: Rng) -> list[Call]:
    """Return calls of `loss_and_gradients`: the loss and the gradients, of many rows and of 1."""
    code, calls = "loss_and_gradients(params, x, labels)", []
    for rows in (ROWS, 1):
        params, x, labels = draw_network(rng, rows)
        loss, gradients = differences(x, labels, params)
        for dtype in DTYPES:
            given = lower({"params": params, "x": x, "labels": labels}, dtype)
            wanted = {"the loss": np.asarray(loss)}
            calls.append(Call(f"{code}[0]", given, wanted, dtype=dtype))
            calls.append(Call(f"{code}[1]", given, gradients, "dict", dtype))
    return calls


def draw_step(rng: Rng) -> list[Call]:
    """Return calls of `sgd_step` at two rates."""
    params, x, labels = draw_network(rng)
    gradients = classifiers.weight_gradients(params, x, labels)
    calls = []
    for dtype in DTYPES:
        for lr in (0.1, float(rng.uniform(0.5, 2.0))):
            wanted = {name: params[name] - lr * gradients[name] for name in params}
            given = lower({"params": params, "gradients": gradients}, dtype)
            code = f"sgd_step(params, gradients, {lr!r})"
            calls.append(Call(code, given, wanted, "dict", dtype))
    return calls


def draw_classes(rng: Rng) -> list[Call]:
    """Return calls of `predict` on rows of which the largest logit leads clearly."""
    params, x, _ = draw_network(rng, 12)
    logits = classifiers.predict_outputs(params, x)
    ordered = np.sort(logits, axis=1)
    leads = ordered[:, -1] - ordered[:, -2] > MARGIN
    wanted = {"the result": logits.argmax(axis=1)[leads]}
    given = {"params": params, "x": x[leads]}
    return [
        Call("predict(params, x)", lower(given, dtype), wanted, dtype="int") for dtype in DTYPES
    ]
