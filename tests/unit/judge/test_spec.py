"""The catalogue: the code of checks, and their table, joined by id."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from autograder.course import Course
from autograder.judge.plugin import checks_by_file
from autograder.judge.spec import CheckSpec, ListedCheck, list_checks
from autograder.judge.table import TableError

CODE = '''\
import pytest

from autograder.judge.spec import check, row


@check("Value.__add__ Value.backward", seconds=7, memory_mb=99)
def check_plain(ask):
    """Not a title."""


@pytest.mark.parametrize("value", [row(id, id, check("Value.log")) for id in ("one", "two")])
def check_rows(ask, value):
    """Not a title either."""


def helper():
    pass
'''
ROW = """
[[check]]
id = "m9.{}"
title = "title of {}"
kind = "golden"
points = 2
hints = ["a?", "b", "c"]
"""


def table(*names: str) -> str:
    return "".join(ROW.format(name, name) for name in names)


@pytest.fixture
def listed(tmp_path: Path):
    def made(text: str, *codes: str) -> list[ListedCheck]:
        (tmp_path / "checks.toml").write_text(text)
        modules = [_module(tmp_path / f"part{n}.py", code) for n, code in enumerate(codes)]
        return list_checks("m9", modules)

    return made


def _module(file: Path, code: str) -> ModuleType:
    file.write_text(code)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_code_and_table_are_joined_by_id_in_the_order_of_the_table(listed) -> None:
    found = listed(table("two", "plain", "one"), CODE)
    assert [one.id for one in found] == ["m9.two", "m9.plain", "m9.one"]
    assert found[1] == ListedCheck(
        "m9.plain",
        "title of plain",
        CheckSpec(
            ("Value.__add__", "Value.backward"),
            ("Value.__add__", "Value.backward"),
            True,
            7,
            99,
            kind="golden",
            points=2,
            hints=("a?", "b", "c"),
        ),
    )
    assert found[0].spec.needs == ("Value.log",)
    assert (found[0].points_for("public"), found[0].points_for("hidden")) == (1.5, 0.5)


@pytest.mark.parametrize(
    ("names", "codes", "told"),
    [
        (["plain", "one"], [CODE], "checks.toml: m9.two: the table lacks it"),
        ([], [CODE], "checks.toml: m9.plain, m9.one, m9.two: the table lacks it"),
        (
            ["plain", "one", "two", "three"],
            [CODE],
            "checks.toml: m9.three: no function or row has that id",
        ),
        (
            ["plain", "one", "two"],
            [CODE, "from autograder.judge.spec import check\n\n@check('x')\ndef check_one(): 0\n"],
            "checks.toml: m9.one: more than one function has that id",
        ),
    ],
)
def test_what_does_not_agree_is_refused(listed, names, codes, told: str) -> None:
    with pytest.raises(TableError) as caught:
        listed(table(*names), *codes)
    assert str(caught.value).endswith(told)


@pytest.mark.parametrize(
    ("only", "files"),
    [
        ({"m1.add"}, ["operations.py"]),
        ({"m1.shared_add", "m1.gradcheck_rejects"}, ["graphs.py", "gradcheck.py"]),
        ({"m2.add"}, []),
    ],
)
def test_only_the_files_of_the_wanted_checks_are_read(
    course: Course, only: set[str], files: list[str]
) -> None:
    found = checks_by_file([course.part("m1")], frozenset(only))
    assert sorted(Path(file).name for file in found) == sorted(files)
    assert len(checks_by_file([course.part("m1")])) > 2
