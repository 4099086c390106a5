"""What the report shows of each extra unit: drawn by the learner's own code, a picture each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.c_checkpoints.gradients import NEAR, WAYS, part, problem
from autograder.data.images import Images
from autograder.data.wordlists import make_words
from autograder.judge.messages import clean_text
from autograder.language.catalogue import translate
from autograder.numerics import classifiers
from autograder.numerics.compare import as_floats, require_list
from autograder.numerics.failure import WrongAnswer

PROBES = "units=autograder.worker.probes.showcase_units"
SEED = 20260901
LETTERS = ".abcdefghijklmnopqrstuvwxyz"
OPTIMIZERS = {  # settings and rate of each
    "RMSprop": ({}, 0.1),
    "AdamW": ({"weight_decay": 0.0}, 0.3),
    "Nesterov": ({"momentum": 0.9}, 0.01),
}
START, STEPS = (-4.0, 1.5), 60
MODULES = ("numpy", "array_api_strict")
SYMBOLS, LENGTH = 3, 3
ALTERATIONS = {
    "as it is": "x",
    "shift": "shift(x, 1, -2)",
    "rotate": "rotate(x, 20.0)",
    "add_noise": "add_noise(x, 0.2, default_rng(0))",
}

Floats = NDArray[np.float64]
AskPart = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Exhibit:
    """A figure of one unit: lines, grids of numbers, or rows of a table.

    Attributes
    ----------
    unit, title, sentence : str
        ``x.norm``, what is shown, and what is seen.
    lines : mapping of str to (x, y)
        Curves by name.
    axes : tuple of str
        What lies along them.
    grids : mapping of str to ndarray
        Matrices by name.
    wrong : frozenset of (str, int, int)
        The cells of grids that are marked.
    rows : tuple of tuple of str
        A table, its heading first.
    """

    unit: str
    title: str
    sentence: str
    lines: Mapping[str, tuple[Floats, Floats]] = field(default_factory=dict)
    axes: tuple[str, str] = ("x", "")
    grids: Mapping[str, Floats] = field(default_factory=dict)
    wrong: frozenset[tuple[str, int, int]] = frozenset()
    rows: tuple[tuple[str, ...], ...] = ()


def collect_three_ways(ask: AskPart, images: Images) -> Exhibit:
    """Show one gradient three ways; the cells that neither of the others bears out are marked."""
    x, y, weights = problem(np.random.default_rng(SEED), 5, (3, 4, 2))
    ways = ask("c", "three_ways", x=x, y=y, params=weights)["three"]
    wanted = classifiers.weight_gradients(weights, x, y)["w1"]
    grids = {way: as_floats(part(ways, way, "w1"), wanted.shape, f"{way}, w1") for way in WAYS}
    wrong = frozenset(
        (way, int(i), int(j))
        for way, grid in grids.items()
        for i, j in zip(*np.nonzero(np.abs(grid - wanted) > 10 * NEAR[way]), strict=True)
    )
    bad = ", ".join(f"{way} [{i}, {j}]" for way, i, j in sorted(wrong))
    sentence = (
        translate("wrong: {cells}", cells=bad)
        if wrong
        else translate("the three agree in every cell")
    )
    title = translate("One gradient three ways")
    return Exhibit("c", title, f"dL/dw1, {sentence}.", grids=grids, wrong=wrong)


def collect_activations(ask: AskPart, images: Images) -> Exhibit:
    """Show the three activations by the learner's functions."""
    x = np.linspace(-4.0, 4.0, 81)
    lines = {}
    for name in ("leaky_relu", "swish", "gelu"):
        answer = ask(
            "x.activations",
            "curves",
            expression=f"{name}(x)",
            inputs=[x],
            cotangents=[np.ones_like(x)],
        )
        (curve,) = require_list(answer["curves"], 1, "the curves")
        lines[name] = (x, as_floats(part(curve, "out"), x.shape, name))
    low = {name: float(y.min()) for name, (_, y) in lines.items()}
    words = ", ".join(f"{name} {value:.3f}" for name, value in low.items())
    sentence = translate("Lowest between -4 and 4: {values}.", values=words)
    return Exhibit("x.activations", translate("Activations"), sentence, lines)


def collect_norm(ask: AskPart, images: Images) -> Exhibit:
    """Show how numbers are spread before and after batch normalisation."""
    x = np.random.default_rng(SEED).gamma(2.0, 2.0, (200, 4)).astype(np.float32)
    batch = {"mode": "train", "x": x, "cotangent": np.ones_like(x)}
    answer = ask("x.norm", "run", program="BatchNorm1d(4)", weights={}, batches=[batch])
    (own,) = require_list(answer["batches"], 1, "the batches")
    out = as_floats(part(own, "out"), x.shape, "what BatchNorm1d returns")
    edges = np.linspace(-4.0, 16.0, 41)
    middles = (edges[:-1] + edges[1:]) / 2
    lines = {
        name: (middles, np.histogram(values, edges)[0].astype(float))
        for name, values in ((translate("before"), x), (translate("after"), out))
    }
    sentence = translate(
        "Mean {mean:.2f} and standard deviation {deviation:.2f} before, {new_mean:.2f} and "
        "{new_deviation:.2f} after.",
        mean=x.mean(),
        deviation=x.std(),
        new_mean=round(float(out.mean()), 2) + 0.0,
        new_deviation=out.std(),
    )
    axes = (translate("value"), translate("how many"))
    return Exhibit("x.norm", translate("Batch normalisation"), sentence, lines, axes)


def collect_augment(ask: AskPart, images: Images) -> Exhibit:
    """Show a digit, and what each alteration makes of it."""
    side = round(images.pixels.shape[1] ** 0.5)
    digit = (images.pixels[:1].reshape(1, 1, side, side) / images.scale).astype(np.float32)
    answer = ask("x.augment", "alter", images=digit, expressions=[*ALTERATIONS.values()])
    altered = require_list(answer["altered"], len(ALTERATIONS), "the altered images")
    grids = {
        translate(name): as_floats(image, digit.shape, name)[0, 0]
        for name, image in zip(ALTERATIONS, altered, strict=True)
    }
    sentence = translate(
        "A {digit}, shifted 1 down and 2 left, rotated by 20 degrees, with noise.",
        digit=int(images.y[0]),
    )
    return Exhibit("x.augment", translate("Altered images"), sentence, grids=grids)


def collect_optim(ask: AskPart, images: Images) -> Exhibit:
    """Show the ways of three optimisers down a ravine."""
    lines, ends = {}, []
    for name, (settings, lr) in OPTIMIZERS.items():
        answer = ask(
            "units",
            "ravine",
            name=name,
            settings=settings,
            start=np.array(START),
            steps=STEPS,
            lr=lr,
        )
        path = as_floats(answer["path"], (STEPS + 1, 2), f"the way of {name}")
        lines[name] = (path[:, 0], path[:, 1])
        height = float((path[-1] ** 2 * (0.5, 10.0)).sum())
        ends.append(f"{name} {height:.2g}")
    sentence = translate(
        "(x^2 + 20 y^2) / 2 after {steps} steps from {start}: {ends}.",
        steps=STEPS,
        start=START,
        ends=", ".join(ends),
    )
    return Exhibit("x.optim", translate("Ways down a ravine"), sentence, lines, ("x", "y"))


def collect_makemore(ask: AskPart, images: Images) -> Exhibit:
    """Show which letters follow which, and words made up by that."""
    examples = make_words(np.random.default_rng(SEED)).train
    answer = ask("units", "words", examples=examples, count=8, seed=SEED)
    counts = as_floats(answer["counts"], (27, 27), "the counts")
    made = require_list(answer["words"], 8, "the words")
    if not all(isinstance(word, str) for word in made):
        raise WrongAnswer("what sample returned is not a list of words")
    words = ", ".join(clean_text(word)[:20] for word in made)
    sentence = translate(
        "Row: a letter, column: the one after it, from '.' to z. Made up: {words}.", words=words
    )
    grids = {translate("bigrams"): np.sqrt(np.maximum(counts, 0.0))}
    return Exhibit("x.makemore", translate("Letter after letter"), sentence, grids=grids)


def collect_manual(ask: AskPart, images: Images) -> Exhibit:
    """Show a sine, and what a network without an engine learns of it."""
    rng = np.random.default_rng(SEED)
    x = rng.uniform(-1.0, 1.0, (64, 1))
    grid = np.linspace(-1.0, 1.0, 81)[:, None]
    answer = ask("units", "sine", x=x, y=np.sin(np.pi * x), grid=grid, seed=SEED)
    out = as_floats(answer["out"], grid.shape, "the outputs")
    line = grid[:, 0]
    truth = np.sin(np.pi * line)
    lines = {"sin(pi x)": (line, truth), translate("your network"): (line, out[:, 0])}
    error = float(np.abs(out[:, 0] - truth).max())
    sentence = translate("Largest error {error:.3f}.", error=error)
    return Exhibit("x.manual", translate("A sine without an engine"), sentence, lines)


def collect_backend(ask: AskPart, images: Images) -> Exhibit:
    """Show one loss and one gradient by each array module."""
    rng = np.random.default_rng(SEED)
    x, labels = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    answer = ask("units", "modules", x=x, labels=labels, names=[*MODULES], seed=SEED)
    found = require_list(answer["modules"], len(MODULES), "the modules")
    difference = translate("largest difference in dL/dw1")
    heading = (translate("module"), translate("its arrays"), translate("loss"), difference)
    rows: list[tuple[str, ...]] = [heading]
    first = as_floats(part(found[0], "w1"), (4, 8), "the gradient by w1")
    for name, own in zip(MODULES, found, strict=True):
        gradient = as_floats(part(own, "w1"), (4, 8), f"{name}: the gradient by w1")
        loss = float(as_floats(np.asarray(part(own, "loss")), (), f"{name}: the loss"))
        kind = clean_text(str(part(own, "kind")))[:30]
        rows.append((name, kind, f"{loss:.6f}", f"{np.abs(gradient - first).max():.1e}"))
    title = translate("One network, two array modules")
    return Exhibit("x.backend", title, translate("The same work each time."), rows=tuple(rows))


def collect_rnn(ask: AskPart, images: Images) -> Exhibit:
    """Show what an LSTM repeats after it has read sequences; wrong symbols are marked."""
    sequences = np.stack(np.meshgrid(*[np.arange(SYMBOLS)] * LENGTH, indexing="ij"), axis=-1)
    wanted = sequences.reshape(-1, LENGTH)
    answer = ask("units", "copies", symbols=SYMBOLS, length=LENGTH, sequences=wanted, seed=SEED)
    got = as_floats(answer["answers"], wanted.shape, "the answers")
    read, repeated = translate("read"), translate("repeated")
    wrong = frozenset(
        (repeated, int(j), int(i)) for i, j in zip(*np.nonzero(got != wanted), strict=True)
    )
    right = float((got == wanted).mean())
    sentence = translate(
        "{share:.0%} of {count} symbols; a column a sequence, time from top to bottom.",
        share=right,
        count=wanted.size,
    )
    grids = {read: wanted.T.astype(float), repeated: got.T}
    return Exhibit(
        "x.rnn", translate("Repeating what was read"), sentence, grids=grids, wrong=wrong
    )


EXHIBITS: dict[str, Callable[[AskPart, Images], Exhibit]] = {
    "c": collect_three_ways,
    "x.activations": collect_activations,
    "x.norm": collect_norm,
    "x.augment": collect_augment,
    "x.optim": collect_optim,
    "x.makemore": collect_makemore,
    "x.manual": collect_manual,
    "x.backend": collect_backend,
    "x.rnn": collect_rnn,
}
