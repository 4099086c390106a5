"""Pages in German of a score that is in English."""

import re

import pytest

from autograder.reports.cell_output import show_checks, show_hints
from autograder.reports.feedback import render_feedback
from autograder.score import Hint
from tests.unit.reports.test_class import check, score

TEXT = "-a falls when a grows: its slope is -1."
SCORE = score(
    "ada",
    [
        check("m1.neg", "failed", 4.0, "a.grad is 1, wanted -1 at a = 2", Hint("neg-sign", TEXT)),
        check("m1.exp", "missing", 4.0, "not implemented yet: milestone 1: Value.exp"),
        check("m1.log", "passed", 4.0),
    ],
)


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


@pytest.mark.usefixtures("german")
def test_feedback_is_german() -> None:
    page = render_feedback(SCORE)
    assert '<html lang="de">' in page
    shown = words(page)
    assert shown.startswith("Rückmeldung: ada ada ")
    for said in (
        "m1.neg: nicht bestanden, 0 von ",
        "a.grad ist 1, erwartet: -1 bei a = 2",
        "Wahrscheinlicher Fehler: neg-sign . -a fällt, wenn a wächst: seine Steigung ist -1.",
        "m1.exp: fehlt noch, 0 von ",
        "noch nicht geschrieben: Meilenstein 1: Value.exp",
        "1 Test bestanden",
        "Die Punkte enthalten die der verdeckten Zwillinge",
    ):
        assert said in shown


def test_feedback_is_english_where_nothing_else_is_asked_for() -> None:
    page = render_feedback(SCORE)
    assert '<html lang="en">' in page
    assert "Likely mistake: neg-sign . -a falls when a grows" in words(page)


@pytest.mark.usefixtures("german")
def test_a_notebook_is_german() -> None:
    shown = words(show_checks(SCORE).html)
    assert "nicht bestanden m1.neg : " in shown
    assert (
        "a.grad ist 1, erwartet: -1 bei a = 2 wahrscheinlicher Fehler: neg-sign . -a fällt" in shown
    )
    assert "bestanden 1 Test" in shown
    hints = show_hints("m1.exp", "exp is its own derivative", {"The idea": TEXT}, "")
    assert hints.text == (
        "m1.exp: exp ist seine eigene Ableitung\n  Die Idee: -a fällt, wenn a wächst: "
        "seine Steigung ist -1."
    )
    assert "exp ist seine eigene Ableitung Die Idee -a fällt" in words(hints.html)
