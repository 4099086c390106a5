"""How well a check tells strong work from weak: who passes it does well elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate
from autograder.score import MilestoneScore, Score, public_id

LEAST = 30  # submissions: of fewer, a correlation is mostly chance
NOT_BEGUN = frozenset({"missing", "blocked", "rejected"})
WORDS = (  # from this correlation on; the bounds are those of item analysis
    (0.3, "tells well"),
    (0.2, "tells somewhat"),
    (0.0, "tells little"),
    (-1.0, "the wrong way round"),
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class CheckStatistic:
    """How a class did on a check and its hidden twin together.

    Attributes
    ----------
    id, title : str
        Of the public check.
    count, passed : int
        Submissions that began the milestone, and those of them that passed check and twin.
    correlation : float or None
        Of passing with the points on the milestone's other checks; None where it says nothing.
    words : str
        What it says, or why there is none.
    """

    id: str
    title: str
    count: int
    passed: int
    correlation: float | None
    words: str


def measure_checks(scores: Sequence[Score]) -> list[CheckStatistic]:
    """Return the statistics of every check of the milestones, in their order."""
    parts: dict[str, list[MilestoneScore]] = {}
    for part in chain.from_iterable(score.milestones for score in scores):
        if any(check.status not in NOT_BEGUN for check in part.checks):
            parts.setdefault(part.id, []).append(part)
    return [row for id in sorted(parts) for row in _measure_milestone(parts[id])]


def _measure_milestone(parts: Sequence[MilestoneScore]) -> list[CheckStatistic]:
    checks = {check.id: check for part in parts for check in part.checks}
    titles = {public_id(check): check.title for check in checks.values()}
    numbers = {id: column for column, id in enumerate(titles)}
    columns = {id: numbers[public_id(check)] for id, check in checks.items()}
    points, passed = _tabulate(parts, columns, len(titles))
    rest = points.sum(axis=1, keepdims=True) - points
    found = correlate(passed, rest)
    counts = passed.sum(axis=0).tolist()
    return [
        CheckStatistic(id, title, len(parts), count, *_describe(value, count, len(parts)))
        for (id, title), count, value in zip(titles.items(), counts, found, strict=True)
    ]


def _tabulate(
    parts: Sequence[MilestoneScore], columns: dict[str, int], width: int
) -> tuple[Floats, Flags]:
    """Return the points of each submission on each check with its twin, and whether both passed."""
    points = [[0.0] * width for _ in parts]  # as lists: an entry of an array takes longer to set
    passed = [[True] * width for _ in parts]
    for part, own_points, own_passed in zip(parts, points, passed, strict=True):
        for check in part.checks:
            column = columns[check.id]
            own_points[column] += check.points
            if check.status != "passed":
                own_passed[column] = False
    return np.array(points), np.array(passed)


def correlate(passed: Flags, rest: Floats) -> list[float | None]:
    """Return the point-biserial correlation of each column; None where one of the two is constant.

    It is Pearson's, of 1 for passed and 0 for not with the points on the other checks.
    """
    first = passed - passed.mean(axis=0)
    second = rest - rest.mean(axis=0)
    spread = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    shared = (first * second).sum(axis=0)
    is_told = spread > 1e-9 * max(1.0, float(np.abs(rest).max(initial=0.0)))
    return [
        float(top / bottom) if told else None
        for top, bottom, told in zip(shared, spread, is_told, strict=True)
    ]


def _describe(value: float | None, passed: int, count: int) -> tuple[float | None, str]:
    if passed in (0, count):
        return None, translate("nobody passes" if count and not passed else "all pass")
    if count < LEAST:
        return None, translate("too few to tell: {count} of {least}", count=count, least=LEAST)
    if value is None:
        return None, translate("all others are equal")
    rounded = round(value, 2)
    return rounded, translate(next(words for bound, words in WORDS if rounded >= bound))
