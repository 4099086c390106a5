"""Tables of a course file whose keys are checks: ``[check_weights]`` and ``[thresholds]``."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course.keys import CourseError, suggest_word

MOST_WEIGHT = 100.0


@dataclass(frozen=True)
class Threshold:
    """The accuracy that a check wants, and how far a course may move it."""

    usual: float
    lowest: float
    highest: float


THRESHOLDS = {  # checks that go by one accuracy alone
    "m3.images": Threshold(0.85, 0.7, 0.88),
    "m4.classifier": Threshold(0.95, 0.85, 0.97),
    "m5.train_cnn": Threshold(0.95, 0.85, 0.98),
    "m6.copy": Threshold(0.95, 0.8, 0.99),
}


@cache
def list_check_ids(table: Path) -> tuple[str, ...]:
    """Return the ids in a milestone's table of checks."""
    return tuple(row["id"] for row in tomllib.loads(table.read_text(encoding="utf-8"))["check"])


def read_check_table(table: Any, name: str) -> dict[str, Any]:
    """Return a table by the ids of checks: ``m1.add = 2`` may stand with and without quotes."""
    if not isinstance(table, dict):
        raise CourseError(f"{name} is a table: write [{name}] on a line of its own")
    return dict(_flatten(table, ""))


def _flatten(table: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{where}{key}.")
        else:
            yield f"{where}{key}", value


def require_weights(weights: Mapping[str, Any], tables: Mapping[str, Path]) -> None:
    """Refuse weights of checks that the milestones do not have, or that leave one without any."""
    if not weights:
        return
    known = {id: part for part, table in tables.items() for id in list_check_ids(table)}
    for id, value in weights.items():
        _require_check(id, [*known], "check_weights")
        _require_number(f"check_weights.{id}", value, 0.0, MOST_WEIGHT)
    for part in tables:
        own = [id for id in known if known[id] == part]
        if not any(weights.get(id, 1) for id in own):
            raise CourseError(f"check_weights: all checks of {part} weigh 0: give one more")


def require_thresholds(thresholds: Mapping[str, Any]) -> None:
    """Refuse thresholds of checks that have none to set, or that are out of bounds."""
    for id, value in thresholds.items():
        _require_check(id, [*THRESHOLDS], "thresholds")
        bounds = THRESHOLDS[id]
        _require_number(f"thresholds.{id}", value, bounds.lowest, bounds.highest)


def _require_check(id: str, known: Sequence[str], table: str) -> None:
    if id not in known:
        hint = suggest_word(id, known)
        near = hint if len(hint) < 120 else "'autograder checks' lists them"
        raise CourseError(f"{table}: there is no check {id!r} to set; {near}")


def _require_number(name: str, value: Any, least: float, most: float) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise CourseError(f"{name} is {value!r}; wanted a number from {least:g} to {most:g}")
