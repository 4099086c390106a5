"""``math.md``: its equations run on drawn arrays, forward and backward."""

from typing import Any, NamedTuple

import numpy as np

from autograder.checks.r_reports.common import MATH, Floats, Ints, Measure, Rng
from autograder.checks.r_reports.markdown import read_page
from autograder.judge.documents import Documents
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, relative_errors
from autograder.numerics.differences import central_differences
from autograder.numerics.equations import BadEquation, solve_equations
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import batch_cross_entropy, network_logits
from autograder.sandbox.failures import NotHandedIn

WEIGHTS = ("w1", "b1", "w2", "b2")
EXACT = 1e-6  # of a gradient: central differences are that good
KINDS = ("equations", "math")  # of fenced blocks


class Drawn(NamedTuple):
    """A network of one hidden layer, a batch, and the strength of the penalty."""

    x: Floats
    y: Ints
    alpha: float
    weights: dict[str, Floats]

    @property
    def given(self) -> dict[str, Any]:
        """What the equations may use, by name."""
        one_hot = np.eye(len(self.weights["b2"]))[self.y]
        names = {"x": self.x, "y": one_hot, "n": len(self.x), "alpha": self.alpha}
        return names | self.weights

    @property
    def loss(self) -> float:
        """The judge's own loss."""
        return loss_of(self, self.weights)


def loss_of(drawn: Drawn, weights: dict[str, Floats]) -> float:
    """Return the mean cross-entropy of a tanh network, and the penalty on its weights."""
    w1, b1, w2, b2 = (weights[name] for name in WEIGHTS)
    entropy = batch_cross_entropy(network_logits([(w1, b1), (w2, b2)], drawn.x), drawn.y)
    return float(entropy + drawn.alpha / 2 * ((w1**2).sum() + (w2**2).sum()))


def gradient_of(drawn: Drawn, name: str) -> Floats:
    """Return the gradient of the judge's loss by one parameter: central differences."""
    start = drawn.weights[name]

    def loss_at(points: Floats) -> Floats:
        rows = points.reshape(-1, start.size)
        losses = [loss_of(drawn, drawn.weights | {name: row.reshape(start.shape)}) for row in rows]
        return np.array(losses).reshape(points.shape[:-1])

    return np.asarray(central_differences(loss_at, start.reshape(1, -1))[0].reshape(start.shape))


def _draw_network(rng: Rng) -> Drawn:
    n, wide, hidden, classes = (rng.permutation(4) + 3).tolist()
    shapes = {"w1": (wide, hidden), "b1": (hidden,), "w2": (hidden, classes), "b2": (classes,)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    y = rng.integers(0, classes, n)
    return Drawn(rng.normal(size=(n, wide)), y, float(rng.uniform(0.1, 0.9)), weights)


def _solve(documents: Documents, drawn: Drawn, wanted: list[str]) -> dict[str, Floats]:
    """Return what the equations of ``math.md`` say, or fail with the line that does not."""
    blocks = read_page(documents.read(MATH), MATH).find_blocks(*KINDS)
    lines = [line for block in blocks for line in block.lines]
    if not any(line.text.partition("#")[0].strip() for line in lines):
        raise NotHandedIn(f"unit r: {MATH} holds no equation yet, in a block ```equations")
    try:
        return solve_equations(lines, drawn.given, wanted)
    except BadEquation as problem:
        raise WrongAnswer(f"{MATH}, {problem}") from None


def _note_engine(ask: Ask, measure: Measure, drawn: Drawn) -> None:
    """Ask the learner's engine for the same loss, and note whether it agrees."""
    answer = ask("engine", x=drawn.x, y=drawn.y, alpha=drawn.alpha, weights=drawn.weights)
    got = as_floats(answer["loss"], (), "the loss by your own engine")
    measure["engine"] = bool(relative_errors(got, np.asarray(drawn.loss)) < EXACT)


@check("")
def check_math_forward(ask: Ask, rng: Rng, measure: Measure, documents: Documents) -> None:
    drawn = _draw_network(rng)
    loss = _solve(documents, drawn, ["loss"])["loss"]
    close(loss, drawn.loss, f"{MATH}: loss", EXACT, _describe(drawn))
    _note_engine(ask, measure, drawn)


@check("")
def check_math_backward(ask: Ask, rng: Rng, measure: Measure, documents: Documents) -> None:
    drawn = _draw_network(rng)
    found = _solve(documents, drawn, [f"d{name}" for name in WEIGHTS])
    for name in WEIGHTS:
        label = f"{MATH}: d{name}"
        close(found[f"d{name}"], gradient_of(drawn, name), label, EXACT, _describe(drawn))
    _note_engine(ask, measure, drawn)


def _describe(drawn: Drawn) -> str:
    shapes = ", ".join(f"{name} {array.shape}" for name, array in drawn.weights.items())
    return f" (x {drawn.x.shape}, {shapes}; alpha {drawn.alpha:.3g})"
