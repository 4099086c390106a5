"""Copies are found, in every disguise; independent work, stub and reference are not."""

import ast
import copy
import csv
import json
import re
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from autograder.course import Milestone, load_course
from autograder.intake import similarity
from autograder.intake.submission import Entry
from autograder.run import copies as command
from autograder.worker.fingerprints import BUILTINS, METHODS, hash_trees
from autograder.worker.imports import code_cells
from tests.conftest import ROOT

ALTERNATIVES = ROOT / "tests/alternatives"
MILESTONES = load_course().milestones
GIVEN = {one.id: similarity.read_handout(command._handout_texts(one)) for one in MILESTONES}
M1 = MILESTONES[0]
INDEPENDENT, COPIED = 0.45, 0.7  # what lies between is nobody's, and the threshold is in it
ONE_HAND = {  # samples that were made of one another
    ("m1", "local_derivatives", "arrays_closures"),
    ("m1", "tape", "arrays_functions"),
    ("m1", "olga-syntax-error", "pavel-infinite-loop"),
    ("m2", "noah-overwrites-grads", "olga-syntax-error"),
}


def samples(milestone: Milestone) -> dict[str, str]:
    """Every piece of work on a milestone that the tests have, by name."""
    found = {}
    for folder in (*ALTERNATIVES.iterdir(), *(ROOT / "tests/classroom").iterdir()):
        file, notebook = (folder / f"{milestone.module}{end}" for end in (".py", ".ipynb"))
        if file.is_file():
            found[folder.name] = file.read_text()
        elif notebook.is_file():
            found[folder.name] = "\n".join(code_cells(notebook.read_bytes()))
    return found


def engine(style: str) -> str:
    return (ALTERNATIVES / style / "engine.py").read_text()


@cache
def prints(id: str, text: str) -> similarity.Fingerprints:
    return similarity.name_fingerprints("e", [*hash_trees(text, GIVEN[id].names)], GIVEN[id])


def shares(milestone: Milestone = M1, **sources: str) -> dict[tuple[str, str], float]:
    own = {name: prints(milestone.id, text) for name, text in sources.items()}
    return {(pair.left, pair.right): pair.share for pair in similarity.find_pairs(own, 0.0)}


class Renamed(ast.NodeTransformer):
    """Gives another name to all that may have one: not what the handout or Python names."""

    kept = BUILTINS | METHODS
    kept |= {name for given in GIVEN.values() for name in given.names}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id += "" if node.id in self.kept else "_x"
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        node.attr += "" if node.attr in self.kept else "_x"
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg += "_x"
        return node


class Constants(ast.NodeTransformer):
    """Changes every number and text."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str):
            return ast.Constant(f"other {node.value}")
        is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return ast.Constant(node.value + 1) if is_number else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node


class Split(ast.NodeTransformer):
    """Makes two statements of one, wherever a part can get a name."""

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        if not isinstance(node.value, ast.BinOp | ast.Call | ast.IfExp | ast.ListComp):
            return [node]
        return [ast.Assign([ast.Name("res")], node.value), ast.Return(ast.Name("res"))]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        whole = node.value
        if not isinstance(whole, ast.BinOp) or not isinstance(whole.left, ast.BinOp | ast.Call):
            return [node]
        rest = ast.BinOp(ast.Name("part"), whole.op, whole.right)
        return [ast.Assign([ast.Name("part")], whole.left), ast.Assign(node.targets, rest)]


class Extracted(ast.NodeTransformer):
    """Moves the second half of every longer function into a helper."""

    def __init__(self) -> None:
        self.helpers: list[ast.stmt] = []

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        node.body += self.helpers
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        half, name = len(node.body) // 2, f"helper_{len(self.helpers)}"
        if half:
            self.helpers.append(
                ast.FunctionDef(name, copy.deepcopy(node.args), node.body[half:], [])
            )
            handed = [ast.Name(one.arg) for one in node.args.args]
            node.body[half:] = [ast.Return(ast.Call(ast.Name(name), handed, []))]
        return node


class Reordered(ast.NodeTransformer):
    """Turns the order of all definitions round, in classes too."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        node.body.reverse()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.body.reverse()
        return node


def changed(*steps: Callable[[], ast.NodeTransformer]) -> Callable[[str], str]:
    def change(text: str) -> str:
        tree = ast.parse(text)  # comments are gone already
        for step in steps:
            tree = step().visit(tree)
        return ast.unparse(ast.fix_missing_locations(tree))

    return change


DISGUISES = {
    "comments and layout": changed(),
    "names": changed(Renamed),
    "order": changed(Reordered),
    "constants": changed(Constants),
    "statements split": changed(Split),
    "helpers extracted": changed(Extracted),
    "everything": changed(Split, Extracted, Renamed, Reordered, Constants),
}


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda one: one.id)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_copies_are_found_in_every_disguise(milestone: Milestone, disguise: str) -> None:
    found = {}
    for name, text in samples(milestone).items():
        is_enough = len(prints(milestone.id, text).regions) >= similarity.FEW
        if is_enough and name != "olga-syntax-error":  # which these disguises cannot parse
            disguised = DISGUISES[disguise](text)
            found[name] = shares(milestone, a=text, b=disguised)["a", "b"]
    assert len(found) >= 2
    assert {name: share for name, share in found.items() if share < COPIED} == {}


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda one: one.id)
def test_independent_work_is_not_found(milestone: Milestone) -> None:
    sources = samples(milestone)
    found = shares(milestone, **sources)
    for one, other in combinations(sources, 2):
        is_one_hand = {(milestone.id, one, other), (milestone.id, other, one)} & ONE_HAND
        share = found[one, other]
        assert share > 0.9 if is_one_hand else share < INDEPENDENT, (one, other, share)


def test_the_threshold_stands_between_copies_and_independent_work() -> None:
    assert INDEPENDENT + 0.1 < command.COPY_SHARE < COPIED - 0.05


def test_a_copy_of_half_done_work_is_found() -> None:
    text = samples(MILESTONES[1])["linus half done"]
    assert len(prints("m2", text).regions) < similarity.FEW
    for disguise in ("names", "order", "constants"):
        found = shares(MILESTONES[1], a=text, b=DISGUISES[disguise](text))
        assert found["a", "b"] > command.COPY_SHARE, disguise


def test_what_was_handed_out_and_the_reference_count_for_nobody() -> None:
    for milestone in MILESTONES:
        (stub, solution) = command._handout_texts(milestone)
        assert shares(milestone, a=solution, b=solution, c=stub)["a", "b"] == 0.0
    solution = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    assert shares(a=solution + engine("tape"), b=solution + engine("composed"))["a", "b"] < 0.2


def test_code_that_is_large_or_deep_on_purpose_is_no_trouble() -> None:
    deep = "x = " + "-" * 5000 + "1\n"
    steps = "".join(" " * n + "x = (\n" for n in range(300))
    chain = "x = " + "+".join(["a"] * 900)
    for text in (deep, steps, chain, "(" * 10_000, "def f(:"):
        assert len(prints("m1", text).regions) < 60


def test_regions_name_the_copied_lines() -> None:
    lines = engine("tape").splitlines()
    own = "\n".join(f"value_{n} = [{n}, {n}.5, 'x', {n} * 2 ** 3 // 4]" for n in range(40))
    part = "\n".join([own, *lines])
    own = {"a": prints("m1", engine("tape"))}
    own["b"] = prints("m1", part)
    (pair,) = similarity.find_pairs(own, 0.6)
    offset = {right[1] - left[1] for left, right in pair.regions}
    assert offset == {40}
    covered = sum(left[2] - left[1] + 1 for left, _ in pair.regions)
    assert covered > 0.45 * len(lines)


def test_broken_code_is_compared_without_the_part_that_is_broken() -> None:
    text = engine("tape")
    middle = text.index("    def ", len(text) // 2)
    broken = f"{text[:middle]}    def f(:\n        pass\n\n{text[middle:]}"
    with pytest.raises(SyntaxError):
        ast.parse(broken)
    assert shares(a=text, b=broken)["a", "b"] > 0.9
    assert shares(a=text, b=f"{text}\ndef f(:\n  '")["a", "b"] > 0.9
    own = prints("m1", broken)
    assert max(last for _, _, last in own.regions.values()) <= len(broken.splitlines())
    assert prints("m1", "\0").regions == {}


def test_the_command_lists_copies_also_in_notebooks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("tape", "composed", '=copy, "é"')
    for name in names[:2]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "engine.py").write_text(engine(name))
    (tmp_path / names[2]).mkdir()
    cell = {"cell_type": "code", "source": re.sub(r"\bself\b", "me", engine("tape"))}
    (tmp_path / names[2] / "engine.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    entries = [Entry(name, tmp_path / name) for name in (*names, "broken.zip")]
    command.report_copies(entries, [M1], tmp_path)
    with (tmp_path / "similarity.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["module"], row["submission"], row["other"]) == ("engine", "tape", f"'{names[2]}")
    assert float(row["share"]) > 0.9
    assert re.fullmatch(r"\d+(-\d+)?(, \d+(-\d+)?)*", row["lines"])
    assert "1 pair at or above 60%" in capsys.readouterr().out


def test_what_takes_too_long_to_read_is_not_compared_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "engine.py").write_text(engine("tape"))
    entries = [Entry(name, tmp_path / name) for name in ("ada", "bob")]
    monkeypatch.setattr(ast, "parse", _parse_handout)
    command.report_copies(entries, [M1], tmp_path)
    assert "similar: 1 pair" in capsys.readouterr().out
    monkeypatch.setattr(command, "SECONDS", 0.0)
    command.report_copies(entries, [M1], tmp_path)
    told = capsys.readouterr().out
    assert "similar: 0 pairs" in told
    assert "takes too much time or memory: engine.py of ada, engine.py of bob" in told


PARSE = ast.parse


def _parse_handout(text: str) -> ast.Module:
    """Parse the stub and the reference; what was handed in is none of this process's business."""
    assert text != engine("tape")
    return PARSE(text)
