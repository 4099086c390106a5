"""``%explore``: a server beside the kernel. ``%check`` and ``%hint`` are tested in a real kernel."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.learning import line_magics
from autograder.learning.line_magics import KernelCommands
from autograder.stop import Stop

SERVES = "echo starting\necho open http://127.0.0.1:$$/?token=a\nexec sleep 60"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(line_magics, "display", lambda output: lines.append(output.text))
    return lines


@pytest.fixture
def commands() -> Iterator[KernelCommands]:
    made = KernelCommands(shell=SimpleNamespace(user_ns={}))
    yield made
    if made.server:
        made.server.kill()
        made.server.wait()


def pretend(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `script` stand in for the command ``autograder explore``."""
    file = folder / "python"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(file))


def test_explore_shows_the_address_and_starts_one_server(
    commands: KernelCommands, shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(SERVES, tmp_path, monkeypatch)
    commands.explore("")
    first = commands.server
    assert first is not None
    assert shown == [f"to play with, what is saved here: http://127.0.0.1:{first.pid}/?token=a"]
    commands.explore("")
    assert commands.server is first
    assert shown[1] == shown[0]
    first.kill()
    first.wait()
    commands.explore("")
    assert commands.server is not first
    assert shown[2] != shown[0]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo \"autograder: No such command 'explore'. Try it\" >&2; exit 2", "this kit has no 'autograder explore'"),
        ("echo 'autograder: port 80 is in use; name another' >&2; exit 2", "port 80 is in use; name another"),
        ("exit 1", "'autograder explore' gave no address"),
    ],
)  # fmt: skip
def test_where_there_is_no_server_explore_says_why(
    commands: KernelCommands,
    shown: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    said: str,
) -> None:
    pretend(script, tmp_path, monkeypatch)
    with pytest.raises(Stop) as caught:
        commands.explore("")
    assert (str(caught.value), shown) == (said, [])


def test_a_command_that_cannot_go_on_says_so_in_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    registered: dict[str, Any] = {}

    class Shell:
        def register_magic_function(self, command: Any, kind: str, name: str) -> None:
            assert kind == "line"
            registered[name] = command

    line_magics.register(Shell())
    assert set(registered) == {"check", "hint", "explore"}
    registered["hint"]("m1.tanh 0")
    assert capsys.readouterr().out == "%hint: the level of a hint is 1, 2 or 3, not 0\n"
