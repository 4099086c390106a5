"""How the points of a submission came about: every grading with its reason, in order of time."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.cli import history as command
from autograder.cli.adjust import run as adjust
from autograder.course import load_course
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.reports.adjustments import Adjustment, append_adjustment
from autograder.reports.reviews import Review, write_review
from autograder.run import history, results
from autograder.run.history import AGAIN, UNKNOWN, Grading, Reviewing, read_history
from autograder.run.results import GradingOrder, write_outcome
from autograder.score import Score
from autograder.stop import Stop
from tests.unit.reports.test_adjustments import save, score_of

WORK = Submission("ada", Path("ada"), "a1b2", ("engine.py",))
SETTINGS = Settings(seed=1, secret="s")


def order(out: Path, settings: Settings = SETTINGS, force: bool = False) -> GradingOrder:
    return GradingOrder(out, load_course().milestones[:2], ["engine"], settings, force)


def graded(day: int, tanh: float = 0.0, sha256: str = "a1b2", checks: str = "c") -> Score:
    """Return a score whose check m1.tanh has so many points of 6."""
    score = score_of("ada", f"2026-10-{day:02}T10:00:00+00:00")
    score.submission.sha256, score.kit.checks_sha256 = sha256, checks
    public, hidden = score.milestones[0].checks[2:]
    public.points, hidden.points = tanh * 0.75, tanh * 0.25
    public.status = hidden.status = "passed" if tanh == 6 else "failed"
    score.milestones[0].points += tanh
    score.points += tanh
    return score


def events(out: Path) -> list[Grading]:
    found = read_history(out / "ada")
    assert all(isinstance(event, Grading) for event in found)
    return found  # type: ignore[return-value]


def test_every_regrade_is_written_down_with_its_reason(tmp_path: Path) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    write_outcome(order(tmp_path), WORK, graded(2, 6.0, sha256="b2"), {})
    write_outcome(order(tmp_path), WORK, graded(3, 0.0, "b2", checks="d"), {})
    stricter = replace(SETTINGS, secret="t", thresholds=(("m4.classifier", "accuracy", 0.9),))
    write_outcome(order(tmp_path, stricter), WORK, graded(4, 0.0, "b2", "d"), {})
    write_outcome(order(tmp_path, stricter, force=True), WORK, graded(5, 0.0, "b2", "d"), {})
    write_outcome(order(tmp_path, stricter), WORK, graded(6, 0.0, "b2", "d"), {})
    first, work, checks, settings, again, unknown = events(tmp_path)
    assert (first.points, first.before, first.why, first.changes) == (9.0, None, [], [])
    assert (work.before, work.points, work.why) == ((9.0, 20.0), 15.0, ["work"])
    assert [(one.check, one.points_before, one.points_after) for one in work.changes] == [
        ("m1.tanh", 0.0, 4.5),
        ("m1.tanh_hidden", 0.0, 1.5),
    ]
    assert (work.changes[0].status_before, work.changes[0].status_after) == ("failed", "passed")
    assert (checks.before, checks.points, checks.why) == ((15.0, 20.0), 9.0, ["checks"])
    assert (settings.why, settings.changes) == (["secret", "thresholds"], [])
    assert again.why == [AGAIN]
    assert unknown.why == [UNKNOWN]


def test_a_kept_history_names_no_secret(tmp_path: Path) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    grounds = events(tmp_path)[0].grounds
    assert len(grounds["secret"]) == 4
    assert (
        grounds["secret"]
        != results._find_grounds(order(tmp_path, replace(SETTINGS, secret="t")), WORK, graded(1))[
            "secret"
        ]
    )


def test_a_run_that_was_killed_before_its_score_leaves_one_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    with monkeypatch.context() as killed:
        killed.setattr(results.scores, "write_score", lambda *_: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):
            write_outcome(order(tmp_path), WORK, graded(2, 6.0, sha256="b2"), {})
    write_outcome(order(tmp_path), WORK, graded(3, 6.0, sha256="b2"), {})
    assert [(event.points, event.why) for event in events(tmp_path)] == [
        (9.0, []),
        (15.0, ["work"]),
    ]


def test_of_a_score_from_an_older_kit_its_own_fields_tell_the_reason(tmp_path: Path) -> None:
    save(tmp_path, graded(1))
    write_outcome(order(tmp_path), WORK, graded(2, sha256="b2"), {})
    (event,) = events(tmp_path)
    assert (event.before, event.why) == ((9.0, 20.0), ["work"])


def test_a_line_that_nobody_can_read_is_passed_over(tmp_path: Path) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    file = tmp_path / "ada" / history.NAME
    file.write_bytes(b"\xff{\n" + file.read_bytes() + b'{"type": "graded"}\n{"type"')
    assert len(events(tmp_path)) == 1


def test_all_is_told_in_order_of_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    write_outcome(order(tmp_path), WORK, graded(4, 6.0, sha256="b2", checks="d"), {})
    at = datetime(2026, 10, 2, 10, tzinfo=UTC)
    course = load_course()
    rows = [
        Adjustment("ada", "One sign.", "m1", 2.0, by="kim", at=at),
        Adjustment("ada", "By hand.", points=-1.0),
    ]
    for row in rows:
        append_adjustment(tmp_path, row, course)
    said = Reviewing("2026-10-03T09:30:00+00:00", "r", 4.0, "Clear.", "lee")
    history.add_review(tmp_path / "ada", said)
    write_review(tmp_path / "ada", "r", Review(4.0, "Clear.", "b2", "lee", said.at))
    command.run(tmp_path, "ada", False)
    assert capsys.readouterr().out.splitlines() == [
        "ada: 16 of 20 points, adjusted; 15 of 20 points as graded",
        "at an unknown time    adjusted  in all -1 by hand: By hand.",
        "2026-10-01 10:00 UTC  graded    9 of 20",
        "2026-10-02 10:00 UTC  adjusted  m1 +2 by kim: One sign.",
        "2026-10-03 09:30 UTC  reviewed  r 4 by lee: Clear.",
        "2026-10-04 10:00 UTC  regraded  9 -> 15 of 20: the work and the checks changed",
        "                        m1.tanh: failed -> passed, 0 -> 4.5",
        "                        m1.tanh_hidden: failed -> passed, 0 -> 1.5",
    ]


def test_many_changes_are_cut_unless_all_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_outcome(order(tmp_path), WORK, graded(1), {})
    write_outcome(order(tmp_path, replace(SETTINGS, seconds=9.0)), WORK, graded(4, 6.0), {})
    monkeypatch.setattr(command, "LISTED", 1)
    command.run(tmp_path, "ada", False)
    shown = capsys.readouterr().out
    assert "9 -> 15 of 20: the settings (limits) changed\n" in shown
    assert "and 1 check more: add --all" in shown
    assert "m1.tanh_hidden" not in shown
    command.run(tmp_path, "ada", True)
    assert "m1.tanh_hidden" in capsys.readouterr().out


def test_a_score_without_a_history_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, graded(1))
    adjust(tmp_path, "ada", ["m1", "+1"], None, False, "So.", "kim")
    command.run(tmp_path, "ada", False)
    assert "what was before was not written down" in capsys.readouterr().out
    with pytest.raises(Stop, match="there is no submission 'adda'; did you mean ada"):
        command.run(tmp_path, "adda", False)
