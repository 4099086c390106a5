"""Pictures that a learner's own code draws for the report: asked of workers, checked like answers.

Nothing here earns points. A part that is not there yet says why, and the rest goes on.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.images import Images
from autograder.data.points import make_moons, make_spiral
from autograder.data.texts import make_tale
from autograder.intake.submission import Submission
from autograder.judge.messages import clean_text
from autograder.judge.questions import Ask
from autograder.language.catalogue import translate
from autograder.learning import checkpoints, exhibits
from autograder.learning.checkpoints import Regime, Tuning
from autograder.learning.exhibits import EXHIBITS, Exhibit
from autograder.numerics import hand_network, networks
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.sandbox.handle import Launcher
from autograder.score import CheckResult
from autograder.worker.serve import load_probes

PROBES = ("show=autograder.worker.probes.showcase", exhibits.PROBES)
SECONDS = 120.0  # for one part
MEMORY_MB = 2048
SEED = 20260901
MAX_NODES = 60
GRID = 80  # points along each side of a boundary picture
MAX_MISTAKES = 12  # mistakes shown as images
TALE_LENGTH, TEXT_LENGTH = 24_000, 300  # characters to learn from, and to write
TRAIN_STEPS = 500
EXPRESSION = (
    "a = Value(0.5)",
    "b = Value(-1.5)",
    "c = Value(1.0)",
    "f = Value(0.8)",
    "e = a * b",
    "d = e + c",
    "g = d * f",
    "h = a + d",
    "out = (g + h * h).tanh() + h",
)  # a small expression in which values are used twice
EXPRESSION_TEXT = "out = tanh((a b + c) f + h^2) + h, with h = a + a b + c"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Node:
    """A value in the learner's graph; `below` are the indices of its operands."""

    name: str
    op: str
    data: float
    grad: float
    below: tuple[int, ...]


@dataclass(frozen=True)
class Plane:
    """Points with classes, and the classes that a network gives the plane around them."""

    title: str
    x: Floats
    y: Ints
    low: float
    high: float
    labels: Ints  # (GRID, GRID), row by row from below
    loss: Floats
    accuracy: float


@dataclass(frozen=True)
class Digits:
    """How test images were classified."""

    confusion: Ints  # true class by answered class
    accuracy: float
    wrong: list[tuple[NDArray[np.uint8], int, int, float]]  # image, truth, answer, certainty
    scale: int


@dataclass
class Showcase:
    """All parts that are available; `absent` gives the reason for each that is not."""

    graph: list[Node] = field(default_factory=list)
    planes: list[Plane] = field(default_factory=list)
    curves: dict[str, Floats] = field(default_factory=dict)
    digits: Digits | None = None
    text: str = ""
    regimes: list[Regime] = field(default_factory=list)
    tuning: Tuning | None = None
    checks: Sequence[CheckResult] = ()  # what was judged of the numbers in `hand`
    hand: dict[str, float] = field(default_factory=dict)
    exhibits: list[Exhibit] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)


class Stage:
    """Asks a submission for one part after the other, each in a fresh worker."""

    def __init__(
        self, submission: Submission, probes: dict[str, ModuleType], launcher: Launcher
    ) -> None:
        self.submission = submission
        self.probes = probes
        self.launcher = launcher

    def ask(self, part: str, probe: str, /, **args: Any) -> dict[str, Any]:
        """Return the answer of a probe of `part`, or of ``show``."""
        cpu = 2 * int(SECONDS)
        ask = Ask(
            lambda: self.launcher.start_worker(self.submission.folder, cpu, MEMORY_MB),
            part,
            self.probes[part],
            SECONDS,
        )
        try:
            return ask(probe, **args)
        finally:
            if ask.worker:
                ask.worker.close()


def collect_showcase(
    submission: Submission,
    taken: Sequence[tuple[str, str]],
    passed: AbstractSet[str],
    launcher: Launcher,
    images: Images,
) -> Showcase:
    """Ask for every part.

    Parameters
    ----------
    submission : Submission
        The learner's work.
    taken : sequence of (id, probes)
        The milestones of the course and the extras handed in, each with its probe module as a
        zygote takes it.
    passed : set of str
        The checks that passed: what extras show needs some of them.
    launcher : Launcher
        Starts workers that know these probes, and those of `PROBES`.
    images : Images
        To train on and to test with.
    """
    modules = [*(module for _, module in taken), *PROBES]
    probes = dict(load_probes(modules))
    stage, showcase = Stage(submission, probes, launcher), Showcase()
    parts: dict[str, tuple[AbstractSet[str], Callable[[], None]]] = {
        "computation graph": ({"m1"}, lambda: _add_graph(stage, showcase)),
        "two moons": ({"m2"}, lambda: _add_moons(stage, showcase)),
        "spiral": ({"m4"}, lambda: _add_spiral(stage, showcase)),
        "digits: loss": ({"m4"}, lambda: _add_digit_curve(stage, showcase, images)),
        "digits: confusion": ({"m4"}, lambda: _add_digits(stage, showcase, images)),
        "generated text": ({"m6"}, lambda: _add_text(stage, showcase)),
        "underfit, fit, overfit": (
            checkpoints.REGIMES_NEED,
            lambda: _add_regimes(stage, showcase),
        ),
        "tuning": (checkpoints.TUNING_NEEDS, lambda: _add_tuning(stage, showcase)),
        "network by hand": ({"w.hand"}, lambda: _add_hand(stage, showcase)),
        **{
            f"{unit}: picture": ({unit}, partial(_add_exhibit, unit, stage, showcase, images))
            for unit in EXHIBITS
        },
    }
    there = {id for id, _ in taken} | passed
    for name, (needs, part) in parts.items():
        if needs <= there:
            _collect_part(name, part, showcase)
    return showcase


def _collect_part(name: str, part: Callable[[], None], showcase: Showcase) -> None:
    try:
        part()
    except CheckFailure as failure:
        showcase.absent[name] = clean_text(_explain_absence(failure))


def _explain_absence(failure: CheckFailure) -> str:
    """Return why a part is absent; of a stub, its own message."""
    if isinstance(failure, Raised) and failure.status == "missing":
        return f"not implemented yet: {failure.problem.message}"
    return failure.message


def _add_graph(stage: Stage, showcase: Showcase) -> None:
    answer = stage.ask("show", "graph", program=list(EXPRESSION), most=MAX_NODES)
    count = len(_require_list(answer["data"], None, "the nodes"))
    data = as_floats(answer["data"], (count,), "data").tolist()
    grads = as_floats(answer["grad"], (count,), "grad").tolist()
    texts = [_require_list(answer[part], count, part) for part in ("name", "op")]
    below = [
        _require_indices(row, count) for row in _require_list(answer["below"], count, "children")
    ]
    _refuse_circles(below)
    names, ops = ([clean_text(str(text))[:12] for text in row] for row in texts)
    showcase.graph = [Node(*node) for node in zip(names, ops, data, grads, below, strict=True)]


def _require_list(value: Any, count: int | None, noun: str) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_NODES:
        raise WrongAnswer(f"the graph's {noun} are not a list of 1 to {MAX_NODES}")
    if count is not None and len(value) != count:
        raise WrongAnswer(f"the graph has {count} nodes, but {len(value)} {noun}")
    return value


def _require_indices(row: Any, count: int) -> tuple[int, ...]:
    is_right = isinstance(row, list) and all(type(k) is int and 0 <= k < count for k in row)
    if not is_right or len(row) > MAX_NODES:
        raise WrongAnswer("a node's children are not nodes of the graph")
    return tuple(row)


def _refuse_circles(below: Sequence[tuple[int, ...]]) -> None:
    left = set(range(len(below)))
    while leaves := {k for k in left if not left & set(below[k])}:
        left -= leaves
    if left:
        raise WrongAnswer("the graph goes in circles")


def _grid_points(low: float, high: float, side: int) -> Floats:
    axis = np.linspace(low, high, side)
    return np.stack([part.ravel() for part in np.meshgrid(axis, axis)], axis=1)


def _add_moons(stage: Stage, showcase: Showcase) -> None:
    """Add what the scalar network of milestone 2 learns from a few points: it is slow."""
    rng = np.random.default_rng(SEED)
    size, kinds = [2, 10, 1], ["relu", "linear"]
    x, y = make_moons(60, 0.1, rng)
    low, high, coarse = -1.75, 2.75, 40
    grid = _grid_points(low, high, coarse)
    tests = np.concatenate([grid, x])
    answer = stage.ask(
        "m2",
        "train",
        size=size,
        kinds=kinds,
        weights=(2.0 * networks.draw_parameters(size, rng)).tolist(),
        xs=x.tolist(),
        ys=y.tolist(),
        epochs=40,
        rates=[1.0 - 0.9 * k / 39 for k in range(40)],
        loss="hinge_loss",
        alpha=1e-4,
        tests=tests.tolist(),
    )
    outs = as_floats(answer["outs"], (len(tests),), "the scores")
    curve = as_floats(answer["curve"], (40,), "the losses")
    labels = (outs > 0).astype(np.int64)
    truth = (y > 0).astype(np.int64)
    right = float(np.mean(labels[len(grid) :] == truth))
    zoomed = labels[: len(grid)].reshape(coarse, coarse)
    showcase.planes.append(Plane("Two moons", x, truth, low, high, zoomed, curve, right))
    showcase.curves[translate("two moons, scalar network (milestone 2)")] = curve


def _add_spiral(stage: Stage, showcase: Showcase) -> None:
    rng = np.random.default_rng(SEED)
    x, y = make_spiral(300, 3, 0.15, rng)
    low, high, epochs = -1.2, 1.2, 120
    tests = np.concatenate([_grid_points(low, high, GRID), x]).astype(np.float32)
    answer = stage.ask(
        "show",
        "spiral",
        x=x.astype(np.float32),
        y=y,
        grid=tests,
        width=32,
        epochs=epochs,
        seed=SEED,
    )
    classes = as_floats(answer["labels"], (len(tests),), "the classes")
    labels = np.clip(classes, 0, 2).astype(np.int64)
    curve = as_floats(answer["loss"], (epochs * 10,), "the losses")
    right = float(np.mean(labels[GRID * GRID :] == y))
    grid = labels[: GRID * GRID].reshape(GRID, GRID)
    showcase.planes.append(Plane("Spiral", x, y, low, high, grid, curve, right))
    showcase.curves[translate("spiral (milestone 4)")] = curve


def _add_digit_curve(stage: Stage, showcase: Showcase, images: Images) -> None:
    rows = np.random.default_rng(SEED).permutation(len(images.y))[:1000]
    x, y = images.x[rows], images.y[rows]
    program = (
        f"rng = np.random.default_rng({SEED})\n"
        f"model = Sequential(Linear({x.shape[1]}, 100, rng=rng), ReLU(), Linear(100, 10, rng=rng))"
    )
    answer = stage.ask(
        "m4",
        "learn",
        names="Linear, ReLU, Sequential",
        program=program,
        weights={},
        x=x,
        y=y,
        epochs=5,
        batch_size=50,
        lr=0.1,
        direction=np.zeros(x.shape[1]),
    )
    steps = 5 * -(-len(y) // 50)
    showcase.curves[translate("digits (milestone 4)")] = as_floats(
        answer["loss"], (steps,), "the losses"
    )


def _add_digits(stage: Stage, showcase: Showcase, images: Images) -> None:
    split = images.split(np.random.default_rng(SEED), min(1400, len(images.y)))
    pixels, y = split.pixels_test[:2000], split.y_test[:2000]
    tests = np.asarray(pixels / np.float32(split.scale), np.float32)
    asked = {"x": split.x, "y": split.y, "tests": tests, "seed": SEED, "alone": 1}
    answer = stage.ask("m4", "classify_again", **asked)
    logits = as_floats(answer["together"], (len(y), 10), "the logits")
    showcase.digits = _tally_digits(logits, pixels, y, split.scale)


def _tally_digits(logits: Floats, pixels: NDArray[np.uint8], y: Ints, scale: int) -> Digits:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    certainty = odds / odds.sum(axis=1, keepdims=True)
    predicted = logits.argmax(axis=1)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (y, predicted), 1)
    wrong = np.flatnonzero(predicted != y)
    worst = wrong[np.argsort(certainty[wrong, y[wrong]], kind="stable")][:MAX_MISTAKES]
    side = round(pixels.shape[1] ** 0.5)
    mistakes = [
        (
            pixels[k].reshape(side, side),
            int(y[k]),
            int(predicted[k]),
            float(certainty[k, predicted[k]]),
        )
        for k in worst
    ]
    return Digits(confusion, float(np.mean(predicted == y)), mistakes, scale)


def _add_text(stage: Stage, showcase: Showcase) -> None:
    """Add the text of a tiny GPT after some training on a tale that is made for it."""
    source = make_tale(np.random.default_rng(SEED), TALE_LENGTH)
    answer = stage.ask(
        "show",
        "write",
        text=source,
        prompt=source[:1],
        length=TEXT_LENGTH,
        steps=TRAIN_STEPS,
        seed=SEED,
    )
    text = answer["text"]
    if not isinstance(text, str) or not text:
        raise WrongAnswer("what the model writes is not text")
    showcase.text = clean_text(text)


def _add_regimes(stage: Stage, showcase: Showcase) -> None:
    showcase.regimes = checkpoints.collect_regimes(stage.ask)


def _add_tuning(stage: Stage, showcase: Showcase) -> None:
    showcase.tuning = checkpoints.collect_tuning(stage.ask)


def _add_hand(stage: Stage, showcase: Showcase) -> None:
    numbers = stage.ask("w.hand", "read")["numbers"]
    if not isinstance(numbers, dict):
        raise WrongAnswer("my_numbers returned no dict of numbers")
    showcase.hand = {
        key: float(numbers[key])
        for key in hand_network.STEPS
        if isinstance(numbers.get(key), float) and np.isfinite(numbers[key])
    }


def _add_exhibit(unit: str, stage: Stage, showcase: Showcase, images: Images) -> None:
    showcase.exhibits.append(EXHIBITS[unit](stage.ask, images))
