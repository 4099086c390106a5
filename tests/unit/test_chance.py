"""The chance that a check comes out wrong: how it is estimated, and what was recorded."""

import math
from typing import Any

import pytest

from autograder.course import load_course
from autograder.judge.spec import list_checks
from tests.evidence import chance
from tests.evidence.odds import Row, tail


def row(check: str, shares: list[float], wanted: float = 0.95, **options: Any) -> Row:
    runs = [
        {"passed": share >= wanted, "numbers": {"accuracy": share, "accuracy_at_least": wanted}}
        for share in shares
    ]
    return Row("quick", check, "reference", options.get("sound", True), runs)


def test_margins_are_taken_as_normal() -> None:
    found = row("m3.images", [0.94, 0.96, 0.98, 1.0], 0.9)
    mean, deviation = 0.07, math.sqrt((2 * 0.03**2 + 2 * 0.01**2) / 3)
    assert found.chance == pytest.approx(tail(mean, deviation))
    assert found.chance == pytest.approx(0.00336, rel=1e-2)
    assert not found.holds


def test_a_check_that_judges_all_draws_together_fails_less_often() -> None:
    shares = [0.97, 0.98, 0.96, 0.99]
    pooled, alone = row("m4.classifier", shares), row("m3.images", shares)
    deviation = math.sqrt((2 * 0.015**2 + 2 * 0.005**2) / 3)
    assert pooled.chance == pytest.approx(tail(0.025, deviation / math.sqrt(5)))
    assert alone.chance == pytest.approx(tail(0.025, deviation))


def test_a_check_that_tries_again_fails_when_every_try_does() -> None:
    shares = [0.97, 0.98, 0.96, 0.99]
    again = row("m6.copy", shares)
    assert again.chance == pytest.approx(row("m3.images", shares).chance ** 3)


def test_a_failure_that_was_seen_counts() -> None:
    found = row("m4.classifier", [0.99, 0.99, 0.99, 0.94])
    assert found.chance == 0.25
    assert not found.holds


def test_work_that_must_not_pass_has_the_chance_to_pass() -> None:
    found = row("m3.images", [0.1, 0.2, 0.3], 0.95, sound=False)
    assert found.chance == pytest.approx(1 - tail(-0.75, 0.1))
    assert found.holds
    assert row("m3.images", [0.1, 0.97], 0.95, sound=False).chance >= 0.5


def test_the_first_of_several_draws_is_what_counts() -> None:
    found = row("m4.classifier", [0.96, 0.97])
    found.runs[0]["numbers"]["first_accuracy"] = 0.94
    assert [round(result.got, 2) for result in found.results] == [0.94, 0.97]


def test_every_check_that_trains_is_measured() -> None:
    trains = [
        listed.id
        for one in load_course().milestones
        for listed in list_checks(one.id, one.checks)
        if listed.spec.kind in ("overfit", "accuracy") and not listed.id.endswith(".step")
    ]
    assert [id for id in trains if id not in (*chance.GIVEN, *chance.OWN)] == []


def test_what_was_recorded_holds() -> None:
    """Sound work fails at most once in 10,000, other work passes at most once in 1,000."""
    (told,) = chance.MARKED.findall(chance.RECORDED.read_text())
    rows = [line.strip("| ").split(" | ") for line in told.splitlines()[2:]]
    assert {line[1] for line in rows} >= {"m4.classifier", "m5.train_cnn"}
    for line in rows:
        verdict, _, number = line[-1].rpartition(" ")
        most = 1e-4 if verdict.startswith("fails") else 1e-3
        assert float(number) <= most, line
