"""Copies are found, renamed and reordered ones too; independent work, stub and reference are not."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest

from autograder.cli import similarity as command
from autograder.course import load
from autograder.grading import similarity
from autograder.grading.submission import Entry
from tests.conftest import ROOT

ALTERNATIVES = ROOT / "tests/alternatives"
M1 = load().milestone("m1")
KNOWN = similarity.every_gram(command._handed_out(M1))
STYLES = ("closures_recursive", "composed", "local_derivatives", "table_driven", "tape")


def engine(style: str) -> str:
    return (ALTERNATIVES / style / "engine.py").read_text()


def renamed(text: str) -> str:
    """Give every name that the text itself makes another one, and drop all comments."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.arg):
            old = "id" if isinstance(node, ast.Name) else "arg"
            setattr(node, old, f"{getattr(node, old)}_x")
        if isinstance(node, ast.Attribute):
            node.attr = f"y_{node.attr}"
    return ast.unparse(tree)


def reordered(text: str) -> str:
    """Turn the order of all definitions round, in classes too."""
    tree = ast.parse(text)
    for node in [tree, *(one for one in tree.body if isinstance(one, ast.ClassDef))]:
        node.body.reverse()
    return ast.unparse(tree)


def shares(**sources: str) -> dict[tuple[str, str], float]:
    prints = {name: similarity.prints({"engine": text}) for name, text in sources.items()}
    return {(p.one, p.other): p.share for p in similarity.pairs(prints, KNOWN, 0.0)}


@pytest.mark.parametrize("style", STYLES)
def test_renamed_and_reordered_copies_are_found(style: str) -> None:
    plain = ast.unparse(ast.parse(engine(style)))
    assert shares(a=plain, b=renamed(plain)) == {("a", "b"): 1.0}
    assert shares(a=plain, b=reordered(plain))["a", "b"] > command.SHARE
    assert shares(a=plain, b=reordered(renamed(plain)))["a", "b"] > command.SHARE


def test_independent_work_is_not_found() -> None:
    found = shares(**{style: engine(style) for style in STYLES})
    assert len(found) == 10
    assert max(found.values()) < 0.2


def test_what_was_handed_out_and_the_reference_count_for_nobody() -> None:
    solution = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    assert shares(a=solution, b=solution) == {}
    assert shares(a=solution + engine("tape"), b=solution + engine("composed"))["a", "b"] < 0.2


def test_regions_name_the_copied_lines() -> None:
    lines = engine("tape").splitlines()
    own = "\n".join(f"value_{n} = [{n}, {n}.5, 'x', {n} * 2 ** 3 // 4]" for n in range(40))
    part = "\n".join([own, *lines])
    prints = {"a": similarity.prints({"e": engine("tape")}), "b": similarity.prints({"e": part})}
    (pair,) = similarity.pairs(prints, KNOWN, 0.6)
    offset = {right[1] - left[1] for left, right in pair.regions}
    assert offset == {40}
    covered = sum(left[2] - left[1] + 1 for left, _ in pair.regions)
    assert covered > len(lines) / 2


def test_broken_code_is_compared_as_far_as_it_goes() -> None:
    text = engine("tape")
    broken = text + "\ndef f(:\n  '''"
    assert shares(a=text, b=broken)["a", "b"] > 0.9
    assert similarity.prints({"e": "\0"}).places == {}


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
    command.run(entries, [M1], tmp_path)
    with (tmp_path / "similarity.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["module"], row["submission"], row["other"]) == ("engine", "tape", f"'{names[2]}")
    assert float(row["share"]) > 0.9
    assert re.fullmatch(r"\d+-\d+(, \d+-\d+)*", row["lines"])
    assert "1 pairs at or above 60%" in capsys.readouterr().out
