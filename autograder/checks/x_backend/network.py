"""A network on NumPy's arrays and on strict ones: the same numbers, and nothing converted."""

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics import classifiers, small
from autograder.numerics.compare import all_true, brief, close, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import batch_cross_entropy

Rng = np.random.Generator
Floats = NDArray[np.float64]
Array = NDArray[Any]
Params = dict[str, Any]

NAMES = ("w1", "b1", "w2", "b2")
MODULES = ("numpy", "strict")
SIZES = (5, 4, 3)  # inputs, units, classes
LARGE = 1000.0
ROUNDED = 1e-5  # in float32
STEPS, RATE = 30, 0.5


def batch(rng: Rng, rows: int) -> tuple[Params, Floats, Array]:
    """Return parameters, rows and classes."""
    draw = small.uncut_generator(rng)
    params = classifiers.draw_classifier(draw, SIZES)
    return params, draw.normal(size=(rows, SIZES[0])), draw.integers(0, SIZES[-1], rows)


def run(ask: Ask, module: str, function: str, *args: Any) -> Any:
    """Return the result of a function on one module's arrays; its arguments must not change."""
    answer = ask("call", module=module, function=function, args=list(args))
    after = require_list(answer["after"], len(args), "the arguments")
    for before, now in zip(args, after, strict=True):
        arrays = before if isinstance(before, dict) else {"": before}
        found = now if isinstance(now, dict) else {"": now}
        for name, array in arrays.items():
            is_array = isinstance(array, np.ndarray)
            if is_array and not is_same_array(found.get(name), array):
                what = name or "an argument"
                raise WrongAnswer(f"{function} changed {what}: leave operands as they are")
    return answer["result"]


def named(module: str, what: str) -> str:
    """Return `what` with the module that it was asked of."""
    return what if module == "numpy" else f"on strict arrays {what}"


def array_close(got: Any, wanted: Any, label: str, rtol: float = 1e-6) -> None:
    """Compare an array with the judge's; a text says what came in its place."""
    if isinstance(got, str):
        raise WrongAnswer(f"{label}: got {brief(got)}, wanted an array of the operands' module")
    close(got, wanted, label, rtol)


def params_close(got: Any, wanted: Params, label: str, rtol: float = 1e-6) -> None:
    """Compare parameters or gradients with the judge's."""
    if not isinstance(got, dict) or set(got) != set(wanted):
        raise WrongAnswer(f"{label}: got {brief(got)}, wanted a dict of {', '.join(wanted)}")
    for name, right in wanted.items():
        array_close(got[name], right, f"{label}[{name!r}]", rtol)


def pair(got: Any, label: str) -> tuple[Any, Any]:
    """Return the two parts of a result."""
    one, other = require_list(got, 2, label)
    return one, other


@check("array_namespace")
def check_namespace(ask: Ask) -> None:
    names = ["one NumPy array", "two of NumPy", "one strict array", "two strict arrays"]
    all_true(ask("namespaces")["right"], names, "array_namespace gives another module")
    bad = [
        ("no array", "array_namespace()"),
        ("a list", "array_namespace([1.0])"),
        ("a number beside an array", "array_namespace(ones(2), 1.0)"),
        ("arrays of two modules", "array_namespace(ones(2), xp.ones(2))"),
    ]
    ask.refuses("attempt", [bad_expression(what, ("TypeError",), code) for what, code in bad])


@check("forward")
def check_forward(ask: Ask, rng: Rng) -> None:
    for module in MODULES:
        for rows in (6, 1):
            params, x, _ = batch(rng, rows)
            wanted = classifiers.predict_outputs(params, x)
            got = run(ask, module, "forward", params, x)
            array_close(got, wanted, named(module, "forward(params, x)"))


def logit_gradient(logits: Floats, y: Array) -> Floats:
    """Return the gradient of the mean cross-entropy."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray((softmax - np.eye(logits.shape[1])[y]) / len(y))


@check("cross_entropy")
def check_cross_entropy(ask: Ask, rng: Rng) -> None:
    draw = small.uncut_generator(rng)
    for module in MODULES:
        for rows, scale in ((7, 1.0), (1, 3.0), (4, LARGE)):
            logits, y = scale * draw.normal(size=(rows, 5)), draw.integers(0, 5, rows)
            got = run(ask, module, "cross_entropy", logits, y)
            loss, g = pair(got, "the results of cross_entropy")
            label = named(module, f"for logits of size {scale:g} the {{}} of cross_entropy")
            array_close(loss, batch_cross_entropy(logits, y), label.replace("{}", "loss"))
            array_close(g, logit_gradient(logits, y), label.replace("{}", "gradient"))


@check("gradients")
def check_gradients(ask: Ask, rng: Rng) -> None:
    for rows in (6, 1):
        params, x, y = batch(rng, rows)
        _gradients_agree(ask, "numpy", params, x, y)


def _gradients_agree(ask: Ask, module: str, params: Params, x: Floats, y: Array) -> None:
    loss, grads = pair(run(ask, module, "gradients", params, x, y), "the results of gradients")
    wanted = classifiers.weight_gradients(params, x, y)
    right = classifiers.mean_loss(params, x, y)
    array_close(loss, right, named(module, "the loss of gradients"))
    params_close(grads, wanted, named(module, "gradients"))


@check("gradients cross_entropy")
def check_strict(ask: Ask, rng: Rng, measure: dict[str, Any]) -> None:
    measure["cupy"] = "CuPy is here" if importlib.util.find_spec("cupy") else "no CuPy here"
    for rows in (5, 1):
        params, x, y = batch(rng, rows)
        _gradients_agree(ask, "strict", params, x, y)


@check("sgd_step")
def check_step(ask: Ask, rng: Rng) -> None:
    for module in MODULES:
        params, grads = batch(rng, 1)[0], batch(rng, 1)[0]
        lr = float(small.uncut_generator(rng).uniform(0.1, 0.9))
        wanted = {name: params[name] - lr * grads[name] for name in NAMES}
        got = run(ask, module, "sgd_step", params, grads, lr)
        params_close(got, wanted, named(module, "sgd_step"))


@check("train")
def check_train(ask: Ask, rng: Rng) -> None:
    params, x, y = batch(rng, 12)
    losses, at = [], params
    for _ in range(STEPS):
        losses.append(classifiers.mean_loss(at, x, y))
        slopes = classifiers.weight_gradients(at, x, y)
        at = {name: at[name] - RATE * slopes[name] for name in NAMES}
    for module in MODULES:
        found, got = pair(run(ask, module, "train", params, x, y, STEPS, RATE), "train")
        close(found, losses, named(module, "the loss before step {}"))
        params_close(got, at, named(module, f"after {STEPS} steps params"))


@check("gradients sgd_step")
def check_float32(ask: Ask, rng: Rng) -> None:
    params, x, y = batch(rng, 6)
    lower = {name: array.astype(np.float32) for name, array in params.items()}
    for module in MODULES:
        got = run(ask, module, "gradients", lower, x.astype(np.float32), y)
        loss, grads = pair(got, "the results of gradients")
        wanted = classifiers.weight_gradients(params, x, y)
        params_close(grads, wanted, named(module, "gradients"), ROUNDED)
        stepped = run(ask, module, "sgd_step", lower, lower, 0.5)
        params_close(stepped, {name: params[name] / 2 for name in NAMES}, "sgd_step", ROUNDED)
        for what, one in {"the loss": loss, **grads, **stepped}.items():
            if getattr(one, "dtype", None) != np.float32:
                kind = getattr(one, "dtype", brief(one))
                told = f"from float32 operands {what} is {kind}: keep the dtype"
                raise WrongAnswer(named(module, told))


BAD = [
    ("x with a column too many", "forward(params, ones((5, 3)))"),
    ("x with one axis", "forward(params, ones(2))"),
    ("a bias of length 1", "forward({**params, 'b1': ones(1)}, ones((5, 2)))"),
    ("a bias of one number for all", "forward({**params, 'b2': ones(1)}, ones((5, 2)))"),
    ("logits of one axis", "cross_entropy(ones(3), np.array([0, 1, 2]))"),
    ("a class too few", "cross_entropy(ones((3, 4)), np.array([0, 1]))"),
    ("no rows", "cross_entropy(ones((0, 4)), np.zeros(0, int))"),
    ("gradients of no rows", "gradients(params, ones((0, 2)), np.zeros(0, int))"),
    ("a gradient that is not there", "sgd_step(params, {'w1': params['w1']}, 0.1)"),
    ("a gradient of another shape", "sgd_step({'w': ones((2, 3))}, {'w': ones(3)}, 0.1)"),
    ("steps below 0", "train(params, ones((4, 2)), np.zeros(4, int), -1, 0.1)"),
]


@check("forward cross_entropy sgd_step")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    params, x, _ = batch(rng, 3)
    got = run(ask, "numpy", "forward", params, x)
    array_close(got, classifiers.predict_outputs(params, x), "forward(params, x)")
    ask.refuses("attempt", [bad_expression(what, ("ValueError",), code) for what, code in BAD])
