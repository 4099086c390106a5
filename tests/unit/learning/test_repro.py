"""The script fails as the check does, on small inputs, and no longer once the mistake is fixed.

EVERY_CHECK=1 writes a script for every check that a mutant shows in; here are some of each sort.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import repro
from autograder.course import load_course
from autograder.intake.rules import REPRO_FOLDER
from autograder.judge.spec import list_checks
from autograder.learning.probe_source import render_probe
from autograder.learning.repro import write_modules
from autograder.learning.script import MAX_LINES
from tests.mutants import mutants
from tests.mutants.pitfall import Pitfall

SOME = {
    "m1": ["assign-not-accumulate", "point-not-restored", "gradcheck-own-tolerance",
           "rsub-reversed", "every-path-visited"],
    "m2": ["seed-in-constructor"],
    "m3": ["cross-entropy-sum", "matmul-overwrites", "mul-rule-swapped", "second-operand-forgotten",
           "sigmoid-overflows"],
    "m4": ["load-accepts-mismatch", "mean-of-batch-means", "lengths-not-compared",
           "parameters-without-biases", "step-decay-continuous"],
    "m5": ["overlaps-assigned", "square-images-assumed", "stride-ignored"],
    "m6": ["no-mask", "batch-mixed", "adam-no-eps"],
}  # fmt: skip
FOUND = {  # in the answer: in another shape, among equals, as None, NaN, of another type, in a list
    "rsub-reversed", "mul-rule-swapped", "second-operand-forgotten", "sigmoid-overflows",
    "step-decay-continuous", "stride-ignored",
}  # fmt: skip
ANOTHER_QUESTION_FIRST = {"momentum-by-optimiser-class"}  # the script asks the last one only


def _rows() -> list[tuple[str, Pitfall]]:
    """Return one mutant per check, or some of them: the sample goes before its rivals."""
    found = {}
    for milestone in load_course().milestones:
        some = SOME[milestone.id]
        for pitfall in sorted(mutants.pitfalls(milestone), key=lambda each: each.name not in some):
            if mutants.EVERY_CHECK or pitfall.name in some:
                found.setdefault(pitfall.shows_in, (milestone.id, pitfall))
    return [row for row in found.values() if row[1].name not in ANOTHER_QUESTION_FIRST]


ROWS = _rows()


@pytest.mark.parametrize(("id", "pitfall"), ROWS, ids=[pitfall.name for _, pitfall in ROWS])
def test_the_script_fails_as_the_check_does(id: str, pitfall: Pitfall, tmp_path: Path) -> None:
    mutants.submission(load_course().milestone(id), pitfall, tmp_path)
    file = tmp_path / "script.py"
    repro.run(pitfall.shows_in, tmp_path, file)
    text = file.read_text()
    assert text.startswith(f"# {pitfall.shows_in}: ")
    assert len(text.splitlines()) <= MAX_LINES == 40
    assert "import autograder" not in text
    assert "from autograder" not in text
    wrong = ran(file, tmp_path)
    assert wrong.returncode == 1

    mutants.reference(load_course().milestone(id), tmp_path)
    right = ran(file, tmp_path)
    shown = "this script cannot" in text  # no part of the answer says whether it is right
    assert right.returncode == 0 or shown
    assert not shown or pitfall.name not in FOUND
    assert right.stderr == "" or shown
    assert "NameError" not in wrong.stderr + right.stderr


def test_every_mutant_of_the_sample_is_there() -> None:
    assert {pitfall.name for _, pitfall in ROWS} >= {
        name for some in SOME.values() for name in some
    }


def test_inputs_are_as_small_as_right_work_allows(tmp_path: Path) -> None:
    milestone = load_course().milestone("m3")
    pitfall = next(p for p in mutants.pitfalls(milestone) if p.name == "matmul-overwrites")
    mutants.submission(milestone, pitfall, tmp_path)
    course = load_course()
    small = (
        repro.smallest_failure(pitfall.shows_in, tmp_path, course).exchanges[-1].args["cases"][0]
    )
    assert {x.shape for x in small["tensors"].values()} <= {(1, 1), (1,), ()}
    assert all(len(repr(x)) <= 5 for t in small["tensors"].values() for x in t.ravel().tolist())


def test_every_short_check_has_inputs_that_may_be_cut() -> None:
    for milestone in load_course().milestones:
        known = mutants.diagnosis.load_catalogue(milestone.id).cuts
        listed = list_checks(milestone.id, milestone.checks)
        assert set(known) == {one.id for one in listed if one.spec.seconds < mutants.LONG}
        assert all(places == sorted(set(places)) for places in known.values())


def ran(file: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, file, folder], capture_output=True, text=True, check=False
    )


def test_a_notebook_that_calls_jupyter_becomes_a_module_that_runs_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "get_ipython().system('ls')\n%matplotlib inline\ndisplay(1)\nx = 4"
    cells = [{"cell_type": "code", "source": source}]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    monkeypatch.chdir(tmp_path)
    write_modules([tmp_path / "engine.ipynb"])
    names: dict[str, object] = {}
    exec((tmp_path / REPRO_FOLDER / "engine.py").read_text(), names)
    assert names["x"] == 4


def test_what_the_kit_reads_of_a_model_is_no_part_of_a_script() -> None:
    source = render_probe("r.experiment", load_course())
    assert "trained" not in source
    assert "'loss': [float(loss) for loss in" in source
