"""A class in memory: a score stays in its file."""

import gc
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.intake.submission import Entry
from autograder.run.inbox import grade_entries
from autograder.run.pool import Outcomes
from autograder.score import (
    Environment,
    GradedWork,
    Kit,
    Outcome,
    Score,
    Timing,
    list_scores,
    write_score,
)
from autograder.stop import Stop

COUNT = 20


def make_score(name: str, points: float = 1.0) -> Score:
    return Score(
        GradedWork(name, "w", []), Kit("1", "a", "quick", 1), Environment("3", "2", "x", "strict"),
        points, 2.0, [], Timing("2026-01-01", 1.0, 1.0, {}),
    )  # fmt: skip


def graded(folder: Path) -> Sequence[Outcome]:
    names = [f"student {number}" for number in range(COUNT)]
    entries = [Entry(name, folder / name) for name in names]

    def pool(entries: Sequence[Entry]) -> Outcomes:
        for entry in reversed(entries):
            entry.path.mkdir()
            file = entry.path / "score.json"
            score = make_score(entry.name)
            write_score(score, file)
            yield Outcome(entry.name, score, file, kept=True)

    return grade_entries([*entries, Entry("lost", folder)], lambda all: _with_fault(pool(all[:-1])))


def _with_fault(outcomes: Outcomes) -> Outcomes:
    yield Outcome("lost", None, fault="the disk is full")
    yield from outcomes


def count_scores() -> int:
    gc.collect()
    return sum(isinstance(thing, Score) for thing in gc.get_objects())


def test_no_score_is_kept_and_each_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    before = count_scores()
    outcomes = graded(tmp_path)
    assert count_scores() == before
    assert [outcome.name for outcome in outcomes] == [
        *(f"student {number}" for number in range(COUNT)), "lost",
    ]  # fmt: skip
    assert [score.submission.id for score in list_scores(outcomes)[:2]] == [
        "student 0",
        "student 1",
    ]
    assert len(list_scores(outcomes)) == COUNT
    assert all(outcome.kept for outcome in outcomes[:-1])
    assert (outcomes[-1].score, outcomes[-1].fault) == (None, "the disk is full")
    assert outcomes[0].score == make_score("student 0")


def test_a_score_that_went_away_meanwhile_is_told(tmp_path: Path) -> None:
    outcomes = graded(tmp_path)
    (tmp_path / "student 3/score.json").write_text("{")
    with pytest.raises(Stop, match=r"student 3/score.json was removed or changed while this ran"):
        list(outcomes)
