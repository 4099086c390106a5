"""What an exam, or a course without hints, keeps from students; and thresholds of one's own."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import course as course_command
from autograder.cli.course import use_course
from autograder.course import Course, load_course
from autograder.course.check_keys import THRESHOLDS
from autograder.course.course import render_for_students
from autograder.exchange import gradescope
from autograder.intake.submission import Entry
from autograder.learning.exam_rules import require_hints, require_no_exam
from autograder.numerics.failure import Missed
from autograder.numerics.thresholds import (
    AT_LEAST,
    AT_MOST,
    Result,
    at_least,
    at_most,
    find_results,
    use_threshold,
)
from autograder.reports import terminal
from autograder.reports.adjustments import Adjustment
from autograder.reports.feedback import render_feedback, renew_feedback
from autograder.run.configure import make_settings
from autograder.run.entry import grade_entry
from autograder.stop import Stop
from tests.unit.reports.test_adjustments import score_of

Use = Callable[[str], Course]
EXAM = "[exam]\non = true\n"
REFERENCE = (Path(__file__).parents[3] / "solutions/m1_scalar_autograd/engine.py").read_text()
WRONG = REFERENCE.replace("+= out.grad\n", "= out.grad\n")
SOLUTIONS = Path(__file__).parents[3] / "solutions"
TENSOR = (SOLUTIONS / "m3_tensor_autograd/tensor.py").read_text()
TRAINING = (SOLUTIONS / "m4_training_loop/training.py").read_text()
FEWER_EPOCHS = ("epochs = min(max(600_000 // len(x), 10), 60)", "epochs = 2")


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let a course of so many lines be the one in use."""
    monkeypatch.setenv("AUTOGRADER_COURSE", "")

    def write(text: str) -> Course:
        file = tmp_path / f"own-{len([*tmp_path.iterdir()])}.toml"  # a file is read once
        file.write_text(f"version = 1\n{text}")
        use_course(file)
        return load_course()

    return write


@pytest.mark.parametrize(
    ("text", "hints", "repro"),
    [("", True, True), ("[grading]\nhints = false\n", False, True), (EXAM, False, False)],
)
def test_what_helps_is_refused_in_one_line(use: Use, text: str, hints: bool, repro: bool) -> None:
    course = use(text)
    assert course.shows_hints == hints
    assert make_settings(course, None, "strict", hidden=False).hints == hints
    assert make_settings(course, None, "strict", hidden=True).hints
    for allowed, require in ((hints, require_hints), (repro, lambda: require_no_exam("repro"))):
        if allowed:
            require()
            continue
        with pytest.raises(Stop) as raised:
            require()
        assert "'autograder check' says what fails" in str(raised.value)
        assert raised.value.code == 2
    shown = terminal._list_help("m1.add")
    assert ("autograder hint m1.add" in shown, "autograder repro m1.add" in shown) == (hints, repro)


def test_an_exam_names_no_mistake_to_a_learner(use: Use, write: Callable[..., Path]) -> None:
    assert WRONG != REFERENCE
    only = frozenset({"m1.shared", "m1.add", "m1.mul"})
    course = use(EXAM)
    work = write(engine=WRONG)
    named = []
    for hidden in (False, True):
        settings = replace(make_settings(course, None, "strict", hidden=hidden), only=only)
        graded = grade_entry(
            Entry("submission", work), course.milestones[:1], course.modules, settings
        )
        named.append([check.hint for check in graded.score.checks if check.hint])
        assert any(check.status == "failed" for check in graded.score.checks)
    assert named[0] == []
    assert named[1]


def test_feedback_waits_for_its_date_and_then_has_no_hints(use: Use) -> None:
    future = render_feedback(
        score_of(), course=use(f"{EXAM}feedback_from = 2999-01-01T12:00:00+01:00\n")
    )
    assert "What was said of it is shown from 2999-01-01 12:00+01:00 on." in future
    assert "m1.tanh" not in future
    past = render_feedback(
        score_of(), course=use(f"{EXAM}feedback_from = 2020-01-01T12:00:00+01:00\n")
    )
    assert "m1.tanh: failed" in past
    assert "Likely mistake" not in past
    assert "Likely mistake" in render_feedback(score_of(), course=use(""))
    assert "Likely mistake" not in render_feedback(
        score_of(), course=use("[grading]\nhints = false\n")
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{EXAM}feedback_from = 2999-01-01T12:00:00+01:00\n", "is shown from 2999-01-01"),
        ("[grading]\nhints = false\n", "One sign."),
    ],
)
def test_who_forgets_to_name_the_course_gives_nothing_away(
    use: Use, tmp_path: Path, text: str, kept: str
) -> None:
    folder = tmp_path / "grades/feedback"
    folder.mkdir(parents=True)
    (folder / "ada.html").write_text(render_feedback(score_of(), course=use(text)))
    use("")
    row = Adjustment("ada", "One sign.", "m1", 2.0)
    renew_feedback(tmp_path / "grades", score_of(), "ada", {}, [row])
    page = (folder / "ada.html").read_text()
    assert kept in page
    assert "Likely mistake" not in page
    (folder / "ada.html").write_text(render_feedback(score_of(), course=use("")))
    renew_feedback(tmp_path / "grades", score_of(), "ada", {}, [row])
    assert "Likely mistake" in (folder / "ada.html").read_text()
    renew_feedback(tmp_path / "grades", score_of(), "eve", {}, [row])
    assert not (folder / "eve.html").exists()


def test_gradescope_shows_an_exam_once_grades_are_published(use: Use) -> None:
    made = gradescope.results(score_of(), course=use(EXAM))
    assert {made["visibility"], *(test["visibility"] for test in made["tests"])} == {
        "after_published"
    }
    assert "Likely mistake" not in str(made)
    usual = gradescope.results(score_of(), course=use(""))
    assert usual["visibility"] == "visible"
    assert "Likely mistake" in str(usual)


def test_a_students_kit_has_the_same_rules(use: Use, tmp_path: Path) -> None:
    course = use(f"{EXAM}[grading]\nhints = false\n[thresholds]\nm4.classifier = 0.9\n")
    content = tomllib.loads(render_for_students(course))
    assert content["exam"] == {"on": True}
    assert content["grading"]["hints"] is False
    assert content["thresholds"] == {"m4.classifier": 0.9}


def test_the_command_shows_the_rules(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use(
        """
[late]
free_days = 3
zone = "Europe/Berlin"
[[milestones]]
id = "m1"
deadline = 2026-10-24T23:59:00
[[milestones]]
id = "m2"
extra_credit = true
[[extensions]]
submission = "ada"
until = 2026-10-31T23:59:00
because = "ill"
[check_weights]
m1.add = 2
[thresholds]
m6.copy = 0.9
[exam]
on = true
feedback_from = 2026-11-02T12:00:00
"""
    )
    course_command.run(False)
    shown = capsys.readouterr().out
    for line in (
        "  m1  100.0 %  Scalar autograd, until 2026-10-24 23:59:00+02:00",
        "  m2  100.0 %  A network of scalars, extra credit",
        "free late days: 3 for each submission, by the clocks of Europe/Berlin",
        "extension: ada, all, until 2026-10-31 23:59:00+01:00",
        "weights of checks: m1.add 2",
        "thresholds: m6.copy 0.9",
        "exam: no help, feedback from 2026-11-02 12:00 +0100",
    ):
        assert f"{line}\n" in shown


def test_a_threshold_of_the_course_takes_the_place_of_the_checks() -> None:
    measured: dict[str, float] = {}
    with use_threshold(("accuracy", 0.8)):
        at_least(measured, "accuracy", 0.85, 0.95, "images")
        at_most(measured, "loss", 0.05, 0.1, "the loss")
        assert Result("accuracy", 0.78, AT_LEAST, 0.95).is_near
    assert measured == {
        "accuracy": 0.85, "accuracy_at_least": 0.8, "loss": 0.05, "loss_at_most": 0.1,
    }  # fmt: skip
    assert [found.wanted for found in find_results(measured)] == [0.8, 0.1]
    with use_threshold(("accuracy", 0.875)), pytest.raises(Missed, match=r"wanted at least 87\.5%"):
        at_least(measured, "accuracy", 0.87, 0.8, "images")
    with use_threshold(("loss", 0.01)), pytest.raises(Missed, match=r"wanted at most 0\.01"):
        at_most(measured, "loss_2", 0.05, 0.1, "the loss")
    with use_threshold(("accuracy", 0.9)), pytest.raises(Missed, match="wanted at least 90%"):
        at_least(measured, "accuracy", 0.85, 0.8, "images")
    with use_threshold(None), pytest.raises(Missed, match="wanted at least 95%"):
        at_least(measured, "accuracy", 0.85, 0.95, "images")


def test_the_thresholds_one_may_set_are_those_that_the_checks_have() -> None:
    """The table of evidence has what each check of a milestone noted, and what right work reaches.

    Of a loss that has to fall, or to beat another, it has what is left of that.
    """
    evidence = (Path(__file__).parents[3] / "docs/evidence.md").read_text()
    table = [[cell.strip() for cell in line.split("|")] for line in evidence.splitlines()]
    rows = [row for row in table if len(row) > 9 and row[3].startswith("at ")]
    noted = {(row[1], row[2].rstrip(" 123")): row[3:5] for row in rows}
    for id, threshold in THRESHOLDS.items():
        assert threshold.lowest <= threshold.usual <= threshold.highest
        assert threshold.lowest < threshold.highest
        if id.startswith("m") and threshold.of in ("accuracy", "loss"):
            wanted, reached = noted.pop((id, threshold.of))
            if threshold.of == "accuracy":
                assert wanted.startswith(f"at least {threshold.usual:g}")
                assert float(reached) >= threshold.highest, "right work reaches it"
            else:
                assert wanted == f"at most {threshold.usual:g}"
                assert float(reached) <= threshold.lowest, "right work reaches it"
    left = {id for id, name in noted if name in ("accuracy", "loss") and id.startswith("m")}
    assert left == {"m6.step", "m6.held_out"}  # a loss beside another


@pytest.mark.parametrize(
    ("id", "lax", "strict", "name", "got"),
    [
        ("m2.four_points", 0.1, 0.005, "loss_1", 0.04),
        ("m2.moons", 0.87, 0.91, "accuracy", 0.89),
        ("m6.copy", 0.8, 0.99, "accuracy", 0.9),
        ("x.makemore.mlp", -0.05, -0.15, "difference", -0.1),
        ("x.rnn.copies", 0.85, 0.95, "copied", 0.9),
    ],
)
def test_a_result_between_two_thresholds_passes_one_alone(
    use: Use, id: str, lax: float, strict: float, name: str, got: float
) -> None:
    side = AT_LEAST if name in ("accuracy", "copied") else AT_MOST
    passed = []
    for wanted in (lax, strict):
        course = use(f'[thresholds]\n"{id}" = {wanted}\n')
        with use_threshold(make_settings(course, None, "strict", True).find_threshold(id)):
            passed.append(Result(name, got, side, THRESHOLDS[id].usual).is_reached)
    assert passed == [True, False]


@pytest.mark.parametrize(("wanted", "ends"), [(0.85, "passed"), (0.97, "failed")])
def test_a_check_is_judged_by_the_threshold_of_the_course(
    use: Use, write: Callable[..., Path], wanted: float, ends: str
) -> None:
    course = use(f"[thresholds]\nm4.classifier = {wanted}\n")
    settings = make_settings(course, None, "strict", hidden=False)
    settings = replace(settings, only=frozenset({"m4.classifier"}))
    folder = write(tensor=TENSOR, training=TRAINING.replace(*FEWER_EPOCHS))
    graded = grade_entry(Entry("ada", folder), [course.milestone("m4")], course.modules, settings)
    (check,) = graded.score.checks
    assert check.measurements["accuracy_at_least"] == wanted
    assert 0.86 < check.measurements["accuracy"] < 0.96
    assert check.status == ends
    assert f"wanted at least {100 * wanted:g}%" in check.message or ends == "passed"
