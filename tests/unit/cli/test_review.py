"""A person's points: entered once, kept beside the score, still there after a regrade."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from nbgrader.api import Gradebook

from autograder.cli import review
from autograder.exchange import gradescope, nbgrader, nbgrader_source
from autograder.reports.adjustments import find_login
from autograder.reports.feedback import render_feedback
from autograder.reports.register import Register
from autograder.reports.reviews import (
    NAME,
    NoReview,
    Review,
    collect_reviews,
    read_reviews,
    write_review,
)
from autograder.run.grade import local_environment
from autograder.score import (
    CheckResult,
    ExtraScore,
    GradedWork,
    Kit,
    Outcome,
    Score,
    Timing,
    read_score,
    write_score,
)
from autograder.stop import Stop
from tests.conftest import ROOT
from tests.unit.reports.test_class import write_feedback

QUESTION = "Is the <question> answered?"


def score_of(name: str, sha256: str = "a1", handed_in: bool = True) -> Score:
    check = CheckResult("r.card", "A card", "property", "public", "passed", 2.0, 2.0)
    extra = ExtraScore("r", "Reports", 2.0, 30.0, [check] if handed_in else [])
    if handed_in:
        extra.needs_person, extra.person_points, extra.rubric = True, 6.0, [QUESTION]
    return Score(
        GradedWork(name, sha256, ["experiment.py", "math.md"]),
        Kit("1", "c", "quick", 1),
        local_environment("strict"),
        0.0,
        0.0,
        [],
        Timing("2026-01-01", 1.0, 1.0, {}),
        [extra],
    )


def save(grades: Path, score: Score) -> Path:
    folder = grades / score.submission.id
    folder.mkdir(parents=True, exist_ok=True)
    write_score(score, folder / "score.json")
    return folder


@pytest.fixture
def grades(tmp_path: Path) -> Path:
    save(tmp_path, score_of("ada"))
    save(tmp_path, score_of("bob", handed_in=False))
    return tmp_path


def test_who_waits_is_listed(grades: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review.run(grades, None, None, None, None)
    shown = capsys.readouterr().out
    assert "ada   r     2 of 30" in shown
    assert "bob" not in shown
    assert "1 of 1 wait for a person" in shown
    review.run(grades, "ada", None, None, None)
    shown = capsys.readouterr().out
    assert QUESTION in shown
    assert "nobody has said anything yet" in shown


def test_points_are_kept_through_a_regrade(
    grades: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review.run(grades, "ada", 4.5, "Clear,\nand  honest.", None)
    assert capsys.readouterr().out == "r of ada: 4.5 of 6. Clear, and honest.\n"
    said = {"r": read_reviews(grades / "ada")["r"]}
    assert (said["r"].points, said["r"].because, said["r"].sha256) == (
        4.5,
        "Clear, and honest.",
        "a1",
    )
    assert said["r"].by == find_login()
    assert said["r"].at.startswith("20")
    assert collect_reviews({"ada": grades / "ada", "bob": grades / "bob"}) == {"ada": said}
    save(grades, score_of("ada"))
    assert read_reviews(grades / "ada") == said
    review.run(grades, None, None, None, None)
    assert "0 of 1 wait for a person" in capsys.readouterr().out
    save(grades, score_of("ada", sha256="b2"))
    review.run(grades, None, None, None, None)
    shown = capsys.readouterr().out
    assert "4.5 of 6" in shown
    assert "(of earlier work: read it again)" in shown
    assert "1 of 1 wait for a person" in shown


def test_reviews_of_two_units_stand_beside_each_other(tmp_path: Path) -> None:
    one, other = Review(1.0, "One.", "a"), Review(2.0, "Two.", "a")
    write_review(tmp_path, "r", one)
    write_review(tmp_path, "s", other)
    both = {"r": one, "s": other}
    assert collect_reviews({"ada": tmp_path, "eda": tmp_path / "nobody"}) == {"ada": both}


@pytest.mark.parametrize(
    ("name", "points", "because", "unit", "told"),
    [
        ("eda", 4.0, "So.", None, "there is no work 'eda'; did you mean ada?"),
        ("bob", 4.0, "So.", None, "there is no work 'bob'; there are ada"),
        ("ada", 6.5, "So.", None, "--points is a number from 0 to 6"),
        ("ada", -1.0, "So.", None, "--points is a number from 0 to 6"),
        ("ada", float("nan"), "So.", None, "--points is a number from 0 to 6"),
        ("ada", None, "So.", None, "--points is a number from 0 to 6"),
        ("ada", 4.0, None, None, "--because is a sentence of at most 500 characters"),
        ("ada", 4.0, "  ", None, "--because is a sentence of at most 500 characters"),
        ("ada", 4.0, "a" * 501, None, "--because is a sentence of at most 500 characters"),
        ("ada", 4.0, "So.", "w", "there is no unit 'w'; there are r"),
        (None, 4.0, "So.", None, "whose? write autograder review "),
    ],
)
def test_what_cannot_be_entered(
    grades: Path,
    name: str | None,
    points: float | None,
    because: str | None,
    unit: str | None,
    told: str,
) -> None:
    with pytest.raises(Stop) as raised:
        review.run(grades, name, points, because, unit)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (grades / "ada" / NAME).exists()


def test_where_nothing_waits(tmp_path: Path) -> None:
    save(tmp_path, score_of("bob", handed_in=False))
    with pytest.raises(Stop, match="needs a person: no unit with written work was handed in"):
        review.run(tmp_path, None, None, None, None)


def test_a_broken_review_is_said_and_never_overwritten(grades: Path) -> None:
    (grades / "ada" / NAME).write_text('{"reviews": {"r": 4}}')
    with pytest.raises(NoReview, match="holds no review"):
        read_reviews(grades / "ada")
    for arguments in ((None, None, None), ("ada", 4.0, "So.")):
        with pytest.raises(Stop, match="holds no review"):
            review.run(grades, *arguments, None)
    assert (grades / "ada" / NAME).read_text() == '{"reviews": {"r": 4}}'
    (grades / "ada" / NAME).write_bytes(b"\xff\0")
    outcome = Outcome("ada", score_of("ada"), grades / "ada" / "score.json")
    write_feedback([outcome], grades / "feedback")
    assert "Nobody has read it yet" in (grades / "feedback/ada.html").read_text()


def test_the_page_of_feedback_has_the_questions_and_what_was_said(grades: Path) -> None:
    outcome = Outcome("ada", score_of("ada"), grades / "ada" / "score.json")
    write_feedback([outcome], grades / "feedback")
    page = grades / "feedback/ada.html"
    assert "Is the &lt;question&gt; answered?" in page.read_text()
    assert "may add up to 6 points" in page.read_text()
    review.run(grades, "ada", 4.0, "<b>Good</b>", None)
    assert "<strong>4 of 6</strong>: &lt;b&gt;Good&lt;/b&gt;" in page.read_text()
    old = {"r": Review(4.0, "Good.", "other")}
    assert "This was said of earlier work" in render_feedback(score_of("ada"), old)


def test_the_fields_are_added_and_an_older_score_is_read(grades: Path) -> None:
    file = grades / "ada/score.json"
    content = msgspec.json.decode(file.read_bytes())
    assert content["extras"][0]["needs_person"] is True
    for name in ("needs_person", "person_points", "rubric"):
        del content["extras"][0][name]
    file.write_bytes(msgspec.json.encode(content))
    assert read_score(file).extras[0].needs_person is False


SAID = {"r": Review(4.5, "Clear, and honest.", "a1")}


def test_gradescope_shows_what_a_person_said() -> None:
    made = gradescope.results(score_of("ada"), SAID)
    schema = json.loads((ROOT / "tests/e2e/gradescope_results.schema.json").read_text())
    jsonschema.validate(made, schema)
    _, entry = made["tests"]
    assert (entry["number"], entry["score"], entry["max_score"]) == ("r.by_person", 4.5, 6.0)
    assert entry["output"] == "Clear, and honest."
    assert made["score"] == 0.0
    assert gradescope.results(score_of("ada"))["tests"] == made["tests"][:1]


def test_nbgrader_gets_a_persons_points_and_sentence(tmp_path: Path) -> None:
    checks = (("r.card", "A card", 2.0),)
    exercise = nbgrader_source.Exercise("r", "experiment", "x = 1\n", checks, 6.0, (QUESTION,))
    scores = [score_of("ada"), score_of("eve")]
    nbgrader.record_scores([exercise], scores, tmp_path, Register(reviews={"ada": SAID}))
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        ada, eve = (book.find_submission("r", name) for name in ("ada", "eve"))
        assert (ada.score, ada.max_score, ada.needs_manual_grade) == (6.5, 8.0, False)
        assert (eve.score, eve.needs_manual_grade) == (2.0, True)
        (comment,) = (one for one in ada.notebooks[0].comments if one.name == "r-by-person")
        assert comment.comment == "Clear, and honest."
    shown = (tmp_path / "autograded" / "ada" / "r" / "experiment.ipynb").read_text()
    assert f"- {QUESTION}" in json.loads(shown)["cells"][-1]["source"]
