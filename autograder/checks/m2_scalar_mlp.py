"""Milestone 2: what makes ``nn.py`` right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, networks, small, thresholds
from autograder.numerics.compare import as_floats, brief, close, close_at, same
from autograder.numerics.differences import central_differences
from autograder.numerics.failure import WrongAnswer

Rng = np.random.Generator
Floats = NDArray[np.float64]
Measure = dict[str, float]

TANH = ("tanh", "tanh")
FOUR_X = np.array([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
FOUR_X4 = np.array([[2, 3, -1, 1], [3, -1, 0.5, 1], [0.5, 1, 1, 1], [1, 1, -1, 1]])
FOUR_Y = np.array([1.0, -1.0, -1.0, 1.0])

FORWARD = "Neuron.__call__ Layer.__call__ MLP.__call__"
FIT = f"{FORWARD} fit Value.backward"


def inputs(rng: Rng, *shape: int) -> Floats:
    """Return numbers of both signs, 0.3 to 1.7 in size."""
    draw = small.uncut_generator(rng)
    return draw.uniform(0.3, 1.7, shape) * np.where(draw.random(shape) < 0.5, -1.0, 1.0)


def fitted(
    ask: Ask, size: Sequence[int], weights: Floats, xs: Floats, ys: Floats, **options: Any
) -> dict[str, Any]:
    """Ask for a training run; options not given are 4 epochs at 0.05, squared error, tanh."""
    given = {"kinds": TANH, "epochs": 4, "rates": [0.05], "loss": "squared_error", "alpha": 0.0}
    return ask(
        "train",
        size=list(size),
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        **given | {"tests": []} | options,
    )


def trajectory(
    size: Sequence[int],
    kinds: networks.Kinds,
    weights: Floats,
    xs: Floats,
    ys: Floats,
    rates: Sequence[float],
    loss: str = "squared_error",
    alpha: float = 0.0,
) -> tuple[Floats, Floats]:
    """Return the judge's own loss curve and final weights, by central differences."""

    def total(weights: Floats) -> Floats:
        outs = networks.mlp_outputs(size, kinds, weights, xs)[..., 0]
        return np.asarray(networks.LOSSES[loss](outs, ys) + alpha * (weights**2).sum(axis=-1))

    curve = []
    for rate in rates:
        curve.append(float(total(weights)))
        weights = weights - rate * central_differences(total, weights[None])[0]
    return np.array(curve), weights


# Neurons and layers


@check(
    "golden",
    4,
    "Neuron.__init__ Neuron.__call__",
    (
        "What does one neuron compute?",
        "The weighted sum of its inputs, plus the bias, through the activation.",
        "Start a sum at self.b, add w * x for every pair, then apply the activation once.",
    ),
)
def check_neuron(ask: Ask, rng: Rng) -> None:
    """A neuron is activation(w . x + b)."""
    w, b, xs = inputs(rng, 3), float(inputs(rng)), inputs(rng, 5, 3)
    answer = ask("neuron", activation="tanh", w=w.tolist(), b=b, xs=xs.tolist())
    names = ["x[0]", "x[1]", "x[2]"]
    wanted = np.tanh(xs @ w + b)
    close_at(_column(answer["outs"]), wanted[:, None], ["a tanh neuron's output"], names, xs)


@check(
    "golden",
    3,
    "Neuron.__init__ Neuron.__call__",
    (
        "Which function belongs to each of the four names?",
        "linear returns the sum as it is; the others are methods of Value.",
        "A dict from name to function, looked up once in __init__.",
    ),
)
def check_activations(ask: Ask, rng: Rng) -> None:
    """All four activations: tanh, relu, sigmoid, linear."""
    w, b, xs = inputs(rng, 2), float(inputs(rng)), inputs(rng, 8, 2)
    for kind in ("linear", "relu", "sigmoid", "tanh"):
        answer = ask("neuron", activation=kind, w=w.tolist(), b=b, xs=xs.tolist())
        wanted = networks.activate(kind, xs @ w + b)[:, None]
        close_at(
            _column(answer["outs"]), wanted, [f"a {kind} neuron's output"], ["x[0]", "x[1]"], xs
        )


def _column(got: Any) -> Any:
    return [[entry] for entry in got] if isinstance(got, list) else got


@check(
    "property",
    2,
    "Neuron.__init__",
    (
        "How are the first weights chosen, and why not all 0?",
        "Uniform in [-1, 1], the bias 0.",
        "rng.uniform(-1, 1) for each weight; rng = np.random.default_rng() where None.",
    ),
)
def check_first_weights(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Fresh weights are uniform in [-1, 1], fresh biases 0."""
    answer = ask("fresh", nin=50, count=40, seed=int(rng.integers(1000)))
    same(answer["zero_biases"], 40, "the number of 40 fresh biases that are 0")
    same(answer["outside"], 0, "the number of fresh weights outside [-1, 1]")
    roughly = {name: answer[name] for name in ("low", "high", "mean", "variance")}
    measure.update({name: x for name, x in roughly.items() if isinstance(x, float)})
    if roughly != {"low": -1.0, "high": 1.0, "mean": 0.0, "variance": 0.3}:
        got = ", ".join(f"{name} {brief(x)}" for name, x in roughly.items())
        raise WrongAnswer(
            f"2,000 fresh weights have {got}; wanted -1, 1, 0 and 0.3: uniform in [-1, 1]"
        )
    if not isinstance(answer["different"], int) or answer["different"] < 1900:
        raise WrongAnswer(f"of 2,000 fresh weights only {brief(answer['different'])} are different")


@check(
    "property",
    3,
    "Layer.__init__ Neuron.__init__",
    (
        "Do two neurons of a layer start out equal? What would they learn?",
        "Equal neurons get equal gradients and stay equal for ever.",
        "Hand the same generator on to every neuron; never seed one inside a constructor.",
    ),
)
def check_neurons_differ(ask: Ask, rng: Rng) -> None:
    """The neurons of a layer start out different, and the generator decides how."""
    answer = ask("drawn", nin=3, nout=4, seed=int(rng.integers(1000)))
    same(answer["different"], 12, "the number of different weights in a fresh layer of 4 x 3")
    same(answer["repeats"], True, "that the same seed gives the same layer")
    same(answer["seed_matters"], True, "that another seed gives another layer")


@check(
    "property",
    3,
    "Layer.__call__",
    (
        "What should a layer of one neuron return?",
        "One Value where nout is 1, else a list of nout.",
        "Look at how many outputs there are before you return them.",
    ),
)
def check_layer_output(ask: Ask, rng: Rng) -> None:
    """A layer returns a list of nout Values, or a single Value where nout is 1."""
    x, nout = inputs(rng, 3).tolist(), int(rng.integers(2, 8))
    same(
        ask("layer_output", nin=3, nout=1, x=x)["kind"], "Value", "what a layer with nout 1 returns"
    )
    many = ask("layer_output", nin=3, nout=nout, x=x)
    if many["kind"] not in ("list", "tuple"):
        raise WrongAnswer(f"a layer with nout {nout} returns a {many['kind']}, wanted a list")
    same(many["count"], nout, f"how many Values a layer with nout {nout} returns")


SIZES = [[4, 3, 1], [3, 4, 4, 1], [2, 16, 16, 1], [5, 2, 3]]


@check(
    "property",
    5,
    "MLP.parameters Layer.parameters Neuron.parameters",
    (
        "How many weights and biases has a layer of 3 neurons with 4 inputs?",
        "nin weights and one bias a neuron: MLP(4, [3, 1]) has 19, MLP(3, [4, 4, 1]) 41.",
        "Collect weights and bias in Neuron, all neurons in Layer, all layers in MLP.",
    ),
)
def check_parameter_counts(ask: Ask, rng: Rng) -> None:
    """MLP(4, [3, 1]) has 19 parameters, MLP(3, [4, 4, 1]) 41, MLP(2, [16, 16, 1]) 337."""
    sizes = [*SIZES, rng.integers(1, 9, 4).tolist()]
    answer = ask("counts", sizes=sizes)
    for place, size in enumerate(sizes):
        what = f"MLP({size[0]}, {size[1:]}).parameters()"
        same(_at(answer["counts"], place), networks.count_parameters(size), f"the length of {what}")
        same(
            _at(answer["different"], place),
            networks.count_parameters(size),
            f"the number of different objects in {what}",
        )


def _at(got: Any, place: int) -> Any:
    if not isinstance(got, list) or len(got) <= place:
        raise WrongAnswer(f"got {brief(got)}, wanted a list with more entries")
    return got[place]


@check(
    "property",
    4,
    "Layer.parameters Neuron.parameters",
    (
        "In which order does the contract list parameters?",
        "Neuron by neuron, and in each the weights in order, then the bias.",
        "In Neuron the bias goes last; in Layer one neuron follows the other.",
    ),
)
def check_parameter_order(ask: Ask, rng: Rng) -> None:
    """Parameters come weights then bias, neuron by neuron."""
    x = inputs(rng, 3)
    answer = ask("order", nin=3, nout=2, x=x.tolist())
    wanted = np.kron(np.eye(2), np.append(x, 1.0)[:, None])
    close(answer["outs"], wanted, "outputs[i] when only parameters()[i] is 1")


@check(
    "property",
    3,
    "Module.zero_grad",
    (
        "Which numbers does backward add to?",
        "The gradient of every parameter goes back to 0.0 before the next backward.",
        "Walk over the parameters and give each gradient its first value again.",
    ),
)
def check_zero_grad(ask: Ask, rng: Rng) -> None:
    """zero_grad sets every gradient to 0."""
    size = rng.integers(2, 6, 3).tolist()
    answer = ask("zeroed", size=size, grad=float(inputs(rng)))
    zeros = np.zeros(networks.count_parameters(size))
    close(answer["after"], zeros, "the gradients after zero_grad", rtol=0.0)


# Networks


@check(
    "golden",
    6,
    FORWARD,
    (
        "Where does the second layer get its input from?",
        "Each layer takes what the one before it returned.",
        "One variable walks through the loop: what a layer returns is what the next one gets.",
    ),
)
def check_forward(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The scalar network computes what the same network on arrays computes."""
    for size in ([3, 5, 4, 2], [2, 3, 1]):
        weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, size[0])
        answer = ask("forward", size=size, kinds=TANH, weights=weights.tolist(), xs=xs.tolist())
        wanted = networks.mlp_outputs(size, TANH, weights, xs)
        what = f"the outputs of MLP({size[0]}, {size[1:]})"
        measure["max_relative_error"] = close(answer["outs"], wanted, what)


@check(
    "golden",
    3,
    FORWARD,
    (
        "Which layers get `activation`, and which `output_activation`?",
        "Only the last layer gets output_activation.",
        "Make the list of activations first: one a layer, the last one different.",
    ),
)
def check_output_activation(ask: Ask, rng: Rng) -> None:
    """The last layer has its own activation, the others share one."""
    size = [3, 4, 3, 2]
    for kinds in (("relu", "linear"), ("tanh", "sigmoid"), ("sigmoid", "relu")):
        weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, 3)
        answer = ask("forward", size=size, kinds=kinds, weights=weights.tolist(), xs=xs.tolist())
        what = f"the outputs with activation {kinds[0]} and output_activation {kinds[1]}"
        close(answer["outs"], networks.mlp_outputs(size, kinds, weights, xs), what)


@check(
    "property",
    3,
    FORWARD,
    (
        "Does every weight change what comes out?",
        "A network whose layers are not chained, or that is affine, learns no curve.",
        "Look at MLP.__call__: is any layer's output thrown away?",
    ),
)
def check_every_parameter_matters(ask: Ask, rng: Rng) -> None:
    """Every parameter moves the output, and the network is not affine."""
    size, step = [2, 3, 3, 1], 0.5
    base = networks.draw_parameters(size, rng)
    x = np.array([[0.7, -0.4], [-0.3, 0.9], [0.2, 0.25]])  # the last is the mean of the others
    outs = np.array(
        [
            as_floats(
                ask("forward", size=size, kinds=TANH, weights=weights.tolist(), xs=x.tolist())[
                    "outs"
                ],
                (3, 1),
                "three outputs",
            )[:, 0]
            for weights in (base, *(base + step * np.eye(len(base))))
        ]
    )
    moved = np.abs(outs[1:] - outs[0]).max(axis=1)
    if moved.min() < 1e-9:
        raise WrongAnswer(f"parameters()[{int(moved.argmin())}] does not change any output")
    if abs(outs[0, 2] - outs[0, :2].mean()) < 1e-9:
        raise WrongAnswer("the network is affine: f((a + b) / 2) = (f(a) + f(b)) / 2")


@check(
    "finite-difference",
    8,
    f"{FORWARD} squared_error Value.backward",
    (
        "Do the outputs agree? Then which parameter's gradient does not?",
        "The network is one big expression; milestone 1 differentiates it.",
        "Never touch `.data` inside a forward pass: it cuts the graph.",
    ),
)
def check_gradients(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of every parameter agrees with central differences."""
    for size, kinds in (([3, 4, 2, 1], TANH), ([2, 5, 1], ("sigmoid", "linear"))):
        weights = networks.draw_parameters(size, rng)
        xs, ys = inputs(rng, 5, size[0]), inputs(rng, 5)
        answer = ask(
            "gradients",
            size=size,
            kinds=kinds,
            weights=weights.tolist(),
            xs=xs.tolist(),
            ys=ys.tolist(),
            loss="squared_error",
        )

        def loss(
            w: Floats, size: Any = size, kinds: Any = kinds, xs: Any = xs, ys: Any = ys
        ) -> Floats:
            return networks.squared_error(networks.mlp_outputs(size, kinds, w, xs)[..., 0], ys)

        close(answer["loss"], loss(weights), "the loss")
        wanted = central_differences(loss, weights[None])[0]
        error = close(answer["grad"], wanted, "parameters()[{}].grad")
        measure["max_relative_error"] = error


@check(
    "golden",
    5,
    f"{FORWARD} squared_error Value.backward",
    (
        "Which number of the handout's worked example differs first?",
        "The same network in PyTorch, to the last figures.",
        "Compare outputs first, then the bias gradients of the last layer, then go back.",
    ),
)
def check_network_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """A 3-4-4-1 network on the four points agrees with PyTorch, loss and all 41 gradients."""
    stored, size = goldens.load_goldens("m2"), [3, 4, 4, 1]
    weights, loss, grad = stored["weights"], stored["loss"], stored["grad"]
    if visibility == "hidden":
        weights = networks.draw_parameters(size, rng)
        loss, grad = (
            four_point_loss(weights),
            central_differences(four_point_loss, weights[None])[0],
        )
    answer = ask(
        "gradients",
        size=size,
        kinds=TANH,
        weights=weights.tolist(),
        xs=FOUR_X.tolist(),
        ys=FOUR_Y.tolist(),
        loss="squared_error",
    )
    close(answer["loss"], loss, "the loss")
    error = close(answer["grad"], grad, "parameters()[{}].grad")
    measure["max_relative_error"] = error


def four_point_loss(weights: Floats) -> Floats:
    """Return the loss of a 3-4-4-1 tanh network on the four points."""
    outs = networks.mlp_outputs([3, 4, 4, 1], TANH, weights, FOUR_X)[..., 0]
    return networks.squared_error(outs, FOUR_Y)


# Losses


def _loss_case(
    id: str, title: str, name: str, points: float, hints: Sequence[str], targets: Floats
) -> Any:
    mark = check("finite-difference", points, f"{name} Value.backward", hints)
    return row(id, title, (name, targets), mark)


LOSSES = [
    _loss_case(
        "squared_error",
        "squared_error is the sum of squared differences",
        "squared_error",
        3,
        (
            "A sum or a mean?",
            "The contract says sum: no division by the number of samples.",
            "Sum (p - t) ** 2 over all pairs.",
        ),
        np.array([1.5, -0.5, 0.25, -2.0]),
    ),
    _loss_case(
        "hinge_loss",
        "hinge_loss is the mean of max(0, 1 - y s)",
        "hinge_loss",
        3,
        (
            "What does a score of 0.5 for the label 1 cost?",
            "The margin: only y * s of at least 1 is free.",
            "The mean of (1 - y * s).relu().",
        ),
        np.array([1.0, -1.0, 1.0, -1.0]),
    ),
]


@pytest.mark.parametrize("case", LOSSES)
def check_loss(ask: Ask, rng: Rng, measure: Measure, case: tuple[str, Floats]) -> None:
    """A loss and its gradients agree with central differences."""
    name, targets = case
    predictions = rng.uniform(0.2, 0.8, (2, 4)) * np.array([[1.0, 1.0, -1.0, -1.0], [2.0] * 4])
    for point in predictions:
        answer = ask("losses", name=name, predictions=point.tolist(), targets=targets.tolist())
        close(answer["loss"], networks.LOSSES[name](point, targets), f"{name} of {brief(point)}")
        wanted = central_differences(lambda p: networks.LOSSES[name](p, targets), point[None])[0]
        error = close(answer["grad"], wanted, f"the gradients of {name}")
        measure["max_relative_error"] = error


@check(
    "golden",
    2,
    "l2_penalty Value.backward",
    (
        "Of which numbers is the penalty the sum?",
        "Of the squares of all parameters, times alpha.",
        "alpha * sum(p * p for p in parameters), as a Value of the graph.",
    ),
)
def check_l2_penalty(ask: Ask, rng: Rng) -> None:
    """l2_penalty is alpha times the sum of squares, and has gradients."""
    point, alpha = inputs(rng, 5), 0.37
    answer = ask("penalty", values=point.tolist(), alpha=alpha)
    close(answer["loss"], alpha * (point**2).sum(), "l2_penalty")
    close(answer["grad"], 2 * alpha * point, "the gradients of l2_penalty")


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


@check(
    "property",
    3,
    "Neuron.__init__ Neuron.__call__ squared_error hinge_loss Value.backward",
    (
        "What does zip do with lists of unequal length?",
        "It silently forgets the rest of the longer one.",
        "Compare lengths first and raise a ValueError, or zip(..., strict=True).",
    ),
)
def check_bad_input(ask: Ask, rng: Rng) -> None:
    """Unknown activations, wrong lengths and empty batches are a ValueError; the rest is not."""
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
    for expression, kinds, what in BAD:
        ask.raises(kinds, what, "attempt", expression=expression.format(n=n))


# Training


@check(
    "golden",
    7,
    FIT,
    (
        "Which epoch differs first, and what happened just before it?",
        "Forward, zero_grad, backward, update, every epoch, on all samples.",
        "Every parameter's data goes down by the rate times its gradient, once an epoch.",
    ),
)
def check_fit_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Twenty epochs of gradient descent give PyTorch's losses and weights."""
    stored, size = goldens.load_goldens("m2"), [3, 4, 4, 1]
    weights, curve, trained = stored["weights"], stored["curve"], stored["trained"]
    if visibility == "hidden":
        weights = networks.draw_parameters(size, rng)
        curve, trained = trajectory(size, TANH, weights, FOUR_X, FOUR_Y, [0.05] * 20)
    answer = fitted(ask, size, weights, FOUR_X, FOUR_Y, epochs=20)
    close(answer["curve"], curve, "the loss of epoch {}")
    error = close(answer["weights"], trained, "parameters()[{}] after 20 epochs")
    measure["max_relative_error"] = error


@check(
    "finite-difference",
    5,
    FIT,
    (
        "What do your weights look like after one epoch?",
        "weights - lr * gradient, the gradient taken at the old weights, for all of them.",
        "Finish backward before the first update; change p.data, not the name p.",
    ),
)
def check_one_step(ask: Ask, rng: Rng) -> None:
    """One epoch moves every parameter by -lr times its gradient."""
    size = [2, 3, 1]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = fitted(ask, size, weights, xs, ys, epochs=1, rates=[0.1])
    ask(
        "gradients_left",
        size=size,
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        lr=0.1,
    )
    curve, wanted = trajectory(size, TANH, weights, xs, ys, [0.1])
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after one epoch")


@check(
    "finite-difference",
    4,
    FIT,
    (
        "Do gradients of the first epoch still count in the second?",
        "backward adds: without zero_grad, old gradients pile up.",
        "Let the model zero its gradients in every epoch, before backward.",
    ),
)
def check_three_steps(ask: Ask, rng: Rng) -> None:
    """Three epochs: each has fresh gradients, and reports the loss before its update."""
    size = [2, 3, 1]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = fitted(ask, size, weights, xs, ys, epochs=3, rates=[0.05])
    curve, wanted = trajectory(size, TANH, weights, xs, ys, [0.05] * 3)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after three epochs")


@check(
    "finite-difference",
    4,
    FIT,
    (
        "How often is the learning-rate function asked?",
        "Once an epoch, with the epoch's index from 0.",
        "callable(lr) tells which it is; ask inside the loop, and mind which epoch comes first.",
    ),
)
def check_schedule(ask: Ask, rng: Rng) -> None:
    """A learning-rate function is asked every epoch, from 0."""
    size, rates = [2, 3, 1], [0.1, 0.05, 0.02, 0.01]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = fitted(ask, size, weights, xs, ys, rates=rates)
    curve, wanted = trajectory(size, TANH, weights, xs, ys, rates)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after four epochs")


@check(
    "finite-difference",
    3,
    f"{FIT} hinge_loss l2_penalty",
    (
        "Is the penalty part of the loss that is differentiated, and of the one returned?",
        "Add l2_penalty(parameters, alpha) to loss(...), and differentiate the sum.",
        "Use the loss that was given, and pass on the alpha that was given.",
    ),
)
def check_hinge_with_penalty(ask: Ask, rng: Rng) -> None:
    """Hinge loss and an L2 penalty train as they should."""
    size, kinds = [2, 4, 1], ("tanh", "linear")
    weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, 2)
    ys = np.where(np.arange(6) % 2 == 0, 1.0, -1.0)
    options = {"loss": "hinge_loss", "alpha": 0.02}
    answer = fitted(ask, size, weights, xs, ys, kinds=kinds, rates=[0.05], **options)
    curve, wanted = trajectory(size, kinds, weights, xs, ys, [0.05] * 4, "hinge_loss", 0.02)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after four epochs")


@check(
    "reproducibility",
    2,
    FIT,
    (
        "Where does chance come from in your network?",
        "Only from the generator that was handed in.",
        "Pass rng from MLP to Layer to Neuron; draw from nothing else.",
    ),
)
def check_same_seed(ask: Ask, rng: Rng) -> None:
    """The same seed gives the identical loss curve twice."""
    xs, ys = inputs(rng, 5, 2), inputs(rng, 5)
    answer = ask(
        "twice",
        size=[2, 3, 1],
        xs=xs.tolist(),
        ys=ys.tolist(),
        epochs=5,
        lr=0.05,
        seed=int(rng.integers(1000)),
    )
    curves = as_floats(answer["curves"], (2, 5), "two curves of 5 epochs")
    close(curves[1].tolist(), curves[0], "the second run's loss of epoch {}", rtol=1e-9)


@check(
    "overfit",
    6,
    FIT,
    (
        "Does the loss fall at all? In which epoch does it stop?",
        "If the one-step and three-step checks pass, this one does.",
        "From about 5 to under 0.01 in 200 epochs at 0.1, from three different starts.",
    ),
    seconds=60,
)
def check_four_points(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, visibility: str
) -> None:
    """The four-point problem falls under 0.01 in 200 epochs, from three starts."""
    size = [4, 3, 1]
    for start in (1, 2, 3) if visibility == "public" else (1,):
        weights = networks.draw_parameters(size, rng)
        with thresholds.time_epochs(clock, 200):
            answer = fitted(ask, size, weights, FOUR_X4, FOUR_Y, epochs=200, rates=[0.1])
        loss = _final_loss(size, answer["weights"], FOUR_X4, FOUR_Y)
        thresholds.at_most(measure, f"loss_{start}", loss, 0.01, "after 200 epochs the loss")


def _final_loss(size: list[int], got: Any, xs: Floats, ys: Floats) -> float:
    weights = as_floats(got, (networks.count_parameters(size),), "the trained weights")
    return float(networks.squared_error(networks.mlp_outputs(size, TANH, weights, xs)[:, 0], ys))


@check(
    "overfit",
    2,
    FIT,
    (
        "Can your network learn four random points by heart?",
        "One batch, learned to nearly nothing: if not, gradients are wrong.",
        "Compare one step with the handout's formula.",
    ),
    seconds=60,
)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A network learns one small batch of random labels by heart."""
    size, rates = [2, 6, 1], [0.2] * 60
    while True:  # until a start from which right work gets there with room to spare
        xs, ys = inputs(rng, 4, 2), rng.permutation([0.8, 0.8, -0.8, -0.8])
        weights = networks.draw_parameters(size, rng)
        if trajectory(size, TANH, weights, xs, ys, rates)[0][-1] < 0.005:
            break
    with thresholds.time_epochs(clock, len(rates)):
        answer = fitted(ask, size, weights, xs, ys, epochs=len(rates), rates=rates[:1])
    loss = _final_loss(size, answer["weights"], xs, ys)
    thresholds.at_most(measure, "loss", loss, 0.02, "after 60 epochs the loss on four points")


@check(
    "accuracy",
    4,
    f"{FIT} hinge_loss l2_penalty",
    (
        "Does the loss fall? Does the penalty eat the weights?",
        "ReLU, hinge loss, penalty 1e-4, and a rate that falls from 1.0 to 0.1.",
        "If hinge_with_penalty and schedule pass, this one does.",
    ),
    seconds=60,
)
def check_moons(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """The two moons are separated: hinge loss, L2 penalty, a decaying rate."""
    size, kinds, (tests, labels) = [2, 10, 1], ("relu", "linear"), networks.moons(200, 0.1, rng)
    rates = [1.0 - 0.9 * k / 24 for k in range(24)]
    while True:  # until a start from which right work separates them with room to spare
        xs, ys = networks.moons(20, 0.1, rng)
        weights = 2.0 * networks.draw_parameters(size, rng)
        own = trajectory(size, kinds, weights, xs, ys, rates, "hinge_loss", 1e-4)[1]
        if _accuracy(networks.mlp_outputs(size, kinds, own, tests)[:, 0], labels) >= 0.92:
            break
    options = {"kinds": kinds, "loss": "hinge_loss", "alpha": 1e-4, "tests": tests.tolist()}
    with thresholds.time_epochs(clock, len(rates)):
        answer = fitted(ask, size, weights, xs, ys, epochs=len(rates), rates=rates, **options)
    scores = as_floats(answer["outs"], (200,), "the scores of 200 new points")
    share = _accuracy(scores, labels)
    thresholds.at_least(measure, "accuracy", share, 0.88, "200 new points")


def _accuracy(scores: Floats, labels: Floats) -> float:
    return float((np.sign(scores) == labels).mean())
