"""The learner's commands in German, as people type them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import typed_command
from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, WRONG

STUB = ROOT / "assignments/m1_scalar_autograd/engine.py"
SILENT = {"AUTOGRADER_LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}


def autograder(*arguments: object, cwd: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    """Type a command on whose language the environment says nothing but `env`."""
    return typed_command.autograder(*arguments, cwd=cwd, **{"COLUMNS": "80", **SILENT, **env})


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    (tmp_path / "engine.py").write_text(STUB.read_text())
    return tmp_path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    (tmp_path / "engine.py").write_text(WRONG)
    return tmp_path


def test_an_unwritten_milestone_is_listed_in_german(stub: Path) -> None:
    told = autograder("check", "m1", "--language", "de", cwd=stub)
    assert told.returncode == 1
    assert told.stderr == ""
    lines = [line.strip() for line in told.stdout.splitlines()]
    assert "m1  Autograd mit Skalaren  (Aufgaben: Aufgabenblatt m1_scalar_autograd.md)" in lines
    assert "Aufgabe 5  0/1  Value.__truediv__" in lines
    assert ".  0.00/1.50  exp                       exp ist seine eigene Ableitung" in lines
    assert ". fehlt noch" in lines
    assert lines[-2].startswith("0 von 75 öffentlichen Punkten (25 weitere kommen ")
    assert lines[-1] == (
        "Als Nächstes zu schreiben: m1.add: noch nicht geschrieben: Meilenstein 1: Value.__add__"
    )


def test_the_end_of_a_milestone_is_german(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(REFERENCE)
    told = autograder("check", "m1", cwd=tmp_path, LANG="de_DE.UTF-8")
    assert told.returncode == 0
    end = told.stdout.splitlines()[-4:]
    assert end[0].startswith("m1 ist geschafft: 75 von 75 öffentlichen Punkten")
    assert end[1].startswith("Das hast du gebaut: Zahlen, die sich merken, wie sie berechnet ")
    assert end[2].startswith(
        "Weiter mit m2 Ein Netz aus Skalaren: lies Aufgabenblatt m2_scalar_mlp.md"
    )
    assert end[3].startswith("Alle öffentlichen Tests von m1 sind bestanden. Wie andere es gelöst ")


def strip_timing(file: Path) -> dict[str, Any]:
    score = json.loads(file.read_text())
    del score["timing"]
    return dict(score)


def test_wrong_work_is_explained_in_german_and_scored_in_english(wrong: Path) -> None:
    """In every language the same score: here by the system's, by the course's, and by none."""
    (wrong / "course.toml").write_text('version = 1\nlanguage = "de"\n')
    ask = ("check", "m1.add", "m1.shared_add", "--json")
    system = autograder(*ask, "de.json", cwd=wrong, LANG="de_DE.UTF-8")
    course = autograder(*ask, "course.json", cwd=wrong, AUTOGRADER_COURSE="course.toml")
    english = autograder(*ask, "en.json", cwd=wrong, LANG="C.UTF-8")
    assert system.stdout == course.stdout
    for said in (
        "m1.shared_add: nicht bestanden\n",
        "a.grad ist 1, erwartet: 5 bei a = ",
        "\n  sieh nach bei engine.py:",
        "\nwahrscheinlicher Fehler: assign-not-accumulate (m1.add, m1.shared_add)\n",
        "Ein Gradient wird überschrieben, statt dass etwas zu ihm addiert wird.",
        "behebt beide nicht bestandenen Tests",
    ):
        assert said in system.stdout
    assert "likely mistake: assign-not-accumulate (m1.add, m1.shared_add)\n" in english.stdout
    scores = [strip_timing(wrong / f"{name}.json") for name in ("de", "course", "en")]
    assert scores[0] == scores[1] == scores[2]
    assert "A gradient is overwritten" in json.dumps(scores[0])


def test_a_terminal_of_ascii_gets_umlauts_spelled_out(stub: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "autograder", "hint", "m1.large_inputs", "--level", "3"]
    told = subprocess.run(  # what Python makes of a terminal is settled when it starts
        [*command, "--language", "de"], capture_output=True, encoding="utf-8", cwd=stub,
        env={**os.environ, **SILENT, **plain}, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("m1.large_inputs: tanh und sigmoid laufen bei 800")
    assert "exp laeuft ueber 709 ueber; von einer stark negativen Zahl" in told.stdout


def test_an_unknown_language_is_one_line(stub: Path) -> None:
    told = autograder("--language", "fr", "hint", "m1.exp", cwd=stub)
    assert told.returncode == 2
    assert told.stdout == ""
    assert told.stderr == "autograder: there is no language 'fr'; there are en, de\n"


def test_errors_and_help_are_german_too(stub: Path) -> None:
    told = autograder("hint", "m1.tannh", "--language", "de", cwd=stub)
    assert told.stderr == "autograder: Test 'm1.tannh' gibt es nicht; meinst du m1.tanh?\n"
    told = autograder("hint", "--help", "--language", "de", cwd=stub)
    assert "Gibt einen Hinweis zu einem Test." in told.stdout
    assert "Beispiel: autograder hint m1.tanh --level 2" in told.stdout
    told = autograder("repro", "--language", "de", cwd=stub)
    assert told.stderr == "autograder: Es fehlt 'ID'; zum Beispiel: autograder repro m1.tanh\n"


def test_a_workspace_gets_the_handout_of_its_language(tmp_path: Path) -> None:
    told = autograder("start", "netz", cwd=tmp_path, LANG="de_DE.UTF-8")
    assert "\nWeiter: lies netz/handouts, dann cd netz && autograder watch\n" in told.stdout
    handouts = tmp_path / "netz/handouts"
    first = (handouts / "m1_scalar_autograd.md").read_text()
    assert first.startswith("# Meilenstein 1: Autograd mit Skalaren\n")
    assert (handouts / "m2_scalar_mlp.md").read_text().startswith("# Milestone 2")
    assert "`m1.add` 2, `m1.mul` 3" in first
    told = autograder("status", cwd=tmp_path / "netz", LANG="de_DE.UTF-8")
    assert told.stdout.startswith("netz: 0 von 450 öffentlichen Punkten, 0 von 6 Meilensteinen ")
    assert "Weiter: m1.add: a + b gibt seinen Gradienten an beide Operanden weiter\n" in told.stdout
