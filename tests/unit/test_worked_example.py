"""The check that a document adds, added as it says: to a copy of the kit, with its blocks."""

import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
GUIDE = ROOT / "CONTRIBUTING.md"
SECTION = GUIDE.read_text().partition("\n## How to add a check\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```(?:python|toml)\n(.*?)```", SECTION, re.DOTALL)
PROBE, CHECK, ROW = BLOCKS
FILES = re.findall(r"`(autograder/\w+/\S+\.py)`", SECTION)[:2]
TABLE = Path(FILES[1]).with_name("checks.toml").as_posix()
WALK = """\
        for node in Value.made:
            node.grad = 1.0
        for node in reversed(Value.made):
"""
Write = Callable[..., Path]
Check = Callable[[Path], "subprocess.CompletedProcess[str]"]


def replaced(*pairs: tuple[str, str]) -> str:
    source = REFERENCE
    for old, new in pairs:
        assert old in source
        source = source.replace(old, new)
    return source


EVERY_VALUE = replaced(
    ("class Value:\n", "class Value:\n    made = []\n"),
    ("        self.grad = 0.0\n", "        self.grad = 0.0\n        Value.made.append(self)\n"),
    ("        self.grad = 1.0\n        for node in reversed(_topological(self)):\n", WALK),
)
OVERWRITTEN = replaced((".grad += ", ".grad = "))


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Return ``autograder check m1.separate`` of a kit with the blocks in their files."""
    kit = tmp_path_factory.mktemp("kit")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("autograder", "assignments", "datasets"):
        shutil.copytree(ROOT / name, kit / name, ignore=ignore)
    for name, block in zip((*FILES, TABLE), BLOCKS, strict=True):
        file = kit / name
        file.write_text(f"{file.read_text()}\n\n{block}")
    python = _interpreter(kit)

    def run(submission: Path) -> "subprocess.CompletedProcess[str]":
        command = [python, "-m", "autograder", "check", "m1.separate", "--submission", submission]
        return subprocess.run(command, capture_output=True, text=True, cwd=kit, check=False)

    return run


def _interpreter(kit: Path) -> Path:
    """Return an interpreter that has what this one has, but the package of `kit`."""
    venv.create(kit / "venv", symlinks=True)
    (site,) = {*kit.glob("venv/lib/*/site-packages"), *kit.glob("venv/Lib/site-packages")}
    installed = [path for path in sys.path if path.endswith("-packages")]
    (site / "kit.pth").write_text("\n".join([str(kit), *installed]))
    (python,) = {*kit.glob("venv/bin/python"), *kit.glob("venv/Scripts/python.exe")}
    return python


def test_its_files_are_those_of_the_milestone() -> None:
    assert FILES == [
        "autograder/worker/probes/m1_scalar_autograd.py",
        "autograder/checks/m1_scalar_autograd/graphs.py",
    ]


def test_it_is_short() -> None:
    assert len((PROBE + CHECK + ROW).splitlines()) < 30


@pytest.mark.parametrize("work", ["solutions/m1_scalar_autograd", "tests/alternatives/tape"])
def test_right_work_passes(check: Check, work: str) -> None:
    result = check(ROOT / work)
    assert "Expressions that share nothing leave each other alone" in result.stdout, result.stderr
    assert "+  1.50/1.50  separate" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("source", [EVERY_VALUE, OVERWRITTEN], ids=["every value", "overwritten"])
def test_wrong_work_fails_by_the_gradients(check: Check, write: Write, source: str) -> None:
    result = check(write(engine=source))
    assert "x  0.00/1.50  separate" in result.stdout, result.stderr
    assert "m1.separate: failed\n  a.grad and b.grad after (a * a).backward()" in result.stdout
    assert result.returncode == 1


def test_its_commands_are_those_of_this_test() -> None:
    told = re.findall(r"autograder check m1.separate --submission (\S+)", SECTION)
    assert told == ["solutions/m1_scalar_autograd", "tests/alternatives/tape"]
