"""What a teacher's commands print in German."""

from pathlib import Path

import pytest

from autograder.cli import adjust
from autograder.reports import terminal
from autograder.reports.adjustments import Adjustment, Adjustments
from autograder.reports.plans import EntryPlan, print_plans
from autograder.score import Outcome
from tests.unit.reports.test_class import half

pytestmark = pytest.mark.usefixtures("german")


def test_a_class_is_german(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = Outcome("ada", half("ada"), tmp_path / "ada" / "score.json")
    terminal.print_class([done, Outcome("bob", None, fault="OSError: full")], tmp_path)
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "FEHLER DES PRÜFPROGRAMMS bei 'bob': OSError: full"
    assert lines[1].split() == ["Abgabe", "Punkte", "m1", "Sekunden", "Tests"]
    assert lines[2].endswith("2 nicht bestanden, 1 wartet, 1 bestanden")
    assert lines[3].rstrip().endswith("Fehler des Prüfprogramms")
    assert lines[5:] == [
        "Bewertungen:",
        f"  {tmp_path / 'ada' / 'score.json'}",
        "",
        "Isolation: strict",
        f"Tabelle: {tmp_path / 'grades.csv'}",
        f"Seite:   {tmp_path / 'index.html'}",
        "",
    ]


def test_a_dry_run_is_german(capsys: pytest.CaptureFixture[str]) -> None:
    print_plans([EntryPlan("ada", {"engine.py": "old/Engine.py"}), EntryPlan("bob")])
    shown = capsys.readouterr().out
    assert shown.split("\n")[0].split() == ["Abgabe", "Dateien,", "die", "zählen"]
    assert "old/Engine.py als engine.py" in shown
    assert "keine: weder .py noch .ipynb ist darin" in shown
    assert shown.endswith("\nProbelauf: 2 Abgaben; nichts wurde bewertet oder geschrieben\n")


def test_adjustments_are_german(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Adjustments((Adjustment("ada", "ill", excuse=True), Adjustment("bob", "typo", "m1", 1)))
    adjust._print_all({"ada": half("ada")}, rows, None)
    heading, *lines = capsys.readouterr().out.rstrip().split("\n")
    assert heading.split() == ["Abgabe", "wo", "Änderung", "von", "Grund"]
    assert lines[0].split() == ["ada", "insgesamt", "entschuldigt", "von", "Hand", "ill"]
    assert lines[1].split() == ["bob", "(keine", "Bewertung)", "m1", "+1", "von", "Hand", "typo"]
