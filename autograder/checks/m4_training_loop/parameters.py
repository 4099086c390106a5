"""What ``Module.parameters`` finds, and ``zero_grad`` clears."""

from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Rng, ask_values
from autograder.checks.m4_training_loop.networks import DENSE, NESTED, dense
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import all_true, close, describe, require_list, same
from autograder.numerics.failure import WrongAnswer

Shape = tuple[int, ...]
FACTOR = 1.5  # by which every parameter is changed


def holds(ask: Ask, rng: Rng, names: str, program: str, shapes: dict[str, Shape]) -> None:
    """Fail unless ``model.parameters()`` are these Tensors and no others, each once.

    They are known by their numbers, and change where the parameters are changed.
    """
    weights = {name: rng.normal(size=shape).round(3) for name, shape in shapes.items()}
    answer = ask("gather", names=names, program=program, weights=weights, factor=FACTOR)
    listed, after = answer["listed"], answer["after"]
    if not isinstance(listed, list) or not all(isinstance(each, np.ndarray) for each in listed):
        raise WrongAnswer(f"wanted the arrays of model.parameters(), got {describe(listed)}")
    counts = [sum(_equals(each, want) for each in listed) for want in weights.values()]
    changed = after if isinstance(after, dict) else {}
    moved = [_equals(changed.get(name), FACTOR * want) for name, want in weights.items()]
    found = sorted(list(each.shape) for each in listed)
    ask.recognise_by({"shapes": found, "counts": counts, "moved": moved})
    same(found, sorted(map(list, shapes.values())), "the shapes in model.parameters()")
    all_true([count == 1 for count in counts], [*weights], "not once in model.parameters()")
    all_true(moved, [*weights], "not changed when every Tensor in model.parameters() is")


def _equals(got: Any, want: Floats) -> bool:
    is_number = isinstance(got, np.ndarray) and got.dtype.kind in "fiu"
    return is_number and got.shape == want.shape and bool(np.allclose(got, want, atol=ROUNDED))


BESIDE = "beside = Sequential(Linear({0}, {1}), Tanh(), Linear({1}, {2}))"  # no part of the model


@check("Module.parameters Sequential.__init__")
def check_parameters(ask: Ask, rng: Rng) -> None:
    a, b, c = rng.permutation([2, 3, 4, 5, 6])[:3].tolist()
    shapes = {"l0.weight": (a, b), "l0.bias": (b,), "l1.weight": (b, c), "l1.bias": (c,)}
    holds(ask, rng, DENSE, f"{dense([a, b, c])}; {BESIDE.format(a, b, c)}", shapes)


WITHIN = """
block = Block({0}); inner = Linear(2, {0}); last = Linear({0}, 7)
block.more = [block.more[0], Sequential(inner, Dropout(0.5))]
model = Sequential(block, Sequential(last))
"""


@check("Module.parameters")
def check_parameters_nested(ask: Ask, rng: Rng) -> None:
    n = int(rng.integers(3, 9))
    shapes: dict[str, Shape] = {
        "block.first.weight": (n, n + 1),
        "block.first.bias": (n + 1,),
        "block.more[0].weight": (n + 1, 2),
        "block.more[0].bias": (2,),
        "inner.weight": (2, n),
        "inner.bias": (n,),
        "block.scale": (n,),
        "last.weight": (n, 7),
        "last.bias": (7,),
    }
    program = f"{NESTED}{WITHIN.format(n)}{BESIDE.format(n, 3, 7)}"
    holds(ask, rng, f"Module, {DENSE}", program, shapes)


CLEARING = """
layer = Linear(3, 2); optimizer = SGD(layer.parameters(), lr=0.1); found = []
for clear in (layer.zero_grad, optimizer.zero_grad):
    for _ in range(2):
        clear()
        (layer(Tensor(x)) * Tensor(c)).sum().backward()
    found += [np.array(layer.weight.grad), np.array(layer.bias.grad)]
"""


@check("Module.zero_grad SGD.zero_grad Linear.__call__")
def check_zero_grad(ask: Ask, rng: Rng) -> None:
    x, c = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    found = require_list(
        ask_values(ask, "Linear, SGD", CLEARING, ["found"], x=x, c=c)[0], 4, "the gradients"
    )
    for place, who in ((0, "model.zero_grad"), (2, "optimizer.zero_grad")):
        close(found[place], x.T @ c, f"weight.grad of a second pass after {who}", ROUNDED)
        close(found[place + 1], c.sum(axis=0), f"bias.grad of a second pass after {who}", ROUNDED)
