"""The demos of training: the loss while a learner's own fit goes on, some epochs a question."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.points import make_moons, make_spiral
from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Reaction, Shown, read_numbers
from autograder.learning.value_graphs import tell_numbers
from autograder.numerics import networks, trajectories

Floats = NDArray[np.float64]
SEED = 20260901
CHUNK = 10  # epochs of one question: the loss is drawn after each
EPOCHS = 60  # in all
STATE = "state"  # the setting that a training run goes on from


@dataclass(frozen=True)
class Training:
    """A training run that is shown while it goes on.

    Attributes
    ----------
    part, probe : str
        The milestone whose fit trains, and what asks it.
    title : str
        Of its panel.
    start : ndarray
        The weights to begin with, as one row of numbers.
    shapes : tuple
        Those of the arrays that the probe takes the row as; empty for the row itself.
    data : tuple of ndarray
        Points and targets.
    step : callable
        Takes weights, a rate and a number of epochs; returns the right loss of each epoch, and the
        weights after them.
    """

    part: str
    probe: str
    title: str
    start: Floats
    shapes: tuple[tuple[int, ...], ...]
    data: tuple[Any, Any]
    step: Callable[[Floats, float, int], tuple[list[float], Floats]]


SCALAR_SIZE = (2, 6, 1)
MOONS = make_moons(24, 0.1, np.random.default_rng(SEED))


def _scalar_steps(weights: Floats, rate: float, count: int) -> tuple[list[float], Floats]:
    (x, y), losses, kinds = MOONS, [], ("tanh", "tanh")
    for _ in range(count):
        outs = networks.mlp_outputs(SCALAR_SIZE, kinds, weights, x)[:, 0]
        losses.append(float(networks.squared_error(outs, y)))
        slopes = networks.loss_gradient(SCALAR_SIZE, kinds, weights, x, y, "squared_error")
        weights = weights - rate * slopes
    return losses, weights


ARRAY_SIZE = (2, 16, 3)
ARRAY_SHAPES = ((2, 16), (16,), (16, 3), (3,))
SPIRAL = make_spiral(90, 3, 0.1, np.random.default_rng(SEED))


def split_weights(row: Floats) -> list[Floats]:
    """Return the arrays of two Linear layers that a row of numbers holds."""
    ends = np.cumsum([int(np.prod(shape)) for shape in ARRAY_SHAPES])[:-1]
    parts = np.split(row, ends)
    return [part.reshape(shape) for part, shape in zip(parts, ARRAY_SHAPES, strict=True)]


def join_weights(arrays: Sequence[Floats]) -> Floats:
    """Return arrays as one row of numbers."""
    return np.concatenate([array.ravel() for array in arrays])


def _array_steps(row: Floats, rate: float, epochs: int) -> tuple[list[float], Floats]:
    arrays = split_weights(row)
    layers = [(arrays[0], arrays[1]), (arrays[2], arrays[3])]
    losses, path = trajectories.train_layers(layers, [SPIRAL] * epochs, [rate] * epochs)
    return losses.tolist(), join_weights([array for pair in path[-1] for array in pair])


TRAININGS = {
    "training": Training(
        "m2",
        "train_scalars",
        "two moons, fit of nn.py",
        networks.draw_parameters(SCALAR_SIZE, np.random.default_rng(SEED)),
        (),
        MOONS,
        _scalar_steps,
    ),
    "classifier": Training(
        "m4",
        "train_arrays",
        "three arms, fit of training.py",
        join_weights(
            [
                array
                for pair in trajectories.draw_layers(ARRAY_SIZE, np.random.default_rng(SEED))
                for array in pair
            ]
        ),
        ARRAY_SHAPES,
        SPIRAL,
        _array_steps,
    ),
}


def answer_training(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the loss of a scalar network, some epochs further."""
    return _train_on(TRAININGS["training"], settings, stage)


def answer_classifier(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the loss of a network of arrays, some epochs further."""
    return _train_on(TRAININGS["classifier"], settings, stage)


@dataclass
class State:
    """How far a run is: the weights and the losses so far, the learner's and the right ones."""

    weights: list[float]
    right_weights: list[float]
    loss: list[float | None]
    right_loss: list[float | None]

    def is_finite(self) -> bool:
        """Whether all numbers are there, and finite: else there is no going on."""
        rows = (self.weights, self.right_weights, self.loss, self.right_loss)
        return all(rows) and all(n is not None and math.isfinite(n) for row in rows for n in row)


def _train_on(run: Training, settings: Mapping[str, Any], stage: Playground) -> Shown:
    state, rate = _read_state(run, settings.get(STATE)), settings["rate"]
    row = np.array(state.weights)
    asked: dict[str, Any] = {"epochs": CHUNK, "rate": rate}
    if run.shapes:
        asked |= {"weights": split_weights(row), **dict(zip("xy", run.data, strict=True))}
    else:
        points = {name: part.tolist() for name, part in zip("xy", run.data, strict=True)}
        asked |= {"weights": state.weights, "size": list(SCALAR_SIZE), **points}
    reaction = stage.ask(run.probe, **asked)
    right_loss, right_weights = _step_right(run, state, rate)
    state.loss += read_numbers(reaction.answer.get("loss"), CHUNK)
    state.right_loss += right_loss
    state.weights, state.right_weights = _read_weights(run, reaction), right_weights
    pairs = ((state.loss[-CHUNK:], right_loss), (state.weights, right_weights))
    if not any(panels.is_apart(*pair) for pair in pairs):
        state.right_weights = state.weights  # at a high rate, rounding alone grows within chunks
    panel = _loss_panel(translate(run.title), state)
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    done = trouble is not None or len(state.loss) >= EPOCHS or not state.is_finite()
    following = None if done else {**settings, STATE: vars(state)}
    return Shown([panel], trouble, _loss_sentence(panel, state), following)


def _step_right(run: Training, state: State, rate: float) -> tuple[list[float | None], list[float]]:
    with np.errstate(all="ignore"):
        losses, weights = run.step(np.array(state.right_weights), rate, CHUNK)
    return [*losses], weights.tolist()


def _read_weights(run: Training, reaction: Reaction) -> list[float]:
    """Return the weights that came as one row; none where they are of another form."""
    came = reaction.answer.get("weights")
    if run.shapes and isinstance(came, list) and all(isinstance(each, np.ndarray) for each in came):
        shapes = tuple(array.shape for array in came)
        came = join_weights([array.astype(np.float64) for array in came]).tolist()
        came = came if shapes == run.shapes else None
    return [number for number in read_numbers(came, len(run.start)) if number is not None]


def _read_state(run: Training, came: Any) -> State:
    """Return the state that a page hands back, or the start: it may hold anything."""
    fields = came if isinstance(came, dict) else {}
    loss = fields.get("loss")
    count = len(loss) if isinstance(loss, list) else 0
    rows = [read_numbers(fields.get(name), len(run.start)) for name in ("weights", "right_weights")]
    losses = [read_numbers(fields.get(name), count) for name in ("loss", "right_loss")]
    numbers = [[number for number in row if number is not None] for row in rows]
    if not 0 < count < EPOCHS or any(len(row) != len(run.start) for row in numbers):
        numbers, losses = [run.start.tolist()] * 2, [[], []]
    return State(numbers[0], numbers[1], losses[0], losses[1])


def _loss_panel(title: str, state: State) -> Panel:
    epochs = [float(epoch) for epoch in range(len(state.loss))]
    series = {"yours": state.loss, "right": state.right_loss}
    labels = ("epoch", "loss")
    return panels.curve_panel(title, epochs, series, labels, (), ("yours", "right"))


def _loss_sentence(panel: Panel, state: State) -> str:
    if (place := panel["departs"]) is not None:
        told = tell_numbers(state.loss[place], state.right_loss[place])
        return translate("epoch {epoch}: loss {told}", epoch=place, told=told)
    after = "after {count} of {most} epochs the loss is {loss}"
    return translate(after, count=len(state.loss), most=EPOCHS, loss=f"{state.loss[-1]:.4g}")
