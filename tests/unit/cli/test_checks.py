"""``autograder checks``: a table for a terminal, lines for a pipe."""

import io
import re
import subprocess
import sys

import pytest
from rich.console import Console

from autograder.cli import app, checks
from autograder.course import load_course
from autograder.course.tasks import list_tasks, tasks_by_check
from autograder.judge.spec import ListedCheck, list_checks
from autograder.judge.table import TableError
from tests.conftest import ROOT

PARTS = load_course().parts
BY_ID = {listed.id: listed for one in PARTS for listed in list_checks(one.id, one.checks)}
NUMBERS = {id: task.number for id, task in tasks_by_check(PARTS).items()}
EVERY = [BY_ID[id] for one in PARTS for task in list_tasks(one) for id in task.checks]
AT_EXIT = """\
import atexit, sys
from autograder.cli.app import main
atexit.register(lambda: print(*(name for name in sys.modules if ".checks.m" in name)))
main({arguments})
"""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch):
    """Return what a terminal of that width shows."""

    def show(width: int, *ids: str) -> str:
        out = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        monkeypatch.setattr(checks, "open_console", lambda: out)
        checks.run(list(ids))
        return out.file.getvalue()

    return show


def fields(listed: ListedCheck) -> list[str]:
    spec = listed.spec
    needs, number = " ".join(spec.needs), str(NUMBERS[listed.id])
    return [listed.id, listed.title, spec.kind, f"{spec.points:g}", needs, number]


def test_a_pipe_gets_a_line_a_check_to_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert [*NUMBERS] == [listed.id for listed in EVERY], "a task of a handout has every check"
    assert {*NUMBERS} == {*BY_ID}
    checks.run([])
    printed = capsys.readouterr().out
    assert [line.split("\t") for line in printed.splitlines()] == list(map(fields, EVERY))
    core = [line for line in printed.splitlines() if line.startswith("m")]
    assert sum(float(line.split("\t")[3]) for line in core) == 600


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        (["m1.tanh"], ["m1.tanh"]),
        (["M1.Tanh"], ["m1.tanh"]),
        (["m2.moons", "m1.tanh", "m1.add"], ["m1.add", "m1.tanh", "m2.moons"]),
        (["m2", "m2.moons"], [one.id for one in EVERY if one.id.startswith("m2.")]),
    ],
)
def test_ids_choose(capsys: pytest.CaptureFixture[str], ids: list[str], wanted: list[str]) -> None:
    checks.run(ids)
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == wanted


def test_a_terminal_of_80_columns_shows_all_of_it(shown) -> None:
    printed = shown(80)
    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 80
    assert "\nm1  Scalar autograd: 37 checks, 100 points\n" in printed
    words = " ".join(printed.split())
    for listed in EVERY:
        assert f"{listed.id} {listed.spec.points:g} {listed.spec.kind}" in words
        assert all(need in words for need in listed.spec.needs)


def test_a_narrow_table_in_full(shown) -> None:
    assert [line.rstrip() for line in shown(80, "m1.shared_by_functions").splitlines()] == [
        "",
        "m1  Scalar autograd: 1 check, 3 points",
        'tasks as in the handout m1_scalar_autograd.md, "Tasks, in order"',
        "id, title                                              points  kind, needs",
        "task 8: Value.tanh, Value.relu, Value.sigmoid,",
        "without overflow",
        "m1.shared_by_functions                                      3  finite-difference",
        "A value that functions use twice gets all their                Value.__add__",
        "gradients                                                      Value.__mul__",
        "                                                               Value.tanh",
        "                                                               Value.__pow__",
        "                                                               Value.backward",
    ]


def test_a_wide_terminal_has_a_column_each(shown) -> None:
    lines = shown(140, "m1.tanh", "m1.relu").splitlines()
    assert lines[1] == "m1  Scalar autograd: 2 checks, 4 points"
    assert lines[3].split() == ["id", "title", "kind", "points", "needs"]
    assert lines[4].split()[:3] == ["task", "8", "Value.tanh,"]
    assert [re.split("  +", line.strip()) for line in lines[5:]] == [
        fields(one)[:5] for one in EVERY if one.id in ("m1.tanh", "m1.relu")
    ]


def test_an_unknown_check_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        app.main(["checks", "m1.tahn"])
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "autograder: there is no check 'm1.tahn'; did you mean m1.tanh?\n"


def test_a_wrong_table_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TableError("checks.toml: m1.add lacks points")

    monkeypatch.setattr(checks, "list_checks", refuse)
    with pytest.raises(SystemExit) as stopped:
        app.main(["checks", "m1"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "autograder: checks.toml: m1.add lacks points\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["checks", "m1.tanh"],
        ["hint", "m1.tanh"],
        ["check", "m1.tanh", "--submission", str(ROOT / "solutions/m1_scalar_autograd")],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_check_that_names_its_milestone_loads_no_other(arguments: list[str]) -> None:
    code = AT_EXIT.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = re.findall(r"autograder\.checks\.(m\d)_\w+", done.stdout.splitlines()[-1])
    assert set(loaded) == {"m1"}
