"""The tables of evidence: what they show, and that README says what they come to."""

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.judge.spec import list_checks
from autograder.numerics.thresholds import AT_LEAST, AT_MOST, Result
from tests.evidence import measure, run
from tests.evidence.measure import Line, Profile, Total
from tests.evidence.table import HEADLINES, summary, table


def profile(name: str, accuracy: float, lost: dict[str, str]) -> Profile:
    lines = [
        Line("m4.classifier", Result("accuracy", accuracy, AT_LEAST, 0.95), 1.5, None, 42.0),
        Line("m4.epoch", Result("loss", 0.125, AT_MOST, 0.7), 0.25, 0.0125, 31.0),
    ]
    totals = {"m4": Total(99.5, 100, 6.25, 42.0), "all": Total(99.5, 100, 7.0, 42.0)}
    return Profile(name, "strict", totals, lines, lost)


def test_both_profiles_stand_side_by_side() -> None:
    told = table([profile("quick", 0.98, {}), profile("full", 0.96, {})]).splitlines()
    assert (
        "| m4.classifier | accuracy | at least 0.95 | 0.98 | 0.96 | 1.50 | 1.50 |  | 42 |" in told
    )
    assert "| m4.epoch | loss | at most 0.7 | 0.125 | 0.125 | 0.25 | 0.25 | 12.5 | 31 |" in told
    assert "| all | 99.5/100 | 99.5/100 | 7.0 | 7.0 | 42 | 42 |" in told


def test_a_profile_that_did_not_run_has_dashes() -> None:
    told = table([profile("quick", 0.98, {})]).splitlines()
    assert "| m4.classifier | accuracy | at least 0.95 | 0.98 | - | 1.50 | - |  | 42 |" in told
    assert "| m4 | 99.5/100 | - | 6.2 | - | 42 | - |" in told


def test_without_the_data_only_quick_runs_and_the_table_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOGRADER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(run, "measured", lambda course, name, tell: profile(name, 0.98, {}))
    monkeypatch.setattr(run, "OUT", tmp_path / "out")
    assert run.main([]) == 0
    assert "The full profile is missing here: it needs mnist" in capsys.readouterr().out
    assert "The full profile is missing here" in (tmp_path / "out" / "evidence.md").read_text()


def test_a_reference_that_loses_points_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "absent", lambda course: [])
    monkeypatch.setattr(run, "measured", lambda *a: profile(a[1], 0.9, {"m4.classifier": "90 %"}))
    monkeypatch.setattr(run, "OUT", tmp_path)
    assert run.main([]) == 1
    assert "LOST in full: m4.classifier: 90 %" in capsys.readouterr().err


def test_every_check_of_a_training_run_states_its_threshold() -> None:
    """Read from the record: the reference was measured in all of them."""
    recorded = run.recorded(run.RECORDED)
    trained = [
        listed.id
        for one in load_course().milestones
        for listed in list_checks(one.id, one.checks)
        if listed.spec.kind in ("overfit", "accuracy")
    ]
    assert [id for id in trained if f"| {id} |" not in recorded] == []


def test_readme_says_what_the_record_comes_to() -> None:
    told = run.recorded(run.README)
    assert told == summary(run.recorded(run.RECORDED))
    rows = told.splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| m{n}" for n in range(1, 7)]
    assert "| m6 | 100/100 | 100/100 | loss on held-out text, a small GPT: at most " in rows[5]


def test_the_summary_takes_points_and_headlines_from_the_tables() -> None:
    told = summary(table([profile("quick", 0.98, {}), profile("full", 0.96, {})])).splitlines()
    words = HEADLINES["m4"][2]
    assert told[2:] == [
        f"| m4 | 99.5/100 | 99.5/100 | {words}: at least 0.95 | 0.98 | 0.96 |",
    ]


def test_a_record_goes_between_the_marks_of_both_documents(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("RECORDED", "README"):
        monkeypatch.setattr(run, name, tmp_path / name)
        (tmp_path / name).write_text("before\n<!-- measured -->\nold\n<!-- end -->\nafter\n")
    told = table([profile("quick", 0.98, {}), profile("full", 0.96, {})])
    run.record(told)
    assert run.recorded(tmp_path / "RECORDED") == told
    assert run.recorded(tmp_path / "README") == summary(told)
    assert (tmp_path / "README").read_text().startswith("before\n<!-- measured -->\n| milestone")
    assert (tmp_path / "README").read_text().endswith(" |\n<!-- end -->\nafter\n")


def test_worse_of_a_check_and_its_twin_counts() -> None:
    class Half:
        clock: dict[str, float] = {}  # noqa: RUF012

        def __init__(self, **numbers: float) -> None:
            self.result = type("Result", (), {"measurements": numbers})

    halves = [
        Half(accuracy=0.97, accuracy_at_least=0.95, loss=0.2, loss_at_most=0.5),
        Half(accuracy=0.96, accuracy_at_least=0.95, loss=0.1, loss_at_most=0.5),
    ]
    found = {result.name: result.got for result in measure._worst(halves)}  # type: ignore[arg-type]
    assert found == {"accuracy": 0.96, "loss": 0.2}
