"""The chance that a check comes out wrong: how it is estimated, and what was recorded."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import t

from autograder.course import load_course
from autograder.judge.spec import list_checks
from tests.evidence import chance, odds
from tests.evidence.odds import Row, short


def row(check: str, shares: list[float], wanted: float = 0.95, **options: Any) -> Row:
    runs = [
        {"passed": share >= wanted, "numbers": {"accuracy": share, "accuracy_at_least": wanted}}
        for share in shares
    ]
    return Row("quick", check, "reference", options.get("sound", True), runs)


def test_a_further_hash_is_predicted_by_students_t() -> None:
    found = row("m3.images", [0.94, 0.96, 0.98, 1.0], 0.9)
    mean, deviation = 0.07, math.sqrt((2 * 0.03**2 + 2 * 0.01**2) / 3)
    expected = t.sf(mean / deviation / math.sqrt(1 + 1 / 4), 3)
    assert found.chance == pytest.approx(expected, rel=1e-4)
    assert found.chance == pytest.approx(0.0469, abs=1e-4)
    assert not found.holds


def test_the_more_hashes_the_less_is_left_to_chance() -> None:
    few, many = row("m3.images", [0.97, 0.98] * 3), row("m3.images", [0.97, 0.98] * 1000)
    normal = 0.5 * math.erfc(5 / math.sqrt(2))  # 0.025 is five deviations
    assert few.chance > 100 * many.chance
    assert many.chance == pytest.approx(normal, rel=0.2)


def test_a_check_that_judges_all_draws_together_fails_less_often() -> None:
    shares = [0.97, 0.98, 0.96, 0.99]
    pooled, alone = row("m4.classifier", shares), row("m3.images", shares)
    deviation = math.sqrt((2 * 0.015**2 + 2 * 0.005**2) / 3)
    for found, draws in ((pooled, 5), (alone, 1)):
        expected = t.sf(0.025 / deviation / math.sqrt(1 / draws + 1 / 4), 3)
        assert found.chance == pytest.approx(expected, rel=1e-4)


def test_a_check_that_tries_again_fails_when_every_try_does() -> None:
    shares = [0.97, 0.98, 0.96, 0.99]
    once, again = row("m3.images", shares).chance, row("m6.copy", shares).chance
    assert once**3 < again < once  # what is not known about them is the same in every try
    many = [0.02, 0.01] * 1000
    assert short(many, tries=3)[0] == pytest.approx(short(many)[0] ** 3, rel=0.1)


def test_a_failure_that_was_seen_counts() -> None:
    found = row("m4.classifier", [0.99, 0.99, 0.99, 0.94])
    assert found.chance == 0.25
    assert not found.holds


def test_work_that_must_not_pass_has_the_chance_to_pass() -> None:
    found = row("m3.images", [0.1, 0.2, 0.3], 0.95, sound=False)
    assert found.chance == pytest.approx(t.sf(0.75 / 0.1 / math.sqrt(1 + 1 / 3), 2), rel=1e-3)
    assert not found.holds  # three hashes know too little
    assert row("m3.images", [0.1, 0.2, 0.3] * 3, 0.95, sound=False).holds
    assert row("m3.images", [0.1, 0.97], 0.95, sound=False).chance >= 0.5


def test_where_no_threshold_fails_it_what_was_seen_is_all_there_is() -> None:
    found = row("m6.step", [0.99, 0.98, 0.99], 0.95, sound=False)
    for run in found.runs:
        run["passed"] = False
    assert found.chance == 0.0


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


def test_a_line_stays_until_as_many_hashes_were_measured_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = load_course()
    monkeypatch.setattr(chance, "KEPT", tmp_path / "chance.jsonl")
    monkeypatch.setattr(chance, "GIVEN", ("m3.sine",))
    monkeypatch.setattr(chance, "OWN", {})
    old = [
        f"| quick | m3.sine | {work} | {count} | {count} | 0.1 | 0.1 | 0.1 | 0.1 | at most 0.01 | fails 0 |"
        for work, count in (("reference", 8), ("arrays_closures", 7))
    ]
    document = f"<!-- chance -->\n{odds.table(old)}\n<!-- end of chance -->\n"
    milestone = course.milestone("m3")
    for work in chance.works(milestone, "m3.sine")[:3]:
        (tmp_path / work.name).mkdir()
        folder = work.write(course, tmp_path / work.name)
        key = chance.made_from(milestone, "quick", "m3.sine", work, folder)
        line = {"key": key, "passed": True, "numbers": {"loss": 0.004, "loss_at_most": 0.01}}
        with chance.KEPT.open("a") as file:
            file.writelines([json.dumps(line) + "\n"] * 7)
    lines = list(chance.recorded(course, document))
    cells = [found for found, _ in odds.read_table(odds.table(lines))]
    assert lines[0] == old[0]
    assert [found[2:6] for found in cells[1:]] == [
        ["arrays_closures", "7", "7", "0.0040"], ["arrays_functions", "7", "7", "0.0040"],
    ]  # fmt: skip


def test_what_was_recorded_holds() -> None:
    """Sound work fails at most once in 10,000, other work passes at most once in 1,000."""
    (told,) = chance.MARKED.findall(chance.RECORDED.read_text())
    rows = [cells for cells, _ in odds.read_table(told)]
    assert {line[1] for line in rows} >= {"m4.classifier", "m5.train_cnn"}
    for line in rows:
        verdict, _, number = line[-1].rpartition(" ")
        most = 1e-4 if verdict.startswith("fails") else 1e-3
        assert float(number) <= most, line
