"""The commands of the way back, in a learner's folder: reset, diff, back, hint, check --edit."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.learning import questions
from autograder.learning.failures import write_failures
from autograder.score import CheckResult
from tests.conftest import ROOT
from tests.unit.cli.test_trouble import (
    REFERENCE,
    TROUBLES,
    Command,
    Trouble,
    command,
    files,
    work,
)

__all__ = ["command", "work"]  # fixtures
STUB = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
WRONG = REFERENCE.replace(".grad += ", ".grad = ")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let somebody at a terminal type that."""

    def type_line(text: str) -> None:
        stdin = io.StringIO(text)
        stdin.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(questions.sys, "stdin", stdin)

    return type_line


def test_reset_puts_back_one_function_and_diff_shows_the_rest(work: Path, command: Command) -> None:
    code, out, err = command("reset", "m1.tanh", "--yes")
    kept = "engine.before-reset-1.py"
    assert (code, err) == (0, "")
    assert out == f"engine.py: Value.tanh back to the stub; what stood there is kept as {kept}\n"
    assert (work / kept).read_text() == REFERENCE
    assert command("diff", "m1.tanh") == (0, "", "autograder: nothing differs from the stub\n")
    code, out, err = command("diff", "m1.exp")
    assert (code, err) == (0, "")
    assert out.startswith("--- stub/engine.py\n+++ engine.py\n@@ ")
    assert "\x1b" not in out
    code, out, _ = command("reset", "m1.tanh", "--yes")
    assert (code, out) == (
        0,
        "engine.py: Value.tanh back to the stub already: nothing was changed\n",
    )
    assert command("reset", "m1", "--yes")[0] == 0
    assert (work / "engine.py").read_text() == STUB
    assert command("diff") == (0, "", "autograder: nothing differs from the stubs\n")


def test_without_a_terminal_nothing_is_asked_and_nothing_changes(
    work: Path, command: Command
) -> None:
    before = files(work)
    for arguments in (("reset", "m1.tanh"), ("reset", "m1.add"), ("reset", "m1")):
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert err == (
            "autograder: this asks first, and there is no terminal to ask on: add --yes to do it\n"
        )
    assert files(work) == before


@pytest.mark.parametrize(
    ("answer", "stubs"),
    [("2\n", ["backward"]), ("1 2\n", ["__add__", "backward"]), ("a\n", ["__add__", "backward"])],
)
def test_of_several_functions_the_learner_chooses(
    work: Path, command: Command, typed: Callable[[str], None], answer: str, stubs: list[str]
) -> None:
    typed(answer)
    code, out, _ = command("reset", "m1.add")
    assert code == 0
    assert "m1.add is about 2 functions of engine.py: 1 Value.__add__, 2 Value.backward\n" in out
    new = (work / "engine.py").read_text()
    assert [
        name
        for name in ("__add__", "backward", "tanh")
        if f'NotImplementedError("milestone 1: Value.{name}")' in new
    ] == stubs


@pytest.mark.parametrize(
    ("id", "answer", "told"),
    [
        ("m1.add", "\n", "nothing was changed"),
        ("m1.add", "", "nothing was changed"),
        ("m1.add", "3\n", "nothing was changed, no number from 1 to 2: '3'"),
        ("m1.tanh", "n\n", "nothing was changed"),
        ("m1", "\n", "nothing was changed"),
    ],
)
def test_any_other_answer_changes_nothing(
    work: Path, command: Command, typed: Callable[[str], None], id: str, answer: str, told: str
) -> None:
    before = files(work)
    typed(answer)
    code, _, err = command("reset", id)
    assert (code, err) == (1, f"autograder: {told}\n")
    assert files(work) == before


def test_a_broken_file_goes_back_as_a_whole_only(work: Path, command: Command) -> None:
    (work / "engine.py").write_text(REFERENCE.replace("def tanh(self)", "def tanh(self"))
    code, out, err = command("reset", "m1.tanh", "--yes")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "engine.py, line 157: invalid syntax: one function cannot be told apart" in err
    assert "'autograder reset m1' puts back the whole of it" in err
    (work / "engine.py").write_text("from other import Value\n")
    code, out, err = command("reset", "m1.tanh", "--yes")
    assert (code, out) == (2, "")
    assert "engine.py has no Value.tanh of its own: it cannot go back alone" in err
    code, out, err = command("diff", "m1.tanh")
    assert "engine.py has no Value.tanh of its own: this is the whole module" in err
    assert "+from other import Value" in out
    assert command("reset", "m1", "--yes")[0] == 0
    assert (work / "engine.py").read_text() == STUB


def test_where_there_is_no_file_it_says_what_puts_one_there(work: Path, command: Command) -> None:
    for arguments in (("reset", "m2", "--yes"), ("diff", "m2.neuron")):
        code, out, err = command(*arguments)
        assert (code, out) == (1, "")
        assert err == (
            "autograder: there is no nn.py or nn.ipynb in .; 'autograder start' puts a stub there\n"
        )


@TROUBLES
@pytest.mark.parametrize("id", ["m1", "m1.tanh"])
def test_where_nothing_can_be_written_nothing_is_lost(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch, id: str,
    trouble: Trouble, reason: str,
) -> None:  # fmt: skip
    before = files(work)
    trouble(monkeypatch, work)
    code, out, err = command("reset", id, "--yes")
    assert (code, out) == (1, "")
    assert err == f"autograder: cannot write engine.py: {reason}; nothing was changed\n"
    assert files(work) == before


def test_two_at_once_keep_what_each_found(work: Path) -> None:
    command = [sys.executable, "-m", "autograder", "reset", "--yes"]
    ids = ("m1.tanh", "m1.exp", "m1.relu")
    running = [subprocess.Popen([*command, id], cwd=work, stdout=subprocess.PIPE) for id in ids]
    assert [(process.communicate(), process.returncode)[1] for process in running] == [0, 0, 0]
    new = (work / "engine.py").read_text()
    for name in ("tanh", "exp", "relu"):
        assert f'NotImplementedError("milestone 1: Value.{name}")' in new
    kept = [(work / f"engine.before-reset-{number}.py").read_text() for number in range(1, 4)]
    assert sorted(text.count("NotImplementedError(") for text in kept) == [0, 1, 2]


def test_back_goes_to_the_best_version_and_keeps_what_stood_there(
    work: Path, command: Command
) -> None:
    assert command("back")[2].startswith(
        "autograder: no version is kept here: 'autograder check m1'"
    )
    assert command("check", "m1")[0] == 0
    assert command("back", "m2")[2].startswith("autograder: no version of m2 is kept")
    assert "is that with most points already" in command("back")[1]
    command("reset", "m1.gradcheck_accepts", "--yes")
    worse = (work / "engine.py").read_text()
    command("check", "m1")
    code, out, err = command("back")
    assert (code, out) == (2, "")
    assert "add --yes" in err
    code, out, _ = command("back", "m1", "--yes")
    assert code == 0
    assert "75 of 75 points; what stood there is kept as engine.before-back-1.py" in out
    assert (work / "engine.py").read_text() == REFERENCE
    assert (work / "engine.before-back-1.py").read_text() == worse
    (work / "engine.py").unlink()
    assert command("back", "--yes")[0] == 0
    assert (work / "engine.py").read_text() == REFERENCE
    assert [*work.glob("engine.before-back-*")] == [work / "engine.before-back-1.py"]


def test_a_deleted_record_is_told_by_check_and_status_and_comes_back(
    work: Path, command: Command
) -> None:
    command("check", "m1.tanh", "m1.exp")
    before = json.loads((work / "progress.json").read_text())
    (work / "progress.json").unlink()
    lost = "autograder: progress.json was deleted or replaced, and lacks 2 checks"
    assert command("status")[2].startswith(lost)
    code, _, err = command("check", "m1.add")
    assert code == 0
    assert err.startswith(lost)
    assert err.count("\n") == 1
    code, out, _ = command("back", "--record")
    assert (code, out) == (
        0,
        "progress.json: 2 checks brought back; see: autograder status\n",
    )
    after = json.loads((work / "progress.json").read_text())
    assert {*after["passed"]} == {"m1.tanh", "m1.exp", "m1.add"}
    assert before["passed"].items() <= after["passed"].items()
    assert command("status")[2] == ""


def test_a_record_without_a_copy_cannot_come_back(work: Path, command: Command) -> None:
    code, out, err = command("back", "--record")
    assert (code, out) == (1, "")
    assert err == "autograder: there is no copy of progress.json in .autograder\n"


def test_hint_begins_with_what_failed_first(work: Path, command: Command) -> None:
    assert command("hint")[2] == (
        "autograder: no check has run in this folder: run one, or name one, such as "
        "autograder hint m1.tanh\n"
    )
    (work / "engine.py").write_text(WRONG)
    command("check", "m1.mul", "m1.diamond", "m1.shared_add")
    code, out, _ = command("hint", "--level", "2")
    assert code == 0
    assert out.startswith("m1.shared_add: ")
    assert "The idea: " in out
    write_failures(work, [CheckResult("m1.add", "t", "golden", "public", "passed", 1.0, 1.0, "")])
    assert command("hint")[2].startswith("autograder: nothing failed in the last check")


def test_check_edit_opens_the_first_failure(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = work.parent / "opened.py"
    opened.write_text("import sys, pathlib\npathlib.Path('opened').write_text(sys.argv[1])")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {opened}")
    (work / "engine.py").write_text(WRONG)
    code, out, err = command("check", "m1.add", "--edit")
    assert (code, err) == (1, "")
    assert "m1.add: failed" in out
    assert (work / "opened").read_text() == "engine.py"
    (work / "engine.py").write_text(REFERENCE)
    code, _, err = command("check", "m1.add", "--edit")
    assert (code, err) == (0, "autograder: nothing failed: there is nothing to open\n")
