"""What makes no sense is refused."""

from autograder.checks.m2_scalar_mlp.common import TANH, Rng, inputs
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics import networks
from autograder.numerics.compare import close

BAD = [
    ("Neuron(3, 'softplus{n}')", ("ValueError",), "an unknown activation"),
    ("Neuron({n})([1.0] * ({n} - 1))", ("ValueError",), "too few inputs for a neuron"),
    ("Neuron({n})([1.0] * ({n} + 1))", ("ValueError",), "too many inputs for a neuron"),
    ("MLP({n}, [2, 1])([1.0] * ({n} - 1))", ("ValueError",), "too few inputs for an MLP"),
    ("squared_error([Value(1.0)], [1.0] * {n})", ("ValueError",), "fewer predictions than targets"),
    ("hinge_loss([Value(1.0)] * {n}, [1.0])", ("ValueError",), "more scores than targets"),
    ("squared_error([], [])", ("ValueError",), "an empty batch"),
    ("hinge_loss([], [])", ("ValueError",), "an empty batch of scores"),
]


@check("Neuron.__init__ Neuron.__call__ squared_error hinge_loss Value.backward")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    size, xs = [3, 2, 1], inputs(rng, 4, 3)
    weights, ys = networks.draw_parameters(size, rng), inputs(rng, 4)
    good = ask(
        "gradients",
        size=size,
        kinds=TANH,
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        loss="squared_error",
    )
    outs = networks.mlp_outputs(size, TANH, weights, xs)[:, 0]
    close(good["loss"], networks.squared_error(outs, ys), "the loss of a proper batch")
    n = int(rng.integers(2, 100))
    bad = [bad_expression(what, kinds, tried.format(n=n)) for tried, kinds, what in BAD]
    ask.refuses("attempt", bad)
