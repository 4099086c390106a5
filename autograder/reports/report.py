"""``report.html``: one file that someone would show; no network, no script but for its demos."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from autograder.files import write_atomically
from autograder.language.catalogue import translate
from autograder.language.pages import page_words
from autograder.reports import graph, pictures
from autograder.reports.graph import Drawing
from autograder.reports.own_tests import describe_own_tests
from autograder.reports.record import Record
from autograder.reports.status import format_day
from autograder.score import CheckResult, Score
from autograder.templates import render

ERRORS = ("max_relative_error", "max_error", "error_by_hand", "error_by_vectors")
SLOWEST = 8


@dataclass(frozen=True)
class Picture:
    """A drawing and its caption."""

    svg: Markup
    caption: str


@dataclass(frozen=True)
class Mistake:
    """A test image that was taken for another class."""

    address: str
    caption: str


@dataclass(frozen=True)
class ShownExhibit:
    """A figure of an extra unit, with the rows of a table instead where it has some."""

    heading: str
    picture: Picture
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Demos:
    """Recorded demos, with what they need on the page.

    Attributes
    ----------
    sections, style, script : Markup
        HTML, CSS and JavaScript.
    source : str
        By which the page's policy allows that script and no other.
    """

    sections: Markup
    style: Markup
    script: Markup
    source: str


@dataclass
class Parts:
    """The parts of the page beside the score; one that is empty is left out."""

    journey: Picture | None = None
    built: list[tuple[str, str]] = field(default_factory=list)  # id and words of what is done
    expression: str = ""
    graph: Drawing | None = None
    nodes: list[tuple[str, str, str, str]] = field(default_factory=list)
    curves: Picture | None = None
    regimes: list[Picture] = field(default_factory=list)
    tuning: Picture | None = None
    hand: Picture | None = None
    exhibits: list[ShownExhibit] = field(default_factory=list)
    planes: list[Picture] = field(default_factory=list)
    confusion: list[list[int]] = field(default_factory=list)
    accuracy: float = 0.0
    mistakes: list[Mistake] = field(default_factory=list)
    text: str = ""
    demos: Demos | None = None
    absent: dict[str, str] = field(default_factory=dict)


def write_report(
    score: Score, record: Record, parts: Parts, kit: Sequence[tuple[str, str]], file: Path
) -> None:
    """Write the page.

    Parameters
    ----------
    score : Score
        Of all public checks.
    record : Record
        The learner's record: dates of what was reached.
    parts : Parts
        Drawn by the learner's own code.
    kit : sequence of (name, value)
        More lines for the table of the environment.
    file : Path
        The file to write.
    """
    page = render(
        "report.html.j2",
        score=score,
        extras=[extra for extra in score.extras if extra.checks],
        record=record,
        parts=parts,
        kit=kit,
        day=format_day,
        gradients=list_gradients(score),
        slowest=_list_slowest(score),
        trained=_list_training(score),
        own_tests=partial(describe_own_tests, score),
        box=(graph.BOX_WIDTH, graph.BOX_HEIGHT),
        **page_words(),
    )
    write_atomically(file, page.encode())


def list_gradients(score: Score) -> list[tuple[CheckResult, float]]:
    """Return the checks that compare gradients or values, each with its largest error."""
    pairs = []
    for check in score.checks:
        errors = [check.measurements[key] for key in ERRORS if key in check.measurements]
        if errors and not isinstance(errors[0], str):
            pairs.append((check, errors[0]))
    return pairs


def make_picture(svg: str, caption: str) -> Picture:
    """Return an SVG of `pictures`, in which all text is escaped, with its caption."""
    return Picture(Markup(svg), caption)


def draw_graph(nodes: Sequence[Any]) -> tuple[Drawing, list[tuple[str, str, str, str]]]:
    """Return the drawing of a graph, and its table: name, operation, data, gradient."""
    table = [(node.name, node.op, f"{node.data:.4g}", f"{node.grad:.4g}") for node in nodes]
    texts = [_label_node(*row) for row in table]
    return graph.arrange_graph(texts, [node.below for node in nodes]), table


def _label_node(name: str, op: str, data: str, grad: str) -> tuple[str, ...]:
    head = f"{name} = {op}" if name and op else name or op or translate("value")
    return head, f"data {data}", f"grad {grad}"  # as the code calls them


def describe_mistake(
    pixels: NDArray[np.uint8], scale: int, truth: int, answer: int, sure: float
) -> Mistake:
    """Return a misread image, with truth and answer in its caption."""
    text = "a {truth} taken for a {answer}, {sure:.0%} sure"
    caption = translate(text, truth=truth, answer=answer, sure=sure)
    return Mistake(pictures.encode_image(pixels, scale), caption)


def _list_slowest(score: Score) -> list[tuple[str, float]]:
    passed = {check.id for check in score.checks if check.status == "passed"}
    seconds = [(id, spent) for id, spent in score.timing.checks.items() if id in passed]
    return sorted(seconds, key=lambda pair: -pair[1])[:SLOWEST]


def _list_training(score: Score) -> list[tuple[str, float]]:
    checks = {check.id for check in score.checks}
    return [(id, value) for id, value in score.timing.checks.items() if id not in checks]
