"""``Linear``, activations, ``Sequential``, and what ``Module`` finds."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Measure, Rng, Weights, looked
from autograder.checks.m4_training_loop.networks import DENSE, NESTED, dense, named
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, close, format_number, require_list, same
from autograder.numerics.failure import WrongAnswer


def ran(
    ask: Ask, names: str, program: str, weights: Weights, x: Floats, cotangent: Floats
) -> dict[str, Any]:
    """Ask for a model's output and gradients."""
    answer = ask("run", names=names, program=program, weights=weights, x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise WrongAnswer("the answer lacks gradients")
    return answer


LINEAR = ("Linear", "layer = Linear(3, 4); model = layer")


def linear_case(rng: Rng) -> tuple[Weights, Floats, Floats]:
    """Return weights of a Linear(3, 4), an input and a cotangent."""
    weight, bias = rng.normal(size=(3, 4)), rng.normal(size=4)
    weights = {"layer.weight": weight, "layer.bias": bias}
    return weights, rng.normal(size=(6, 3)), rng.normal(size=(6, 4))


@check("golden", 2, "Linear.__init__ Linear.__call__",
       ("What are the shapes of x, weight and bias, and in which order do they go?",
        "A row of x times the weight (nin, nout), plus the bias (nout,).",
        "x @ self.weight + self.bias, of Tensors all the way."))  # fmt: skip
def check_linear(ask: Ask, rng: Rng) -> None:
    """A Linear layer is x @ weight + bias."""
    weights, x, cotangent = linear_case(rng)
    weight, bias = weights.values()
    out = ran(ask, *LINEAR, weights, x, cotangent)["out"]
    close(out, x @ weight + bias, "Linear(3, 4) of x", ROUNDED)
    deep, both = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 4))
    out = ran(ask, *LINEAR, weights, deep, both)["out"]
    close(out, deep @ weight + bias, "Linear(3, 4) of x with three axes", ROUNDED)


@check("golden", 2, "Linear.__init__ Linear.__call__",
       ("Which of the three gradients is wrong: weight, bias or x?",
        "A layer made of Tensor operations gets its gradients for free.",
        "Never touch .data inside a forward pass; weight and bias are Tensors themselves."),
)  # fmt: skip
def check_linear_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A Linear layer has the gradients of weight, bias and x."""
    weights, x, cotangent = linear_case(rng)
    grads = ran(ask, *LINEAR, weights, x, cotangent)["grads"]
    wanted = {
        "layer.weight": x.T @ cotangent,
        "layer.bias": cotangent.sum(axis=0),
        "x": cotangent @ weights["layer.weight"].T,
    }
    errors = [
        close(grads.get(k), want, f"the gradient of {k}", ROUNDED) for k, want in wanted.items()
    ]
    measure["max_relative_error"] = max(errors)


def drawn(ask: Ask, layer: str, shape: tuple[int, int], seeds: Sequence[int]) -> list[list[Floats]]:
    """Return weight and bias of a fresh layer for each seed."""
    answer = ask("fresh", layer=layer, seeds=list(seeds))
    made = [
        [as_floats(weight, shape, f"the weight of {layer}"), as_floats(bias, shape[1:], "its bias")]
        for weight, bias in (
            require_list(pair, 2, "weight and bias")
            for pair in require_list(answer["layers"], len(seeds), "layers")
        )
    ]
    ask.recognise_by({
        "deviations": [[round(float(a.std()), 3) for a in pair] for pair in made],
        "means": [[round(float(a.mean()), 2) for a in pair] for pair in made],
        "same": bool(np.array_equal(made[0][0], made[-1][0])),
        "different": min(len(np.unique(made[0][0])), 9),
    })  # fmt: skip
    return made


def spread(ask: Ask, rng: Rng, layer: str, variance: Callable[[int, int], float]) -> float:
    """Fail unless the weights of `layer` have mean 0 and that variance; return the deviation."""
    nin = int(rng.integers(150, 250))
    nout = 3 * nin
    weight, _ = drawn(ask, layer.format(nin, nout), (nin, nout), [int(rng.integers(1000))])[0]
    wanted, got = math.sqrt(variance(nin, nout)), float(weight.std())
    if abs(got - wanted) > 0.03 * wanted or abs(weight.mean()) > 0.03 * wanted:
        raise WrongAnswer(
            f"the weights of {layer.format(nin, nout)} have mean {format_number(weight.mean())} "
            f"and standard deviation {format_number(got)}, wanted 0 and {format_number(wanted)}"
        )
    return got


@check("property", 2, "Linear.__init__",
       ("How does the variance of a sum of nin terms grow with nin?",
        "He: variance 2 / nin, so that it survives a ReLU, which halves it.",
        "A standard normal draw of shape (nin, nout), times the square root of 2 / nin."),
)  # fmt: skip
def check_init_he(ask: Ask, rng: Rng, measure: Measure) -> None:
    """He initialisation has variance 2 / nin, and is what a Linear layer gets by default."""
    for layer in ("Linear({}, {}, 'he', rng=rng)", "Linear({}, {}, rng=rng)"):
        measure["deviation"] = spread(ask, rng, layer, lambda nin, nout: 2 / nin)


@check("property", 1, "Linear.__init__",
       ("Which two numbers does Glorot balance?",
        "Variance 2 / (nin + nout): between what forward and what backward would like.",
        "The factor is the square root of 2 / (nin + nout)."))  # fmt: skip
def check_init_glorot(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Glorot initialisation has variance 2 / (nin + nout)."""
    layer = "Linear({}, {}, init='glorot', rng=rng)"
    measure["deviation"] = spread(ask, rng, layer, lambda nin, nout: 2 / (nin + nout))


@check("property", 1, "Linear.__init__",
       ("Where does a fresh weight come from?",
        "All weights of a layer differ, biases are 0, and the generator alone decides.",
        "Draw from the rng that is given; zeros only where init says so, and for the bias."),
)  # fmt: skip
def check_init_drawn(ask: Ask, rng: Rng) -> None:
    """Fresh biases are 0; weights follow the generator, or are 0 where init is zeros."""
    seed = int(rng.integers(1000))
    for init in ("he", "glorot"):
        layer = f"Linear(5, 4, init='{init}', rng=rng)"
        (first, bias), (other, _), (again, _) = drawn(ask, layer, (5, 4), [seed, seed + 1, seed])
        close(bias, np.zeros(4), f"the bias of {layer}", rtol=0.0)
        close(again, first, f"the weights of {layer} with the same seed", rtol=0.0)
        if len(np.unique(first)) < 20 or np.array_equal(first, other):
            raise WrongAnswer(f"the weights of {layer} must all differ, and differ with the seed")
    weight, _ = drawn(ask, "Linear(5, 4, init='zeros', rng=rng)", (5, 4), [seed])[0]
    close(weight, np.zeros((5, 4)), "the weights with init='zeros'", rtol=0.0)


@check("golden", 1, "ReLU.__call__ Tanh.__call__",
       ("Which method of Tensor does the work?",
        "Each is one method call on the Tensor that comes in.",
        "x.relu() and x.tanh(), on Tensors: .data has no way back."))  # fmt: skip
def check_activations(ask: Ask, rng: Rng) -> None:
    """ReLU and Tanh: values and gradients."""
    x, cotangent = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    for name, out, slope in (
        ("ReLU", np.maximum(x, 0.0), (x > 0) * 1.0),
        ("Tanh", np.tanh(x), 1 - np.tanh(x) ** 2),
    ):
        answer = ran(ask, name, f"model = {name}()", {}, x, cotangent)
        close(answer["out"], out, f"{name}() of x", ROUNDED)
        close(
            answer["grads"].get("x"), slope * cotangent, f"the gradient of {name}() by x", ROUNDED
        )


@check("golden", 1, "Sequential.__init__ Sequential.__call__",
       ("Where does the second module get its input from?",
        "Each takes what the one before it returned, in the order given.",
        "A loop over all of them: each turns x into the next x; return the last."))  # fmt: skip
def check_sequential(ask: Ask, rng: Rng) -> None:
    """Sequential runs its modules one after the other, in order."""
    layers = trajectories.draw_layers([3, 5, 4, 2], rng)
    x, cotangent = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    answer = ran(ask, DENSE, dense([3, 5, 4, 2]), named(layers), x, cotangent)
    close(
        answer["out"], trajectories.network_logits(layers, x), "the output of the network", ROUNDED
    )
    for name in named(layers):
        grad = as_floats(answer["grads"].get(name), named(layers)[name].shape, f"{name}.grad")
        if not np.abs(grad).max() > 0:
            raise WrongAnswer(f"{name}.grad is 0: this layer does not take part in the output")


def holds(ask: Ask, names: str, program: str, wanted: Sequence[Sequence[int]], own: str) -> None:
    """Fail unless ``model.parameters()`` has these shapes and holds the Tensors `own` lists."""
    shapes, different, found = looked(ask, names, program, [
        "sorted(list(p.shape) for p in model.parameters())",
        "len(set(map(id, model.parameters())))",
        f"[any(p is q for q in model.parameters()) for p in ({own})]",
    ])  # fmt: skip
    same(shapes, sorted(map(list, wanted)), "the shapes in model.parameters()")
    same(different, len(wanted), "the different objects in model.parameters()")
    same(found, [True] * len(own.split(",")), f"whether {own} are in model.parameters()")


@check("property", 2, "Module.parameters Sequential.__init__",
       ("Which Tensors does the optimiser have to move?",
        "All weights and all biases of all layers, each once.",
        "Walk through everything that a module holds; a Tensor there is a parameter."))  # fmt: skip
def check_parameters(ask: Ask, rng: Rng) -> None:
    """parameters() lists every weight and every bias of a network, once."""
    a, b, c = rng.permutation([2, 3, 4, 5, 6])[:3].tolist()
    wanted = [[a, b], [b], [b, c], [c]]
    holds(ask, DENSE, dense([a, b, c]), wanted, "l0.weight, l0.bias, l1.weight, l1.bias")


@check("property", 1, "Module.parameters",
       ("What can a module hold besides Linear layers?",
        "Modules within modules, lists of modules, Tensors of its own.",
        "Look at every value in vars(self); go into modules, lists and tuples; keep Tensors."),
)  # fmt: skip
def check_parameters_nested(ask: Ask, rng: Rng) -> None:
    """parameters() also finds what lies in modules within modules, in lists, and Tensors alone."""
    n = int(rng.integers(3, 9))
    program = f"{NESTED}\nblock = Block({n}); model = Sequential(block, Sequential(Linear({n}, 7)))"
    wanted = [[n, n + 1], [n + 1], [n + 1, 2], [2], [2, n], [n], [n], [n, 7], [7]]
    own = "block.first.bias, block.more[0].weight, block.scale"
    holds(ask, f"Module, {DENSE}", program, wanted, own)


CLEARING = """
layer = Linear(3, 2); optimizer = SGD(layer.parameters(), lr=0.1); found = []
for clear in (layer.zero_grad, optimizer.zero_grad):
    for _ in range(2):
        clear()
        (layer(Tensor(x)) * Tensor(c)).sum().backward()
    found += [np.array(layer.weight.grad), np.array(layer.bias.grad)]
"""


@check("property", 1, "Module.zero_grad SGD.zero_grad Linear.__call__",
       ("Which numbers does backward add to?",
        "The gradients of the last step, unless somebody clears them.",
        "Set .grad of every parameter back, in both: the model's and the optimiser's."),
)  # fmt: skip
def check_zero_grad(ask: Ask, rng: Rng) -> None:
    """zero_grad forgets the gradients: the model's and the optimiser's."""
    x, c = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    found = require_list(
        looked(ask, "Linear, SGD", CLEARING, ["found"], x=x, c=c)[0], 4, "the gradients"
    )
    for place, who in ((0, "model.zero_grad"), (2, "optimizer.zero_grad")):
        close(found[place], x.T @ c, f"weight.grad of a second pass after {who}", ROUNDED)
        close(found[place + 1], c.sum(axis=0), f"bias.grad of a second pass after {who}", ROUNDED)
