"""A class that nobody graded: scores as of real checks, drawn from a seed, by ability and difficulty."""

import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import load_course
from autograder.judge.spec import ListedCheck, list_checks
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Hint,
    Kit,
    MilestoneScore,
    Outcome,
    Score,
    Status,
    Timing,
    score_milestone,
    sum_points,
    write_score,
)

GIVEN = (
    "Ada",
    "Bo",
    "Chiara",
    "Dmitri",
    "Elif",
    "Fatou",
    "Grace",
    "Hiro",
    "Ines",
    "João",
    "Kwame",
    "Zoë",
)
FAMILY = (
    "Abbott",
    "Baker",
    "Castro",
    "Diallo",
    "Engel",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Łuczak",
)
HINTS = (
    Hint("assign-not-accumulate", "A gradient is overwritten where it has to be added to."),
    Hint("no-topological-order", "Gradients are passed on before all of them have arrived."),
    Hint("upstream-missing", "A local derivative is not multiplied by the gradient from above."),
)
SECTIONS = ("Mon 10", "Tue 14", "Wed 8", "Thu 16")
ENVIRONMENT = Environment("3.11", "2.1", "Linux", "strict")
KIT = Kit("0.2.0", "c" * 64, "quick", 1)
NOT_BEGUN = -2.0  # ability below which a milestone is left untouched


def name_of(number: int) -> str:
    """Return the name of a submission: people, with a number where many share a name."""
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
    return f"{family.lower()}-{given.lower()}-{number:05d}"


def section_of(number: int) -> str:
    """Return the section of a submission."""
    return SECTIONS[number % len(SECTIONS)]


def make_scores(count: int, ids: Sequence[str] = ("m1",)) -> Iterator[Score]:
    """Yield `count` scores of the milestones `ids`; the same ones each time."""
    course = load_course()
    parts = [course.part(id) for id in ids]
    listed = {part.id: list_checks(part.id, part.checks) for part in parts}
    for number in range(count):
        draw = random.Random(number)
        ability = draw.gauss(0.5, 1.0)
        milestones = [
            _draw_milestone(part.id, part.title, listed[part.id], ability - 0.4 * place, draw)
            for place, part in enumerate(parts)
        ]
        checks = [check for one in milestones for check in one.checks]
        seconds = {check.id: round(draw.random(), 3) for check in checks}
        yield Score(
            GradedWork(name_of(number), f"{number:064x}", ["engine.py"]), KIT, ENVIRONMENT,
            *sum_points(checks), milestones, Timing("2026-11-28T00:00:00Z", 1.0, 80.0, seconds),
        )  # fmt: skip


def _draw_milestone(
    id: str, title: str, listed: Sequence[ListedCheck], ability: float, draw: random.Random
) -> MilestoneScore:
    rows = [
        row for place, one in enumerate(listed) for row in _draw_pair(one, place, ability, draw)
    ]
    return score_milestone(id, title, rows)


def _draw_pair(
    one: ListedCheck, place: int, ability: float, draw: random.Random
) -> Iterator[CheckResult]:
    difficulty = 2.4 * math.sin(7.0 * place) - 0.4
    is_right = draw.random() < 1 / (1 + math.exp(2.0 * (difficulty - ability)))
    status: Status = "passed" if is_right else "missing" if ability < NOT_BEGUN else "failed"
    hint = HINTS[place % len(HINTS)] if status == "failed" and draw.random() < 0.4 else None
    message = (
        ""
        if is_right
        else f"computed {one.title}: {draw.random():.6f}, wanted {draw.random():.6f}; look at Value"
    )
    yield _make_check(one, "public", status, message, hint)
    yield _make_check(one, "hidden", status if is_right else "blocked", "", None)


def _make_check(
    one: ListedCheck, visibility: str, status: Status, message: str, hint: Hint | None
) -> CheckResult:
    most = one.points_for(visibility)  # type: ignore[arg-type]
    return CheckResult(
        one.id if visibility == "public" else f"{one.id}_hidden",
        one.title, one.spec.kind, visibility, status,  # type: ignore[arg-type]
        most if status == "passed" else 0.0, most, message, hint, {"max_error": 1.5e-9},
    )  # fmt: skip


def write_scores(out: Path, count: int, ids: Sequence[str] = ("m1",)) -> list[Outcome]:
    """Write the scores of a class to `out`; return its outcomes, without what lies in the files."""
    outcomes = []
    for score in make_scores(count, ids):
        name = score.submission.id
        file = out / name / "score.json"
        write_score(score, file)
        outcomes.append(Outcome(name, None, file, kept=True))
    return outcomes
