"""A machine whose cores are all taken: right work passes as it does on a quiet one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import Part, load_course
from autograder.run.configure import count_cores
from tests.conftest import Judge
from tests.diagnosis.names import INHERENT
from tests.implementations import REFERENCE, complete, implementations

MILESTONES = ("m1", "m2", "m3") if os.environ.get("EVERY_CHECK") else ("m1",)
WORKS = [
    pytest.param(part, folder, id=f"{part.id}-{name}")
    for part in load_course().milestones
    if part.id in MILESTONES
    for name, folder in implementations(part).items()
    if os.environ.get("EVERY_CHECK") or name == REFERENCE
]


@pytest.fixture(scope="module")
def busy_loops() -> Iterator[None]:
    """Keep every core busy with something else."""
    command = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(command) for _ in range(count_cores())]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


@pytest.mark.usefixtures("busy_loops")
@pytest.mark.parametrize(("part", "folder"), WORKS)
def test_right_work_passes_beside_a_busy_loop_on_every_core(
    part: Part, folder: Path, judge: Judge, tmp_path: Path
) -> None:
    work = complete(load_course(), folder, tmp_path)
    score = judge(work, part.id, hidden=True).score
    below = {check.id: check.message for check in score.checks if check.status != "passed"}
    inherent = INHERENT.get((part.id, folder.name), "")
    assert {
        id: message for id, message in below.items() if id.removesuffix("_hidden") != inherent
    } == {}
