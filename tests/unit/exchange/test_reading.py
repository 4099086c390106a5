"""A solution printed for a reader is the same program, without what hides it."""

import ast
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course import load_course
from autograder.exchange import reading
from tests.conftest import ROOT

MILESTONES = load_course().milestones
SOLUTION = '''\
# %% [markdown]
# # Milestone 1
#
# Prose.

# %%
"""What the module is."""

import math


# %%
# why it is a class
class Value:
    """What a Value is.

    More of it.
    """

    def double(self, x: float) -> float:
        """Return x twice."""
        ### BEGIN SOLUTION
        text = """no docstring"""

        # why it is a sum
        return x + x if text else math.nan
        ### END SOLUTION


class Trouble(ValueError):
    """Something is wrong."""
'''
PROGRAM = '''\
import math


# why it is a class
class Value:
    def double(self, x: float) -> float:
        text = """no docstring"""

        # why it is a sum
        return x + x if text else math.nan


class Trouble(ValueError):
    pass
'''


def without_docstrings(source: str) -> str:
    """Return the tree of `source` as text, docstrings taken out by another way than `reading`'s."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            constant = body[0].value
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.dump(tree)


def test_text_markers_and_docstrings_go_and_the_program_stays() -> None:
    assert reading.program(SOLUTION) == PROGRAM


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda milestone: milestone.id)
def test_each_solution_is_the_same_program(milestone: object) -> None:
    (file,) = (ROOT / "solutions" / milestone.folder).glob("*.py")  # type: ignore[attr-defined]
    source = file.read_text()
    bare = reading.program(source)
    assert ast.dump(ast.parse(bare)) == without_docstrings(source)
    assert not re.search(r"SOLUTION|^# %%|^# # ", bare, re.MULTILINE)
    named = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(bare)) if isinstance(node, named)]
    assert [node for node in nodes if ast.get_docstring(node)] == []
    comments = {line.strip() for line in bare.splitlines() if line.strip().startswith("#")}
    assert comments <= {line.strip() for line in source.splitlines()}


def test_all_are_printed_in_order_and_some_in_the_order_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    titles = [f"# {milestone.folder}/{milestone.module}.py" for milestone in MILESTONES]
    for ids, wanted in (([], titles), (["m5", "m1"], [titles[4], titles[0]])):
        assert reading.main(ids) == 0
        printed = capsys.readouterr().out.splitlines()
        assert [line for line in printed if line in titles] == wanted


def test_a_pipe_gets_a_program_byte_for_byte() -> None:
    command = [sys.executable, "-m", "autograder.exchange.reading", "m5"]
    printed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    source = (ROOT / "solutions/m5_convolution/conv.py").read_text()
    assert printed == f"# m5_convolution/conv.py\n\n{reading.program(source)}\n"


def test_a_terminal_gets_colours() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system="truecolor")
    reading.print_program(console, "m1/engine.py", "def one():\n    return 1\n")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[" in shown
    assert "def one():" in re.sub(r"\x1b\[[0-9;]*m", "", shown)


def test_an_unknown_milestone_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert reading.main(["m1", "m9"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "no milestone m9: there are m1, m2, m3, m4, m5, m6\n"


def test_where_there_are_no_solutions_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reading, "SOLUTIONS", tmp_path / "solutions")
    assert reading.main(["m1"]) == 2
    assert capsys.readouterr().err == (
        f"no solutions in {tmp_path / 'solutions'}: a student kit has none; "
        "run this in the kit's repository\n"
    )


def test_the_readme_names_the_command_and_every_solution() -> None:
    readme = (ROOT / "solutions/README.md").read_text()
    assert f"-m {reading.__spec__.name} " in readme
    linked = re.findall(r"^\| \d \[\S+\]\((\S+)\)", readme, re.MULTILINE)
    assert linked == [f"{one.folder}/{one.module}.py" for one in MILESTONES]
