"""The script compares the part of the answer that was wrong, wherever in it that stands."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import repro
from autograder.course import load
from tests.mutants import mutants

MILESTONE = load().milestone("m3")
PITFALLS = {pitfall.name: pitfall for pitfall in mutants.pitfalls(MILESTONE)}


@pytest.mark.parametrize("name", ["cross-entropy-sum", "matmul-overwrites"])
def test_a_part_deep_in_the_answer_is_compared(name: str, tmp_path: Path) -> None:
    mutants.submission(MILESTONE, PITFALLS[name], tmp_path)
    file = tmp_path / "script.py"
    repro.run(PITFALLS[name].shows_in, tmp_path, file)
    wrong = ran(file, tmp_path)
    assert wrong.returncode == 1
    assert wrong.stderr == ""
    got, wanted = (text.split("[")[1] for text in wrong.stdout.split("wanted: "))
    assert got.count(".") == wanted.count(".") > 0  # as many numbers, all of them shown

    solution = mutants.SOLUTIONS / MILESTONE.folder / "tensor.py"
    (tmp_path / "tensor.py").write_text(solution.read_text())
    assert ran(file, tmp_path).returncode == 0


def ran(file: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, file, folder], capture_output=True, text=True, check=False
    )
