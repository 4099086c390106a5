"""The commands of the way back, the script of a failure and the list of checks, in German."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.cli import checks
from autograder.learning import questions
from tests.conftest import ROOT
from tests.unit.cli.test_trouble import REFERENCE, Command, command, work

__all__ = ["command", "work"]  # fixtures
STUB = ROOT / "assignments/m1_scalar_autograd/engine.py"

pytestmark = pytest.mark.usefixtures("german")


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let somebody at a terminal type that."""
    stdin = io.StringIO(text)
    stdin.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(questions.sys, "stdin", stdin)


@pytest.mark.parametrize("agreement", ["j", "Ja", "y", "yes"])
def test_reset_asks_and_says_it_in_german(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch, agreement: str
) -> None:
    answer(monkeypatch, f"{agreement}\n")
    code, out, _ = command("reset", "m1.tanh")
    assert code == 0
    assert out == (
        "Value.tanh in engine.py auf die Vorlage zurücksetzen? [j/N] engine.py: Value.tanh wieder "
        "wie in der Vorlage; was dort stand, liegt jetzt in engine.before-reset-1.py\n"
    )
    assert "milestone 1: Value.tanh" in (work / "engine.py").read_text()


def test_no_is_no_in_german_too(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "nein\n")
    code, _, err = command("reset", "m1.tanh")
    assert (code, err) == (1, "autograder: nichts wurde geändert\n")
    assert (work / "engine.py").read_text() == REFERENCE
    _, _, err = command("reset", "m2", "--yes")
    assert err == (
        "autograder: In . gibt es kein nn.py oder nn.ipynb; 'autograder start' legt eine Vorlage "
        "dorthin\n"
    )


def test_diff_and_back_are_german(work: Path, command: Command) -> None:
    (work / "engine.py").write_bytes(STUB.read_bytes())
    assert command("diff", "m1.tanh")[2] == "autograder: nichts weicht von der Vorlage ab\n"
    (work / "engine.py").write_text("from other import Value\n")
    told = "engine.py hat kein eigenes Value.tanh: das ist das ganze Modul"
    assert told in command("diff", "m1.tanh")[2]
    assert command("back", "m1")[2].startswith("autograder: Von m1 ist keine Fassung aufbewahrt: '")
    lost = command("back", "--record")[2]
    assert lost.startswith("autograder: Der Stand lässt sich nicht") or "keine Kopie von" in lost


def test_repro_is_german_and_its_script_is_code(work: Path, command: Command) -> None:
    assert command("repro", "m1.tanh")[2] == (
        "autograder: m1.tanh ist bestanden: es gibt nichts nachzustellen\n"
    )
    (work / "engine.py").write_bytes(STUB.read_bytes())
    assert command("repro", "m1.tanh")[1] == (
        "repro_m1_tanh.py: führe die Datei so aus: python repro_m1_tanh.py\n"
    )
    script = (work / "repro_m1_tanh.py").read_text()
    assert "# m1.tanh: not implemented yet: milestone 1: Value" in script


@pytest.mark.parametrize("width", [80, 120])
def test_the_list_of_checks_is_german(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr(checks, "open_console", lambda: out)
    checks.run(["m1"])
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert "m1  Autograd mit Skalaren: 37 Tests, 100 Punkte" in shown
    assert "-a dreht das" in shown
    assert "Punkte" in shown.splitlines()[3]
    assert "Aufgabe 1" in shown
    assert "points" not in shown


def test_a_pipe_gets_english_to_cut(capsys: pytest.CaptureFixture[str]) -> None:
    checks.run(["m1.neg"])
    assert "-a turns the sign of the gradient\t" in capsys.readouterr().out
