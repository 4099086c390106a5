"""The module of an array, new parameters, and the loss."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import Measure, part
from autograder.checks.x_backend.calls import (
    HERE,
    MODULES,
    require_right,
    shown,
    take_keys,
    take_numbers,
)
from autograder.checks.x_backend.inputs import Rng, draw_loss, draw_one_hot
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, require_list, same
from autograder.numerics.failure import WrongAnswer

NAMES = [  # an expression, and the module that it has to give
    ("array_namespace(np.ones(2))", "numpy"),
    ("array_namespace(np.ones(2), np.ones((2, 3)), np.arange(3))", "numpy"),
    ("array_namespace(strict.ones(2))", "array_api_strict"),
    ("array_namespace(strict.ones(2), strict.arange(3))", "array_api_strict"),
]
NO_MODULE = {
    "array_namespace()": "no array",
    "array_namespace([1.0, 2.0])": "a list",
    "array_namespace(np.ones(2), 3.0)": "an array and a number",
    "array_namespace(np.ones(2), strict.ones(2))": "arrays of two modules",
    "array_namespace(strict.ones(2), strict.ones(2), np.ones(2))": "arrays of two modules",
}
BAD_SIZES = {
    "init(xp, 0, 3, 2)": "no inputs",
    "init(xp, 4, 0, 2)": "no hidden units",
    "init(xp, 4, 3, 0)": "no classes",
}
BAD_LABELS = {
    "one_hot(xp.asarray([0, 3]), 3, xp.float32)": "a label that is no class",
    "one_hot(xp.asarray([0, -1]), 3, xp.float32)": "a label below 0",
    "one_hot(xp.asarray([[0, 1]]), 3, xp.float32)": "labels with two axes",
    "one_hot(xp.asarray([0.0, 1.0]), 3, xp.float32)": "labels that are no integers",
    "one_hot(xp.asarray([False, True]), 3, xp.float32)": "labels that are booleans",
}
BAD_LOGITS = {
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.asarray([0, 1, 2]))": "3 labels for 2 rows",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.asarray([0]))": "1 label for 2 rows",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.asarray([[0], [1]]))": "labels with two axes",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.asarray([0, 3]))": "a label that is no class",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.asarray([-1, 0]))": "a label below 0",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.ones(2))": "labels that are no integers",
    "softmax_cross_entropy(xp.zeros((2, 3)), xp.ones(2) > 0)": "labels that are booleans",
    "softmax_cross_entropy(xp.zeros(3), xp.asarray([0, 1, 2]))": "logits without an axis of rows",
    "softmax_cross_entropy(xp.zeros((0, 3)), xp.arange(0))": "no rows",
    "softmax_cross_entropy(xp.zeros((2, 0)), xp.asarray([0, 0]))": "no classes",
}
TWO_MODULES = "softmax_cross_entropy(np.zeros((1, 3)), strict.asarray([0]))"
INPUTS, HIDDEN, OUTPUTS = 400, 100, 80
SHAPES = {"w1": (INPUTS, HIDDEN), "b1": (HIDDEN,), "w2": (HIDDEN, OUTPUTS), "b2": (OUTPUTS,)}
SPREAD, SHIFT, WITHIN = 0.05, 6.0, 0.03  # relative; in standard errors; a share


def require_refusals(
    ask: Ask, rows: dict[str, str], kind: str = "ValueError", names: tuple[str, ...] = HERE
) -> None:
    """Fail unless each expression raises, in each module."""
    params = {"w1": np.ones((3, 2)), "b1": np.ones(2), "w2": np.ones((2, 4)), "b2": np.ones(4)}
    for name in names:
        where = f"{MODULES[name].title}: " if len(names) > 1 else ""
        bad = [
            bad_expression(f"{where}{what}", (kind,), tried, module=name, params=params)
            for tried, what in rows.items()
        ]
        ask.refuses("attempt", bad)


@check("array_namespace")
def check_namespace(ask: Ask, rng: Rng) -> None:
    for k in rng.permutation(len(NAMES)):
        expression, wanted = NAMES[k]
        got = ask("name", expression=expression)["value"]
        same(got, wanted, f"the module that {expression} gives")
    require_refusals(ask, NO_MODULE, "TypeError", ("numpy",))


def init_code(seed: int, more: str = "") -> str:
    """Return a call of `init` by a seed."""
    return f"init(xp, {INPUTS}, {HIDDEN}, {OUTPUTS}, np.random.default_rng({seed}){more})"


def init_parameters(ask: Ask, name: str, code: str, dtype: str) -> dict[str, np.ndarray]:
    """Return new parameters as float64, of which module, dtype and shape are right."""
    found = {}
    with shown(ask, name, code):
        answers = ask("compute", module=name, calls=[{"code": code, "given": {}}])["answers"]
        (answer,) = require_list(answers, 1, "the results")
        arrays = take_keys(part(answer, "result"), list(SHAPES), f"the result of {code}")
        for (key, shape), array in zip(SHAPES.items(), arrays, strict=True):
            label = f"{key} of {code}"
            found[key] = as_floats(take_numbers(name, array, label, dtype), shape, label)
    return found


@check("init")
def check_init(ask: Ask, rng: Rng, measure: Measure) -> None:
    seed = int(rng.integers(1000, 9000))
    for dtype, more in (("float32", ""), ("float64", ", dtype=xp.float64")):
        one, other, third = (
            init_parameters(ask, name, init_code(seed + shift, more), dtype)
            for name, shift in (("numpy", 0), ("strict", 0), ("numpy", 1))
        )
        with shown(ask, "numpy", init_code(seed, more)):
            for key in ("w1", "w2"):
                measure[f"spread_{key}"] = require_normal(one[key], key)
                require_drawn(one[key], other[key], third[key], key)
            for key in ("b1", "b2"):
                if one[key].any() or other[key].any():
                    raise WrongAnswer(f"{key} of new parameters is not 0 everywhere, wanted zeros")
    require_refusals(ask, BAD_SIZES)


def require_drawn(one: np.ndarray, other: np.ndarray, third: np.ndarray, name: str) -> None:
    """Fail unless a weight is the same in two modules, and another one for another seed."""
    if not np.allclose(one, other, rtol=0, atol=1e-6):
        raise WrongAnswer(
            f"{name} differs between NumPy and array-api-strict for one seed: "
            "wanted the numbers of rng for both"
        )
    if np.array_equal(one, third):
        raise WrongAnswer(f"{name} is the same for two seeds, wanted it drawn by rng")


def require_normal(weight: np.ndarray, name: str) -> float:
    """Return the spread relative to the right one; fail unless numbers look normal around 0."""
    scale = len(weight) ** -0.5
    spread = float(weight.std() / scale)
    rows = f"1 / sqrt({len(weight)}) = {scale:.4f}"
    if abs(spread - 1) > SPREAD:
        raise WrongAnswer(f"{name} has the standard deviation {weight.std():.4f}, wanted {rows}")
    if abs(weight.mean()) > SHIFT * scale / weight.size**0.5:
        raise WrongAnswer(f"{name} has the mean {weight.mean():.4f}, wanted a mean of 0")
    within = float((np.abs(weight) < scale).mean())
    if abs(within - 0.6827) > WITHIN:
        raise WrongAnswer(
            f"{within:.0%} of {name} lie within one standard deviation, wanted 68 %: normal numbers"
        )
    return spread


@check("one_hot")
def check_one_hot(ask: Ask, rng: Rng) -> None:
    require_right(ask, draw_one_hot(rng))
    require_refusals(ask, BAD_LABELS)


@check("softmax_cross_entropy")
def check_loss(ask: Ask, rng: Rng, measure: Measure) -> None:
    measure["max_relative_error"] = require_right(ask, draw_loss(rng))
    require_refusals(ask, BAD_LOGITS)
    require_refusals(ask, {TWO_MODULES: "logits and labels of two modules"}, "TypeError", HERE[:1])
