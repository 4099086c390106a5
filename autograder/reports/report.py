"""``report.html``: one file that someone would show; no network, no script."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from autograder.files import write_atomically
from autograder.reports import graph, pictures
from autograder.reports.graph import Drawing
from autograder.reports.record import Record
from autograder.reports.status import day
from autograder.score import CheckResult, Score
from autograder.templates import render

ERRORS = ("max_relative_error", "max_error", "error_by_hand", "error_by_vectors")
SLOWEST = 8


@dataclass(frozen=True)
class Picture:
    """A drawing, its caption, and what it shows in words."""

    svg: Markup
    caption: str


@dataclass(frozen=True)
class Mistake:
    """A test image that was taken for another class."""

    address: str
    told: str


@dataclass
class Parts:
    """What the page shows beside the score; a part that is empty is left out."""

    expression: str = ""
    graph: Drawing | None = None
    nodes: list[tuple[str, str, str, str]] = field(default_factory=list)
    curves: Picture | None = None
    planes: list[Picture] = field(default_factory=list)
    confusion: list[list[int]] = field(default_factory=list)
    accuracy: float = 0.0
    mistakes: list[Mistake] = field(default_factory=list)
    text: str = ""
    absent: dict[str, str] = field(default_factory=dict)


def write(
    score: Score, record: Record, parts: Parts, kit: Sequence[tuple[str, str]], file: Path
) -> None:
    """Write the page.

    Parameters
    ----------
    score : Score
        Of all public checks.
    record : Record
        When what was reached.
    parts : Parts
        What the learner's own code drew.
    kit : sequence of (name, value)
        More lines for the table of the environment.
    file : Path
        Where it goes.
    """
    page = render(
        "report.html.j2",
        score=score,
        record=record,
        parts=parts,
        kit=kit,
        day=day,
        gradients=gradients(score),
        slowest=_slowest(score),
        trained=_trained(score),
        box=(graph.WIDE, graph.HIGH),
    )
    write_atomically(file, page.encode("utf-8", "replace"))


def gradients(score: Score) -> list[tuple[CheckResult, float]]:
    """Return the checks that compare gradients or values, each with its largest error."""
    found = []
    for check in score.checks:
        errors = [check.measurements[key] for key in ERRORS if key in check.measurements]
        if errors and not isinstance(errors[0], str):
            found.append((check, errors[0]))
    return found


def picture(svg: str, caption: str) -> Picture:
    """Return what `pictures` drew: it has escaped all text in it."""
    return Picture(Markup(svg), caption)


def drawn(nodes: Sequence[Any]) -> tuple[Drawing, list[tuple[str, str, str, str]]]:
    """Return the drawing of a graph, and its table: name, operation, data, gradient."""
    table = [(node.name, node.op, f"{node.data:.4g}", f"{node.grad:.4g}") for node in nodes]
    texts = [_lines(*row) for row in table]
    return graph.layout(texts, [node.below for node in nodes]), table


def _lines(name: str, op: str, data: str, grad: str) -> tuple[str, ...]:
    head = f"{name} = {op}" if name and op else name or op or "value"
    return head, f"data {data}", f"grad {grad}"


def mistake(pixels: NDArray[np.uint8], scale: int, truth: int, answer: int, sure: float) -> Mistake:
    """Return a misread image and what happened."""
    told = f"a {truth} taken for a {answer}, {sure:.0%} sure"
    return Mistake(pictures.image(pixels, scale), told)


def _slowest(score: Score) -> list[tuple[str, float]]:
    passed = {check.id for check in score.checks if check.status == "passed"}
    seconds = [(id, spent) for id, spent in score.timing.checks.items() if id in passed]
    return sorted(seconds, key=lambda pair: -pair[1])[:SLOWEST]


def _trained(score: Score) -> list[tuple[str, float]]:
    known = {check.id for check in score.checks}
    return [(id, value) for id, value in score.timing.checks.items() if id not in known]
