"""The search for a mistake after the verdicts: whatever happens to it, they stand."""

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.learning import mistakes
from autograder.run.configure import learner_settings
from autograder.run.entry import learner_entry
from autograder.score import CheckResult, Hint
from tests.unit.reports.test_class import score


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (KeyboardInterrupt(), ""),
        (ZeroDivisionError("0"), "the search failed (ZeroDivisionError: 0)"),
    ],
)
def test_what_ends_the_search_leaves_the_verdicts(
    problem: BaseException,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(mistakes, "prove_score", fail)
    (tmp_path / "engine.py").write_text("x = 1\n")
    hint = Hint("add-overwrites", "Addition overwrites.")
    check = CheckResult("m1.add", "", "golden", "public", "failed", 0.0, 1.0, hint=hint)
    judged = score("ada", [check])
    course = load_course()
    settings = learner_settings(course, None, None)
    mistakes.show_mistakes(judged, learner_entry(tmp_path), [course.part("m1")], course, settings)
    printed = capsys.readouterr()
    assert "likely mistake: add-overwrites (m1.add)" in printed.out
    assert told in printed.err
    assert judged.checks[0].status == "failed"
