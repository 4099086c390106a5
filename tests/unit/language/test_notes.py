"""What a teacher is told after a class was graded, in German."""

from datetime import UTC, datetime

import pytest

from autograder.language.sentences import translate_note
from autograder.reports import notes
from autograder.reports.adjusted import describe_adjustment, list_conflicts
from autograder.reports.adjustments import Adjustment, Adjustments
from autograder.score import UnusualUse
from autograder.words import Note
from autograder.worker.unusual import UNUSUAL
from tests.unit.reports.test_class import half

FRAMES = UNUSUAL["frames"]


@pytest.mark.usefixtures("german")
def test_notes_are_german_with_every_name() -> None:
    (one,) = notes.note_missing_times("times.csv", ["rita"])
    assert one == "1 Abgabe hat in times.csv keine Zeit und gilt als pünktlich: rita"
    (many,) = notes.note_no_hand_in("roster.csv", list("abcdef"), 9)
    assert many == "6 von 9 in roster.csv haben nichts abgegeben: a, b, c, d, e, ..."
    assert isinstance(many, Note)
    assert many.whole == "6 von 9 in roster.csv haben nichts abgegeben: a, b, c, d, e, f"
    assert notes.note_left_out({"a.rar": "a RAR archive; hand in a .zip or .tar.gz"}) == [
        "a.rar wird nicht bewertet: ein RAR-Archiv; .zip oder .tar.gz abgeben"
    ]
    assert notes.shorten([list("abcdefg")], "index.html")[-1] == (
        "2 weitere dieser Art in index.html"
    )


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("english", "wanted"),
    [
        (
            "engine.py is there twice: engine.py, old/engine.py; engine.py was taken: the folder "
            "nearest to the top goes first",
            "engine.py ist zweimal da: engine.py, old/engine.py; genommen wurde engine.py: der "
            "oberste Ordner geht vor",
        ),
        (
            "engine.py, nn.py are there 3 times, in a, b, c; those in the top folder were taken: "
            "a stub never goes before work",
            "engine.py, nn.py sind 3-mal da, in a, b, c; genommen wurden die in dem obersten "
            "Ordner: eine Vorlage geht nie vor einer Lösung",
        ),
        (
            "x.py was left out: it lies more than 8 folders deep",
            "x.py wurde ausgelassen: sie liegt mehr als 8 Ordner tief",
        ),
        ("the work of a stranger", "the work of a stranger"),
    ],
)
def test_what_was_chosen_is_german(english: str, wanted: str) -> None:
    assert translate_note(english) == wanted
    assert notes.note_choices({"ada": [english]}) == [f"ada: {wanted}"]


@pytest.mark.usefixtures("german")
def test_what_is_unusual_is_german() -> None:
    use = UnusualUse("engine.py, lines 3, 7", FRAMES.what, FRAMES.why)
    assert notes.note_unusual({"ada": [use] * 4}) == [
        "ada: ungewöhnlich: "
        + "engine.py, Zeilen 3, 7: schaut in die Frames seiner Aufrufer; " * 3
        + "1 weitere"
    ]


@pytest.mark.usefixtures("german")
def test_what_people_adjusted_is_german() -> None:
    rows = [
        Adjustment("ada", "ill", excuse=True, at=datetime(2026, 5, 4, tzinfo=UTC)),
        Adjustment("ada", "by hand", "m1", points=-900.0, by="by hand"),
        Adjustment("ada", "typo", "m9", points=1.0),
    ]
    assert [describe_adjustment(row) for row in rows] == [
        "insgesamt entschuldigt (von Hand, 2026-05-04): ill",
        "m1 -900 (by hand): by hand",
        "m9 +1 (von Hand): typo",
    ]
    assert sorted(list_conflicts(Adjustments(tuple(rows[1:])), half("ada"))) == [
        "-900 brächte m1 von ada unter 0, ausgehend von 75: es sind 0",
        "ada ist in m9 angepasst, das diese Bewertung nicht hat",
    ]


def test_english_notes_are_as_they_were_said() -> None:
    said = "engine.py is there twice: a, b; a was taken: only by name, so look which is meant"
    assert translate_note(said) == said
