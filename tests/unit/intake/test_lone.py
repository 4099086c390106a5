"""A lone file is taken as the module that it is for, and only where that is clear."""

import json
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake import lone
from autograder.intake.find import find_inbox
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from tests.conftest import ROOT

MILESTONES = load_course().milestones
MODULES = load_course().modules


def source(folder: str, module: str) -> str:
    return (ROOT / "assignments" / folder / f"{module}.py").read_text()


def notebook(text: str) -> str:
    cell = {"cell_type": "code", "source": "%matplotlib inline\n" + text, "metadata": {}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


def module_of(path: Path, *ids: str) -> str:
    chosen = [one for one in MILESTONES if not ids or one.id in ids]
    (entry,) = lone.assign_modules([Entry("name", path)], MILESTONES, chosen)
    return entry.module


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda one: one.id)
def test_the_text_of_every_stub_is_known_again(tmp_path: Path, milestone: object) -> None:
    text = source(milestone.folder, milestone.module)  # type: ignore[attr-defined]
    (tmp_path / "rita.py").write_text(text)
    (tmp_path / "pia engine.IPYNB").write_text(notebook(text))
    for name in ("rita.py", "pia engine.IPYNB"):
        assert module_of(tmp_path / name) == milestone.module  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "class Module:\n    pass\ndef fit():\n    pass",  # in nn and in training
        "class Value:\n    pass\nclass Neuron:\n    pass",
        "def f():\n    class Value:\n        pass",
        "\0",
    ],
)
def test_what_is_not_clear_is_taken_only_where_one_milestone_is_graded(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "rita.py"
    file.write_text(text)
    assert module_of(file) == module_of(file, "m1", "m2") == ""
    assert module_of(file, "m2") == "nn"


def test_a_file_that_does_not_parse_is_known_too(tmp_path: Path) -> None:
    (tmp_path / "rita.py").write_text("class Value(")
    assert module_of(tmp_path / "rita.py") == "engine"


def test_the_text_goes_before_the_milestone_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rita.py").write_text("class Value:\n    pass")
    assert module_of(tmp_path / "rita.py", "m2") == "engine"


def test_names_of_modules_folders_archives_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "nn.py").write_text("class Value: pass")
    (tmp_path / "wrongname").mkdir()
    (tmp_path / "rosa.zip").write_bytes(b"")
    for name in ("nn.py", "wrongname", "rosa.zip"):
        assert module_of(tmp_path / name, "m1") == ""
    linked = Entry("x", tmp_path / "x.py", is_link=True)
    linked.path.symlink_to(tmp_path / "nn.py")
    assert lone.assign_modules([linked], MILESTONES, MILESTONES[:1]) == [linked]


def test_a_file_that_is_taken_is_staged_under_the_modules_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/RITA.PY").write_text("class Value: pass")
    (tmp_path / "in/NN.py").write_text("x = 1")
    found = lone.assign_modules(
        find_inbox(tmp_path / "in", MODULES).entries, MILESTONES, MILESTONES
    )
    assert lone.list_lone_files(found) == {"NN.py": "nn.py", "RITA.PY": "engine.py"}
    for number, (entry, name) in enumerate(zip(found, ("nn.py", "engine.py"), strict=True)):
        into = tmp_path / str(number)
        into.mkdir()
        assert stage_entry(entry, MODULES, into).files == (name,)
