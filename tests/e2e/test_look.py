"""What stands below the table of `grade`: what a person should look at, though nothing failed."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, autograder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A class of whom some named their files as they liked."""
    folder = tmp_path_factory.mktemp("class")
    for name in ("wrongname", "empty"):
        (folder / "inbox" / name).mkdir(parents=True)
    (folder / "inbox/rita.py").write_text(REFERENCE)
    (folder / "inbox/wrongname/my_engine.py").write_text(REFERENCE)
    shutil.copy(ROOT / "tests/classroom/quinn-notebook/engine.ipynb", folder / "inbox/pia a.ipynb")
    result = autograder("grade", "inbox", "--out", "g", "--milestone", "m1", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder, result.stdout


def looks(text: str) -> list[str]:
    return [line.removeprefix("look: ") for line in text.splitlines() if line.startswith("look: ")]


def test_right_work_under_another_name_is_graded_or_spoken_of(graded: tuple[Path, str]) -> None:
    folder, told = graded
    with (folder / "g/grades.csv").open() as stream:
        points = {row["submission"]: float(row["points"]) for row in csv.DictReader(stream)}
    assert points == {"rita": 100.0, "pia a": 100.0, "wrongname": 0.0, "empty": 0.0}
    assert looks(told)[:4] == [
        "pia a.ipynb was taken as engine.ipynb",
        "rita.py was taken as engine.py",
        "wrongname has none of engine.py, nn.py, tensor.py, training.py, conv.py, ...; "
        "it has my_engine.py. Rename it, then run again",
        "empty has no .py and no .ipynb",
    ]
    score = json.loads((folder / "g/wrongname/score.json").read_text())
    assert score["milestones"][0]["checks"][0]["message"] == (
        "engine.py was not handed in (handed in: my_engine.py)"
    )
