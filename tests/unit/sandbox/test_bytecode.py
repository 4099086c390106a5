"""Compiling ahead changes nothing but the time."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox import bytecode
from autograder.sandbox.failures import Raised
from autograder.sandbox.forking import ForkLauncher


@pytest.fixture(scope="module")
def launcher() -> Iterator[ForkLauncher]:
    made = ForkLauncher(["m1=autograder.worker.probes.m1_scalar_autograd"], "strict")
    yield made
    made.close()


def look(launcher: ForkLauncher, folder: Path, expression: str) -> object:
    with launcher.start_worker(folder, 30, 2048) as worker:
        args = {"program": [], "expressions": [expression]}
        return worker.call_probe("m1.look", args, 20.0)["values"][0]


@pytest.mark.parametrize("prefix", [None, "/nowhere"])  # PYTHONPYCACHEPREFIX of the caller
def test_workers_load_what_was_compiled(
    launcher: ForkLauncher,
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    prefix: str | None,
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", prefix)
    folder = write(engine="from helper import two\n\nValue = two\n", helper="two = 2\n")
    bytecode.prepare_bytecode(folder, launcher)
    write(helper="two = 3\n")  # it would be seen if it were compiled again
    assert look(launcher, folder, "Value") == 2


def test_a_file_that_does_not_parse_is_told_as_ever(
    launcher: ForkLauncher, write: Callable[..., Path]
) -> None:
    folder = write(engine="x = (\n", helper="two = 2\n")
    bytecode.prepare_bytecode(folder, launcher)
    assert [file.name.split(".")[0] for file in folder.glob("__pycache__/*")] == ["helper"]
    with pytest.raises(Raised) as caught:
        look(launcher, folder, "1")
    assert (caught.value.problem.type, caught.value.problem.frames[0].line) == ("SyntaxError", 1)


def test_own_lines_are_told(launcher: ForkLauncher, write: Callable[..., Path]) -> None:
    folder = write(engine="class Value:\n    def __init__(self, data):\n        1 / 0\n")
    bytecode.prepare_bytecode(folder, launcher)
    with pytest.raises(Raised) as caught:
        look(launcher, folder, "Value(1)")
    frame = caught.value.problem.frames[-1]
    assert (frame.file, frame.line, frame.code) == ("engine.py", 3, "1 / 0")


def test_a_compiler_that_does_not_end_costs_its_deadline_only(
    launcher: ForkLauncher, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytecode, "SECONDS", 0.0)
    folder = write(engine="Value = 2\n")
    bytecode.prepare_bytecode(folder, launcher)
    assert not (folder / "__pycache__").exists()
    assert look(launcher, folder, "Value") == 2


def test_nothing_is_run(launcher: ForkLauncher, write: Callable[..., Path]) -> None:
    folder = write(engine="raise SystemExit('ran')\n")
    bytecode.prepare_bytecode(folder, launcher)
    assert len(list(folder.glob("__pycache__/*"))) == 1


def test_it_is_compiled_once(launcher: ForkLauncher, write: Callable[..., Path]) -> None:
    folder = write(engine="Value = 2\n")
    bytecode.prepare_bytecode(folder, launcher)
    (made,) = folder.glob("__pycache__/*")
    before = made.stat().st_mtime_ns
    bytecode.prepare_bytecode(folder, launcher)
    assert made.stat().st_mtime_ns == before
