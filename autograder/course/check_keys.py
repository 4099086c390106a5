"""Tables of a course file whose keys are checks: ``[check_weights]`` and ``[thresholds]``."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course.keys import CourseError, suggest_word
from autograder.words import Phrase

MOST_WEIGHT = 100.0


@dataclass(frozen=True)
class Threshold:
    """What a training run has to reach, and how far a course may move it.

    Attributes
    ----------
    of : str
        The name of the result: ``accuracy``.
    usual : float
        The kit's own.
    lowest, highest : float
        The strict one is still reached by right work that was measured, the other by no model that
        learnt nothing.
    full : float or None
        The kit's own in the full profile, where that differs.
    """

    of: str
    usual: float
    lowest: float
    highest: float
    full: float | None = None

    @property
    def meaning(self) -> Phrase:
        """What it is, in a sentence."""
        quick = "{of}, from {lowest:g} to {highest:g}"
        both = "{of}, from {lowest:g} to {highest:g}; in the full profile {full:g}"
        values = {"lowest": self.lowest, "highest": self.highest, "full": self.full}
        return Phrase(both if self.full else quick, of=Phrase(MEANINGS[self.of]), **values)


MEANINGS = {  # of a result: what its threshold is
    "accuracy": "the least accuracy",
    "copied": "the least share of symbols that are right",
    "loss": "the largest loss",
    "loss_ratio": "the largest loss, over that of the counts",
    "difference": "the largest loss, less that of counted bigrams",
    "fall": "by how much the loss falls at least",
    "lead": "by how much the loss beats counted bigrams at least",
}
THRESHOLDS = {  # by how well right work and untrained models do: docs/evidence.md
    "m2.four_points": Threshold("loss", 0.01, 0.005, 0.1),
    "m2.overfit_batch": Threshold("loss", 0.02, 0.012, 0.1),
    "m2.moons": Threshold("accuracy", 0.9, 0.87, 0.91),  # a straight line reaches 0.86 at most
    "m3.sine": Threshold("loss", 0.01, 0.006, 0.05),
    "m3.overfit_batch": Threshold("loss", 0.001, 0.0005, 0.05),
    "m3.images": Threshold("accuracy", 0.85, 0.7, 0.88),
    "m4.overfit_batch": Threshold("loss", 0.05, 0.02, 0.5),
    "m4.classifier": Threshold("accuracy", 0.95, 0.85, 0.97),
    "m4.classifier_seed": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m4.classifier_alone": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m4.epoch": Threshold("loss", 0.7, 0.3, 1.5),
    "m5.overfit_batch": Threshold("loss", 0.05, 0.01, 0.5),
    "m5.own_engine": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m5.train_cnn": Threshold("accuracy", 0.95, 0.85, 0.98, full=0.98),
    "m5.train_cnn_seed": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m5.train_cnn_alone": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m5.train_cnn_sizes": Threshold("accuracy", 0.3, 0.25, 0.3),
    "m6.overfit_batch": Threshold("loss", 0.1, 0.01, 1.0),
    "m6.copy": Threshold("accuracy", 0.95, 0.8, 0.99),
    "m6.step": Threshold("fall", 0.1, 0.05, 0.2),
    "m6.held_out": Threshold("lead", 0.1, 0.05, 0.4, full=0.38),
    "r.run": Threshold("accuracy", 0.8, 0.6, 0.85),
    "r.reproduced": Threshold("accuracy", 0.9, 0.75, 0.9),
    "x.manual.sine": Threshold("loss", 0.01, 0.01, 0.05),
    "x.manual.spiral": Threshold("accuracy", 0.95, 0.8, 0.95),
    "x.manual.digits": Threshold("accuracy", 0.95, 0.8, 0.95),
    "x.makemore.neural_bigram": Threshold("loss_ratio", 1.01, 1.01, 1.05),
    "x.makemore.mlp": Threshold("difference", -0.15, -0.15, -0.05),
    "x.rnn.copies": Threshold("copied", 0.95, 0.85, 0.95),
    "x.augment.train_augmented": Threshold("accuracy", 0.7, 0.6, 0.7),
}


@cache
def list_check_ids(table: Path) -> tuple[str, ...]:
    """Return the ids in a milestone's table of checks."""
    return tuple(row["id"] for row in tomllib.loads(table.read_text(encoding="utf-8"))["check"])


def read_check_table(table: Any, name: str) -> dict[str, Any]:
    """Return a table by the ids of checks: ``m1.add = 2`` may stand with and without quotes."""
    if not isinstance(table, dict):
        raise CourseError("{name} is a table: write [{name}] on a line of its own", name=name)
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
        _require_check(id, [*known], "check_weights", "autograder checks")
        _require_number(f"check_weights.{id}", value, 0.0, MOST_WEIGHT)
    for part in tables:
        own = [id for id in known if known[id] == part]
        if not any(weights.get(id, 1) for id in own):
            raise CourseError(
                "check_weights: all checks of {part} weigh 0: give one more", part=part
            )


def require_thresholds(thresholds: Mapping[str, Any]) -> None:
    """Refuse thresholds of checks that have none to set, or that are out of bounds."""
    for id, value in thresholds.items():
        _require_check(id, [*THRESHOLDS], "thresholds", "autograder course --explain")
        bounds = THRESHOLDS[id]
        _require_number(f"thresholds.{id}", value, bounds.lowest, bounds.highest)


def _require_check(id: str, known: Sequence[str], table: str, command: str) -> None:
    if id not in known:
        hint = suggest_word(id, known)
        near = hint if len(str(hint)) < 120 else Phrase("'{command}' lists them", command=command)
        raise CourseError(
            "{table}: there is no check {id!r} to set; {near}", table=table, id=id, near=near
        )


def _require_number(name: str, value: Any, least: float, most: float) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise CourseError(
            "{name} is {value!r}; wanted a number from {least:g} to {most:g}",
            name=name,
            value=value,
            least=least,
            most=most,
        )
