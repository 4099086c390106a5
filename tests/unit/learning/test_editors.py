"""Where a failure is, as an editor's own arguments."""

import sys
from pathlib import Path

import pytest

from autograder.learning import editors
from autograder.learning.editors import Location, find_location, open_location
from autograder.stop import Stop

MESSAGE = "a.grad is 1, wanted 3\nlook at engine.py:30 Value.__add__, engine.py:134 Value.backward"
TRACE = (
    "SyntaxError: invalid\n  nn.py:3 in <module>: import engine\n  engine.py:7 in <module>: def ("
)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("engine.py", "nn.py", "engine.ipynb"):
        (tmp_path / name).touch()
    for name in editors.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(editors.shutil, "which", lambda _: None)
    return tmp_path


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (MESSAGE, ("engine.py", 30, 0)),
        ("look at engine.ipynb[4]:12 Value.tanh", ("engine.ipynb", 12, 4)),
        (TRACE, ("engine.py", 7, 0)),
        (f"{TRACE}\n{MESSAGE}", ("engine.py", 30, 0)),
        ("look at tensor.py:3 add", None),
        ("look at ../engine.py:3 add", None),
        ("nothing is named", None),
    ],
)
def test_what_is_pointed_to_goes_before_what_raised(
    work: Path, message: str, wanted: tuple[str, int, int] | None
) -> None:
    location = find_location(message, work)
    assert location == (wanted and Location(work / wanted[0], *wanted[1:]))


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        ("vim", ["+30", "FILE"]),
        ("/usr/bin/nano -w", ["-w", "+30", "FILE"]),
        ("emacsclient", ["+30", "FILE"]),
        ("hx", ["FILE:30"]),
        ("code --wait", ["--wait", "-g", "FILE:30"]),
        ("ed", ["FILE"]),
    ],
)
def test_each_editor_gets_the_line_in_its_own_way(
    work: Path, monkeypatch: pytest.MonkeyPatch, editor: str, arguments: list[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setenv("EDITOR", editor)
    monkeypatch.setattr(editors.subprocess, "call", lambda command: ran.append(command) or 0)
    file = work / "engine.py"
    open_location(Location(file, 30))
    wanted = [word.replace("FILE", str(file)) for word in arguments]
    assert ran == [[editor.split()[0], *wanted]]


def test_visual_goes_first_and_code_last(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert editors.find_editor() == []
    monkeypatch.setattr(editors.shutil, "which", {"code": "/bin/code"}.get)
    assert editors.find_editor() == ["/bin/code"]
    monkeypatch.setenv("EDITOR", "nano")
    assert editors.find_editor() == ["nano"]
    monkeypatch.setenv("VISUAL", "vim")
    assert editors.find_editor() == ["vim"]


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("", "no editor is set to open it: set EDITOR"),
        ("/nowhere/vim", "cannot start the editor /nowhere/vim: No such file"),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "ended with exit code 3"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    work: Path, monkeypatch: pytest.MonkeyPatch, editor: str, told: str
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    with pytest.raises(Stop, match=told):
        open_location(Location(work / "engine.py", 30))
