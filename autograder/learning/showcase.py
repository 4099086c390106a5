"""What a learner's own code draws for the report: asked of workers, and validated like answers.

Nothing here earns points. A part that is not there yet says why, and the rest goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.images import Images
from autograder.data.points import moons, spiral
from autograder.data.texts import tale
from autograder.intake.submission import Submission
from autograder.judge.messages import clean_text
from autograder.judge.questions import Ask
from autograder.numerics import networks
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.sandbox.handle import Launcher
from autograder.worker.serve import load_probes

PROBES = "show=autograder.worker.probes.showcase"
SECONDS = 120.0  # for one part
MEMORY_MB = 2048
SEED = 20260901
MOST_NODES = 60
GRID = 80  # points along each side of a boundary picture
WORST = 12  # mistakes shown as images
TALE, STEPS, WRITTEN = 24_000, 500, 300  # characters to learn from, steps, characters to write
EXPRESSION = (
    "a = Value(0.5)", "b = Value(-1.5)", "c = Value(1.0)", "f = Value(0.8)",
    "e = a * b", "d = e + c", "g = d * f", "h = a + d", "out = (g + h * h).tanh() + h",
)  # a small expression in which values are used twice  # fmt: skip
EXPRESSION_TOLD = "out = tanh((a b + c) f + h^2) + h, with h = a + a b + c"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Node:
    """A value in the learner's graph; `below` are the places of what it was computed from."""

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
    """All parts that could be had; `absent` tells why each other could not."""

    graph: list[Node] = field(default_factory=list)
    planes: list[Plane] = field(default_factory=list)
    curves: dict[str, Floats] = field(default_factory=dict)
    digits: Digits | None = None
    text: str = ""
    absent: dict[str, str] = field(default_factory=dict)


class Stage:
    """Asks a submission for one part after the other, each in a fresh worker."""

    def __init__(
        self, submission: Submission, probes: dict[str, ModuleType], launcher: Launcher
    ) -> None:
        self.submission = submission
        self.probes = probes
        self.launcher = launcher

    def ask(self, of: str, probe: str, /, **args: Any) -> dict[str, Any]:
        """Return what a probe of milestone `of`, or of ``show``, answers."""
        cpu = 2 * int(SECONDS)
        line = Ask(
            lambda: self.launcher.start_worker(self.submission.folder, cpu, MEMORY_MB),
            of,
            self.probes[of],
            SECONDS,
        )
        try:
            return line(probe, **args)
        finally:
            if line.worker:
                line.worker.close()


def collect(
    submission: Submission,
    milestones: Sequence[tuple[str, str]],
    launcher: Launcher,
    images: Images,
) -> Showcase:
    """Ask for every part.

    Parameters
    ----------
    submission : Submission
        The learner's work.
    milestones : sequence of (id, probes)
        Those of the course, each with its probe module as a zygote is told of it.
    launcher : Launcher
        Starts workers that know these probes, and `PROBES`.
    images : Images
        To train on and to test with.
    """
    named = [*milestones, ("show", PROBES)]
    probes = dict(load_probes([name for _, name in named]))
    stage, shown = Stage(submission, probes, launcher), Showcase()
    parts: dict[str, tuple[str, Callable[[], None]]] = {
        "computation graph": ("m1", lambda: _graph(stage, shown)),
        "two moons": ("m2", lambda: _moons(stage, shown)),
        "spiral": ("m4", lambda: _spiral(stage, shown)),
        "digits: loss": ("m4", lambda: _learn(stage, shown, images)),
        "digits: confusion": ("m4", lambda: _digits(stage, shown, images)),
        "generated text": ("m6", lambda: _text(stage, shown)),
    }
    known = {id for id, _ in milestones}
    for name, (needs, part) in parts.items():
        if needs in known:
            _try(name, part, shown)
    return shown


def _try(name: str, part: Callable[[], None], shown: Showcase) -> None:
    try:
        part()
    except CheckFailure as trouble:
        shown.absent[name] = clean_text(_why(trouble))


def _why(trouble: CheckFailure) -> str:
    """Say why a part is absent; where a stub stands, its own words are enough."""
    if isinstance(trouble, Raised) and trouble.status == "missing":
        return f"not implemented yet: {trouble.problem.message}"
    return trouble.message


def _graph(stage: Stage, shown: Showcase) -> None:
    answer = stage.ask("show", "graph", program=list(EXPRESSION), most=MOST_NODES)
    count = len(_listed(answer["data"], None, "the nodes"))
    data = as_floats(answer["data"], (count,), "data").tolist()
    grads = as_floats(answer["grad"], (count,), "grad").tolist()
    texts = [_listed(answer[part], count, part) for part in ("name", "op")]
    below = [_places(row, count) for row in _listed(answer["below"], count, "children")]
    _refuse_circles(below)
    names, ops = ([clean_text(str(text))[:12] for text in row] for row in texts)
    shown.graph = [Node(*node) for node in zip(names, ops, data, grads, below, strict=True)]


def _listed(value: Any, count: int | None, what: str) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_NODES:
        raise WrongAnswer(f"the graph's {what} are no list of 1 to {MOST_NODES}")
    if count is not None and len(value) != count:
        raise WrongAnswer(f"the graph has {count} nodes, but {len(value)} {what}")
    return value


def _places(row: Any, count: int) -> tuple[int, ...]:
    is_right = isinstance(row, list) and all(type(k) is int and 0 <= k < count for k in row)
    if not is_right or len(row) > MOST_NODES:
        raise WrongAnswer("a node's children are no nodes of the graph")
    return tuple(row)


def _refuse_circles(below: Sequence[tuple[int, ...]]) -> None:
    left = set(range(len(below)))
    while leaves := {k for k in left if not left & set(below[k])}:
        left -= leaves
    if left:
        raise WrongAnswer("the graph goes in circles")


def _grid(low: float, high: float) -> Floats:
    line = np.linspace(low, high, GRID)
    return np.stack([part.ravel() for part in np.meshgrid(line, line)], axis=1)


def _moons(stage: Stage, shown: Showcase) -> None:
    """The scalar network of milestone 2, on as many points as it has patience for."""
    rng = np.random.default_rng(SEED)
    size, kinds = [2, 10, 1], ["relu", "linear"]
    x, y = moons(60, 0.1, rng)
    low, high, coarse = -1.75, 2.75, 40
    line = np.linspace(low, high, coarse)
    grid = np.stack([part.ravel() for part in np.meshgrid(line, line)], axis=1)
    tests = np.concatenate([grid, x])
    answer = stage.ask(
        "m2", "train", size=size, kinds=kinds,
        weights=(2.0 * networks.draw_parameters(size, rng)).tolist(),
        xs=x.tolist(), ys=y.tolist(), epochs=40, rates=[1.0 - 0.9 * k / 39 for k in range(40)],
        loss="hinge_loss", alpha=1e-4, tests=tests.tolist(),
    )  # fmt: skip
    outs = as_floats(answer["outs"], (len(tests),), "the scores")
    curve = as_floats(answer["curve"], (40,), "the losses")
    labels = (outs > 0).astype(np.int64)
    truth = (y > 0).astype(np.int64)
    right = float(np.mean(labels[len(grid) :] == truth))
    zoomed = labels[: len(grid)].reshape(coarse, coarse)
    shown.planes.append(Plane("Two moons", x, truth, low, high, zoomed, curve, right))
    shown.curves["two moons, scalar network (milestone 2)"] = curve


def _spiral(stage: Stage, shown: Showcase) -> None:
    rng = np.random.default_rng(SEED)
    x, y = spiral(300, 3, 0.15, rng)
    low, high, epochs = -1.2, 1.2, 120
    tests = np.concatenate([_grid(low, high), x]).astype(np.float32)
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
    told = as_floats(answer["labels"], (len(tests),), "the classes")
    labels = np.clip(told, 0, 2).astype(np.int64)
    curve = as_floats(answer["loss"], (epochs * 10,), "the losses")
    right = float(np.mean(labels[GRID * GRID :] == y))
    grid = labels[: GRID * GRID].reshape(GRID, GRID)
    shown.planes.append(Plane("Spiral", x, y, low, high, grid, curve, right))
    shown.curves["spiral (milestone 4)"] = curve


def _learn(stage: Stage, shown: Showcase, images: Images) -> None:
    rows = np.random.default_rng(SEED).permutation(len(images.y))[:1000]
    x, y = images.x[rows], images.y[rows]
    program = (
        f"model = Sequential(Linear({x.shape[1]}, 100, rng=rng), ReLU(), Linear(100, 10, rng=rng))"
    )
    answer = stage.ask(
        "m4", "learn", names="Linear, ReLU, Sequential", program=program, x=x, y=y, epochs=5,
        batch_size=50, lr=0.1,
    )  # fmt: skip
    steps = 5 * -(-len(y) // 50)
    shown.curves["digits (milestone 4)"] = as_floats(answer["loss"], (steps,), "the losses")


def _digits(stage: Stage, shown: Showcase, images: Images) -> None:
    split = images.split(np.random.default_rng(SEED), min(1400, len(images.y)))
    pixels, y = split.pixels_test[:2000], split.y_test[:2000]
    tests = np.asarray(pixels / np.float32(split.scale), np.float32)
    answer = stage.ask("m4", "classify_again", x=split.x, y=split.y, tests=tests, seeds=[SEED])
    together = answer["together"]
    if not isinstance(together, list) or len(together) != 1:
        raise WrongAnswer("the classifier's logits are no list of one array")
    logits = as_floats(together[0], (len(y), 10), "the logits")
    shown.digits = _judged(logits, pixels, y, split.scale)


def _judged(logits: Floats, pixels: NDArray[np.uint8], y: Ints, scale: int) -> Digits:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    certainty = odds / odds.sum(axis=1, keepdims=True)
    found = logits.argmax(axis=1)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (y, found), 1)
    wrong = np.flatnonzero(found != y)
    worst = wrong[np.argsort(certainty[wrong, y[wrong]], kind="stable")][:WORST]
    side = round(pixels.shape[1] ** 0.5)
    told = [
        (pixels[k].reshape(side, side), int(y[k]), int(found[k]), float(certainty[k, found[k]]))
        for k in worst
    ]
    return Digits(confusion, float(np.mean(found == y)), told, scale)


def _text(stage: Stage, shown: Showcase) -> None:
    """What a tiny GPT writes after some training on a tale that is made for it."""
    text = tale(np.random.default_rng(SEED), TALE)
    answer = stage.ask(
        "show", "write", text=text, prompt=text[:1], length=WRITTEN, steps=STEPS, seed=SEED
    )
    told = answer["text"]
    if not isinstance(told, str) or not told:
        raise WrongAnswer("what the model writes is no text")
    shown.text = clean_text(told)
