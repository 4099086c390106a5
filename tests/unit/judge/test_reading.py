"""What a teacher is shown of a reading: no text of the submission but its files' names."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake.submission import Entry, Submission
from autograder.judge.reading import read_unusual
from autograder.run.configure import learner_settings
from autograder.run.entry import grade_and_write, grade_entry
from autograder.run.results import GradingOrder
from autograder.sandbox.forking import ForkLauncher
from autograder.score import UnusualUse
from autograder.worker.unusual import UNUSUAL

FRAMES = "def backward(self):\n    import sys\n    sys._getframe()\n"


@pytest.fixture(scope="module")
def launcher() -> Iterator[ForkLauncher]:
    made = ForkLauncher(["m1=autograder.worker.probes.m1_scalar_autograd"], "strict")
    yield made
    made.close()


def submit(folder: Path, **files: str) -> Submission:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return Submission("ada", folder, "", tuple(f"{name}.py" for name in files))


def locations(uses: Sequence[UnusualUse]) -> list[str]:
    return [use.location for use in uses]


def test_lines_of_one_kind_are_one_sentence(launcher: ForkLauncher, tmp_path: Path) -> None:
    engine = FRAMES + "    x = 1j\n" + FRAMES * 3 + "y = 2j\n"
    uses = read_unusual(submit(tmp_path, engine=engine, nn=FRAMES, gpt=""), launcher)
    assert locations(uses) == [
        "engine.py, lines 3, 7, 10, ...",
        "engine.py, lines 4, 14",
        "nn.py, line 3",
    ]
    assert [use.what for use in uses] == [
        UNUSUAL[key].what for key in ("frames", "complex", "frames")
    ]
    assert str(uses[2]) == "nn.py, line 3: looks into the frames of its callers"


@pytest.mark.parametrize("text", ["(" * 100_000, "-" * 120_000 + "1", "x" + ".a" * 60_000])
def test_what_the_parser_does_not_survive_is_said(
    launcher: ForkLauncher, tmp_path: Path, text: str
) -> None:
    uses = read_unusual(submit(tmp_path, engine=text), launcher)
    assert {use.what for use in uses} <= {UNUSUAL["unread"].what}


def test_a_reading_that_does_not_come_is_said(tmp_path: Path) -> None:
    launcher = ForkLauncher([], "process")
    uses = read_unusual(Submission("ada", tmp_path, "", ("gone.py",)), launcher)
    launcher.close()
    assert [str(use) for use in uses] == ["the work: could not be read"]


def test_nothing_is_asked_where_nothing_was_handed_in(tmp_path: Path) -> None:
    assert read_unusual(Submission("ada", tmp_path, "", ()), None) == []  # type: ignore[arg-type]


def test_a_score_that_is_kept_keeps_what_is_unusual(tmp_path: Path) -> None:
    course = load_course()
    settings = learner_settings(course, None, frozenset({"m1.add"}))
    order = GradingOrder(tmp_path, [course.milestone("m1")], course.modules, settings)
    work = tmp_path / "work"
    work.mkdir()
    submit(work, engine=FRAMES)
    for is_kept in (False, True):
        outcome = grade_and_write(order, Entry("ada", work))
        assert outcome.kept is is_kept
        assert locations(outcome.unusual) == ["engine.py, line 3"]


def test_a_learners_own_check_reads_nothing(tmp_path: Path) -> None:
    course = load_course()
    settings = learner_settings(course, None, frozenset({"m1.add"}))
    submit(tmp_path, engine=FRAMES)
    graded = grade_entry(Entry("ada", tmp_path), [course.milestone("m1")], course.modules, settings)
    assert "unusual" not in graded.report
