"""The examples in the docstrings that learners get with their stubs."""

import os
import subprocess
import sys

import pytest

from autograder.course import Part, load_course
from tests.conftest import ROOT

PARTS = load_course().parts


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_examples_hold_on_the_reference(milestone: Part) -> None:
    folders = [str(ROOT / "solutions" / each.folder) for each in PARTS]
    file = ROOT / "solutions" / milestone.folder / f"{milestone.module}.py"
    assert ">>> " in file.read_text()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "doctest", str(file)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert done.stdout == ""
    assert done.returncode == 0
