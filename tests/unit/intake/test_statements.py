"""What begins at the left edge of a text, found without parsing it."""

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake import lone, recognise
from autograder.intake.find import find_inbox
from autograder.worker.statements import is_python, list_definitions
from tests.conftest import ROOT
from tests.unit.intake.hand_ins import MODULES, lay, solved

MILESTONES = load_course().milestones


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("class A:\n    def b(self): ...\ndef c(): ...", {"A", "c"}),
        ("class\tA(\n    object,\n):\r\n    x = 1\rdef b(): ...", {"A", "b"}),
        ("\"\"\"\nclass A: ...\n\"\"\"\nx = '''\ndef b(): ...\n'''", set()),
        ("x = (\nclass A:\n    pass\ndef b(): ...", {"A", "b"}),  # a bracket was forgotten
        ("class A(", {"A"}),
        ("if x:\n    class A: ...\n# def b(): ...", set()),
        ("classy = 1\ndefault(2)", set()),
    ],
)
def test_definitions(text: str, names: set[str]) -> None:
    assert list_definitions(text) == names


def test_what_is_python_looks_like_it() -> None:
    files = sorted(ROOT.rglob("autograder/**/*.py"))
    assert len(files) > 200
    assert [file.name for file in files if not is_python(file.read_text())] == []


@pytest.mark.parametrize(
    "text",
    [
        "This is my homework.\n\nclass Value:\n    pass",
        "# Engine\n\n```python\nclass Value:\n    pass\n```\n",
        "class Value is what I wrote",
        "def backward needs no words",
        "<p>\nclass Value:",
        "from my point of view",
        "1. Engine\n\ndef relu(x): ...",
        "- Value\n\ndef relu(x): ...",
    ],
)
def test_prose_does_not(text: str) -> None:
    assert not is_python(text)


def test_no_hand_in_is_parsed_where_the_class_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ast.parse", lambda *_: pytest.fail("parsed"))
    monkeypatch.setattr("builtins.compile", lambda *_, **__: pytest.fail("compiled"))
    long = b"a\n" * (1 << 19)
    files = {
        "rita.py": long,
        "bob.txt": solved("nn"),
        "essay": long,
        "pia.py.txt": solved("engine"),
    }
    found = find_inbox(lay(tmp_path, files), MODULES)
    entries = lone.assign_modules(found.entries, MILESTONES, MILESTONES)
    assert {entry.name: entry.module for entry in entries} == {
        "rita": "", "bob": "nn", "pia": "engine",
    }  # fmt: skip
    assert found.left_out == {"essay": recognise.FOREIGN}
