# mypy: disable-error-code="no-untyped-call, no-any-return"
"""A real nbgrader course with one assignment: milestone 1, its public checks as test cells.

The test cells are made from what the kit's own public checks ask. A question that evaluates a
program is compared with central differences, computed in the cell; any other with the recorded
answer.
"""

import inspect
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from autograder.judge.outcome import CheckRun
from autograder.judge.questions import Exchange
from autograder.worker.probes import m1_scalar_autograd as probes
from tests.benchmarks.measure import MODULE, REFERENCE

ASSIGNMENT = "m1"
SCHEMA_VERSION = 3
SOURCE = (REFERENCE / MODULE).read_text()
HELPERS = """\
import numpy as np


def value(program, inputs, point):
    names = {name: Value(x) for name, x in zip(inputs, point)}
    exec("\\n".join(program), {"Value": Value}, names)
    return float(names["out"].data)


def agree(got, want):
    got, want = np.asarray(got, float), np.asarray(want, float)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)


def refuses(function, **args):
    try:
        function(**args)
    except Exception:
        return
    raise AssertionError("wanted an exception")
"""
DIFFERENCES = """\
args = {args}
got = evaluate(**args)
for point, gradient in zip(args["points"], got["grad"]):
    for place, slope in enumerate(gradient):
        size = abs(point[place])
        if size == 0.0:  # where relu has a kink
            continue
        step = 1e-4 * size if size < 1e-3 else 1e-5 * max(1.0, size)
        above, below = np.array(point), np.array(point)
        above[place] += step
        below[place] -= step
        both = [value(args["program"], args["inputs"], at) for at in (above, below)]
        wanted = (both[0] - both[1]) / (2 * step)
        assert abs(slope - wanted) <= 1e-4 * max(1.0, abs(wanted)), (args["program"], point)
agree(got["out"], {out})
"""


def make(folder: Path, runs: Sequence[CheckRun], students: Sequence[str]) -> None:
    """Make the course: source and release by nbgrader's own means, then one submission per student."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n"
        "c.ClearSolutions.code_stub = {'python': 'raise NotImplementedError()'}\n"
    )
    nbformat.write(_notebook(runs), source / "m1.ipynb")
    command(folder, "generate_assignment", ASSIGNMENT, "--create", "--force")
    for student in students:
        _hand_in(folder, student)


def command(folder: Path, *arguments: str) -> None:
    """Run one nbgrader command in the course, to its end.

    Raises
    ------
    RuntimeError
        With what it printed, when it fails.
    """
    done = start(folder, *arguments)
    told, _ = done.communicate()
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(arguments)}: {told}")


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start one nbgrader command in the course, at home in the course's own folder."""
    own = {
        name: str(folder / "home")
        for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    (folder / "home").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder, env={**os.environ, **own, "PATH": path}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _notebook(runs: Sequence[CheckRun]) -> nbformat.NotebookNode:
    tests = [
        _cell(run.result.id.replace(".", "-"), _test(run), grade=True, points=run.result.max_points)
        for run in runs
    ]
    helpers = f"{HELPERS}\n\n{_probes()}"
    cells = [
        _cell("engine", SOURCE, solution=True, locked=False),
        _cell("helpers", helpers),
        *tests,
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _probes() -> str:
    lines = inspect.getsource(probes).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("from engine import"))


def _cell(
    id: str,
    source: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = True,
    points: float = 0,
) -> nbformat.NotebookNode:
    facts: dict[str, Any] = {
        "grade_id": id, "grade": grade, "solution": solution, "locked": locked, "task": False,
        "schema_version": SCHEMA_VERSION,
    }  # fmt: skip
    facts |= {"points": points} if grade else {}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": facts})


def _test(run: CheckRun) -> str:
    return "\n".join(_asked(exchange) for exchange in run.exchanges)


def _asked(exchange: Exchange) -> str:
    name = exchange.probe.partition(".")[2]
    args = _literal(exchange.args)
    if exchange.failure is not None:
        return f"refuses({name}, **{args})"
    answer = exchange.answer
    if name == "evaluate":
        return DIFFERENCES.format(args=args, out=_literal(answer["out"]))
    return "\n".join(
        [
            f"got = {name}(**{args})",
            *(f"agree(got[{key!r}], {_literal(answer[key])})" for key in answer),
        ]
    )


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(part)}" for key, part in value.items()) + "}"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})"
    return repr(value)


def _hand_in(folder: Path, student: str) -> None:
    released = nbformat.read(folder / "release" / ASSIGNMENT / "m1.ipynb", 4)
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "engine":
            cell.source = f"{SOURCE}\n# {student}\n"
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    nbformat.write(released, place / "m1.ipynb")
