"""Extras in a score, in tables and in a grade: apart from the six, and costing them nothing."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest

from autograder import score as scores
from autograder.course import Course, CourseError, load_course, policy
from autograder.course.times import Times
from autograder.intake.submission import Entry
from autograder.reports.bonus import add_reviews
from autograder.reports.feedback import render_feedback
from autograder.reports.gradebook import write_gradebook
from autograder.reports.register import Register
from autograder.reports.reviews import Review
from autograder.run import selection
from autograder.run.configure import make_settings
from autograder.run.entry import grade_entry
from autograder.score import Score
from tests.conftest import ROOT
from tests.implementations import write_reference

OLD = json.loads((Path(__file__).parent / "score_1.schema.json").read_text())
ONE = frozenset({"m1.hand_worked", "w.hand.s1", "w.outer"})
Grade = Callable[..., Score]


@pytest.fixture
def grade(course: Course, tmp_path: Path) -> Grade:
    """Grade m1, w and w.hand: ``grade({"engine": text}, only=..., cap=...)``."""

    def run(only: frozenset[str] | None, cap: float = 0.0, **texts: str) -> Score:
        parts = [course.part(id) for id in ("m1", "w", "w.hand")]
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_reference(parts, folder)
        for module, text in texts.items():
            file = folder / f"{module}.py"
            file.write_text(text) if text else file.unlink()
        how = replace(make_settings(course, None, "strict", hidden=False), only=only, cap=cap)
        return grade_entry(Entry("ada", folder), parts, course.modules, how).score

    return run


def stub(folder: str, module: str) -> str:
    """Return what is handed out."""
    return (ROOT / "assignments" / folder / f"{module}.py").read_text()


def test_extras_stand_apart_and_the_old_schema_still_fits(grade: Grade) -> None:
    score = grade(ONE, cap=10.0)
    assert [part.id for part in score.milestones] == ["m1"]
    assert {extra.id: extra.points for extra in score.extras} == {"w": 0.75, "w.hand": 0.75}
    assert score.points == score.milestones[0].points == score.max_points
    assert msgspec.to_builtins(score.bonus) == {"earned": 1.5, "counted": 0.75, "cap": 10.0}
    data = json.loads(scores.encode_json(score))
    jsonschema.validate(data, OLD)
    jsonschema.validate(data, scores.build_schema())


def test_an_extra_counts_only_where_what_it_leans_on_passes(grade: Grade) -> None:
    """w.hand leans on m1.hand_worked, w on a check of m3 that was not run."""
    broken = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    broken = broken.replace("math.tanh(self.data)", "math.sinh(self.data)")
    score = grade(ONE, cap=10.0, engine=broken)
    assert score.milestones[0].points == 0.0
    assert (score.bonus.earned, score.bonus.counted) == (1.5, 0.0)


def test_no_more_counts_than_the_cap(grade: Grade) -> None:
    assert grade(ONE, cap=0.5).bonus.counted == 0.5
    assert grade(ONE).bonus.counted == 0.0


def test_what_is_not_handed_in_or_a_stub_costs_nothing(grade: Grade) -> None:
    score = grade(None, warmup="", by_hand=stub("w_by_hand", "by_hand"))
    assert [(extra.id, extra.checks, extra.max_points) for extra in score.extras] == [
        ("w", [], 24.0), ("w.hand", [], 12.0),
    ]  # fmt: skip
    assert {check.id.partition(".")[0] for check in score.checks} == {"m1"}
    assert score.bonus.earned == 0.0


def test_a_broken_extra_is_one_sentence_and_never_touches_the_six(grade: Grade) -> None:
    score = grade(None, warmup="x = (\n", by_hand="")
    assert score.points == score.max_points == 75.0
    (broken, absent) = score.extras
    assert [check.status for check in broken.checks] == ["failed", *["blocked"] * 23]
    assert "SyntaxError: '(' was never closed" in broken.checks[0].message
    assert absent.checks == []


def test_a_score_of_the_first_schema_is_read(grade: Grade, tmp_path: Path) -> None:
    data = json.loads(scores.encode_json(grade(ONE)))
    old = {name: data[name] for name in OLD["$defs"]["Score"]["required"]}
    file = tmp_path / "score.json"
    file.write_text(json.dumps(old | {"schema_version": 1}))
    read = scores.read_score(file)
    assert (read.points, read.extras, read.bonus.cap) == (data["points"], [], 0.0)
    file.write_text(json.dumps(old | {"schema_version": 3}))
    with pytest.raises(scores.NoScore, match="schema_version is 3, wanted 1 to 2"):
        scores.read_score(file)


def test_tables_have_columns_for_what_anybody_handed_in(grade: Grade, tmp_path: Path) -> None:
    with_hand, without = grade(ONE, cap=10.0), grade(None, warmup="", by_hand="")
    without.submission.id = "bob"
    write_gradebook([with_hand, without], tmp_path / "grades.csv")
    ada, bob = csv.DictReader((tmp_path / "grades.csv").open())
    assert (ada["w"], ada["w.hand"], ada["bonus"]) == ("0.75", "0.75", "0.75")
    assert (bob["w"], bob["w.hand"], bob["bonus"]) == ("", "", "0.0")
    write_gradebook([without], tmp_path / "grades.csv")
    assert "bonus" not in (tmp_path / "grades.csv").read_text()


def test_points_of_a_person_have_a_column_where_prose_waits(grade: Grade, tmp_path: Path) -> None:
    score = grade(ONE)
    score.extras[0].needs_person = True
    said = {"w": Review(4.0, "Clear.", "a1"), "r": Review(0.5, "Short.", "a1")}
    write_gradebook([score], tmp_path / "grades.csv", Register(reviews={"ada": said}))
    (ada,) = csv.DictReader((tmp_path / "grades.csv").open())
    assert (ada["by_person"], ada["because"]) == ("4.5", "w: Clear. r: Short.")
    write_gradebook([score], tmp_path / "grades.csv")
    (ada,) = csv.DictReader((tmp_path / "grades.csv").open())
    assert (ada["by_person"], ada["because"]) == ("", "")


def test_points_of_a_person_count_up_to_the_cap(grade: Grade, tmp_path: Path) -> None:
    score = grade(ONE, cap=3.0)  # 1.5 points, of which 0.75 count: w leans on what is not there
    before = scores.encode_json(score)
    score.extras[1].needs_person, score.extras[1].person_points = True, 2.0
    said = {"w.hand": Review(2.0, "Clear.", "a1"), "x.norm": Review(9.0, "Not asked.", "a1")}
    reviewed = add_reviews(score, said)
    assert (reviewed.bonus.earned, reviewed.bonus.counted) == (3.5, 2.75)
    assert add_reviews(reviewed, said) == reviewed
    assert add_reviews(score, {"w.hand": Review(5.0, "More than there is.", "a1")}) == reviewed
    assert score.bonus == scores.read_score(_write(tmp_path, before)).bonus
    score.bonus.cap = 1.0
    assert add_reviews(score, said).bonus.counted == 1.0
    write_gradebook([score], tmp_path / "grades.csv", Register(reviews={"ada": said}))
    (ada,) = csv.DictReader((tmp_path / "grades.csv").open())
    assert (ada["w.hand"], ada["bonus"]) == ("0.75", "1.0")
    page = " ".join(render_feedback(score, said).split())
    assert "Extras: 3.5 points, shown apart; 1 of them count, of at most 1." in page


def test_points_of_a_person_do_not_count_where_the_checks_it_leans_on_fail(grade: Grade) -> None:
    score = grade(ONE, cap=9.0)
    score.extras[0].needs_person, score.extras[0].person_points = True, 2.0
    bonus = add_reviews(score, {score.extras[0].id: Review(2.0, "Clear.", "a1")}).bonus
    assert (score.extras[0].id, bonus.earned, bonus.counted) == ("w", 3.5, 0.75)


def _write(folder: Path, data: bytes) -> Path:
    file = folder / "score.json"
    file.write_bytes(data)
    return file


def test_feedback_says_what_counts(grade: Grade) -> None:
    page = " ".join(render_feedback(grade(ONE, cap=10.0)).split())
    assert "Extras: 1.5 points, shown apart; 0.75 of them count, of at most 10." in page
    assert "Extra w NumPy warm-up" in page


@pytest.mark.parametrize(
    ("share", "bonus", "over_100", "final"),
    [(0.5, 8.0, False, 58.0), (0.95, 8.0, False, 100.0), (0.95, 8.0, True, 103.0)],
)
def test_extras_raise_the_grade_up_to_100_or_above(
    tmp_path: Path, share: float, bonus: float, over_100: bool, final: float
) -> None:
    file = tmp_path / "course.toml"
    allowed = str(over_100).lower()
    file.write_text(f"version = 1\n[extras]\ncap = 10\nover_100 = {allowed}\n")
    course = load_course(file)
    work = policy.Work({"m1": share}, bonus)
    (standing,) = policy.compute_standings(course, "ada", work, Times())
    assert standing.final_percent == final


def test_a_course_names_the_units_in_use(tmp_path: Path) -> None:
    file = tmp_path / "course.toml"
    file.write_text('version = 1\n[extras]\nuse = ["w.hand", "x"]\n')
    used = [part.id for part in load_course(file).parts if part.is_extra]
    assert used[0] == "w.hand"
    assert len(used) > 5
    assert all(id.startswith("x.") for id in used[1:])
    file = tmp_path / "mistyped.toml"
    file.write_text('version = 1\n[extras]\nuse = ["x.nrom"]\n')
    with pytest.raises(CourseError, match=r"no unit 'x.nrom'; did you mean x.norm\?"):
        load_course(file)


@pytest.mark.parametrize(
    ("word", "parts", "count"),
    [("w", ["w", "w.hand"], 36), ("w.hand", ["w.hand"], 12), ("x.norm", ["x.norm"], 10)],
)
def test_a_word_names_units_and_their_checks(
    course: Course, word: str, parts: list[str], count: int
) -> None:
    chosen = selection.choose_checks(course, [word])
    assert [part.id for part in chosen.milestones] == parts
    assert chosen.only is not None
    assert len(chosen.only) == count
    assert selection.choose_checks(course, ["w.outer"]).only == {"w.outer"}
