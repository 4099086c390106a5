import json
from pathlib import Path

import pytest

from autograder.diagnosis import locations

SOURCE = '''\
"""A module."""

import numpy as np


class Value:
    """A number: def nothing here."""

    x = 1

    def __init__(self, data):
        self.data = data

        def inner():
            pass

    # a comment at depth
# a comment at the margin
    @property
    def tanh(
        self,
    ):
        out = 3
        return out

    __radd__ = __add__ = tanh
    count: int = 0


def gradcheck(f):
    best = 1
    if best == 2:
        return best


Value.late = gradcheck
LIMIT: float = 3.0
'''


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Value", 6),
        ("Value.x", 9),
        ("Value.__init__", 11),
        ("Value.tanh", 20),
        ("Value.__radd__", 26),
        ("Value.count", 27),
        ("gradcheck", 30),
        ("Value.late", 36),
        ("LIMIT", 37),
    ],
)
def test_a_name_is_found(tmp_path: Path, name: str, line: int) -> None:
    (tmp_path / "engine.py").write_text(SOURCE)
    assert (
        locations.location_note(tmp_path, "engine", [name]) == f"\nlook at engine.py:{line} {name}"
    )


@pytest.mark.parametrize("name", ["Value.inner", "inner", "Value.out", "best", "Value.nothing"])
def test_what_is_local_or_absent_is_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "engine.py").write_text(SOURCE)
    assert locations.location_note(tmp_path, "engine", [name]) == ""


def test_three_are_told_at_most_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(SOURCE)
    names = ["Value.x", "Value.x", "gone", "LIMIT", "Value", "gradcheck"]
    wanted = "\nlook at engine.py:9 Value.x, engine.py:37 LIMIT, engine.py:6 Value"
    assert locations.location_note(tmp_path, "engine", names) == wanted


def test_a_notebook_is_told_by_cell_and_line(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": "import math\n"},
        {"cell_type": "markdown", "source": "class Value:\n    def add(self): ..."},
        {"cell_type": "code", "source": ["%time\n", "class Value:\n", "  def add(self): ...\n"]},
    ]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    assert (
        locations.location_note(tmp_path, "engine", ["Value.add"])
        == "\nlook at engine.ipynb[2]:3 Value.add"
    )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe(", b"{" * 100_000, b"class\n" * 50_000])
def test_hostile_text_is_no_trouble(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.py").write_bytes(content)
    (tmp_path / "b.ipynb").write_bytes(content)
    assert [locations.location_note(tmp_path, module, ["Value.add"]) for module in "abc"] == [
        "",
        "",
        "",
    ]
