"""The table of a milestone's checks: what is read, and what is refused in which words."""

from pathlib import Path

import pytest

from autograder.judge import table
from autograder.judge.table import TableError, TableRow

ROW = """\
[[check]]
id = "m1.add"
title = "a + b passes its gradient on"
kind = "finite-difference"
points = 2
hints = ["Which?", "The chain rule.", "Both get it."]
"""


@pytest.fixture
def write(tmp_path: Path):
    def made(text: str) -> Path:
        file = tmp_path / "checks.toml"
        file.write_text(text)
        return file

    return made


def test_rows_come_in_order_with_all_they_say(write) -> None:
    entries = table.read_table(
        write(ROW.replace("m1.add", "m1.zero") + ROW.replace("2\n", "2.5\n"))
    )
    assert list(entries) == ["m1.zero", "m1.add"]
    assert entries["m1.add"] == TableRow(
        "m1.add",
        "a + b passes its gradient on",
        "finite-difference",
        2.5,
        ("Which?", "The chain rule.", "Both get it."),
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"finite-difference"', '"golde"', "m1.add is of kind 'golde'; wanted one of finite-diffe"),
        ("= 2", '= "2"', "m1.add has '2' points; wanted a number above 0"),
        ("= 2", "= true", "m1.add has True points; wanted a number above 0"),
        ("= 2", "= 0", "m1.add has 0 points; wanted a number above 0"),
        ("= 2", "= nan", "m1.add has nan points; wanted a number above 0"),
        ("= 2", "= inf", "m1.add has inf points; wanted a number above 0"),
        (', "Both get it."', "", "m1.add has 2 hints; wanted 3 texts, from a question to nearly"),
        ('"Both get it."', '"Both", "get"', "m1.add has 4 hints; wanted 3 texts"),
        ('"Both get it."', "3", "m1.add has 3 hints; wanted 3 texts"),
        ("points = 2\n", "", "m1.add lacks points"),
        ('id = "m1.add"\n', "", "check 1 lacks id"),
        ('"m1.add"', "7", "7 has the id 7; wanted a text in quotes"),
        ('"a + b passes its gradient on"', '""', "m1.add has the title ''; wanted a text"),
        ("points", "point", "m1.add lacks points"),
        ("points = 2", "points = 2\nneeds = 'x'", "m1.add has no use for needs; wanted id, title"),
        ("[[check]]", "[check]", "write [[check]], with two brackets, before each check"),
        ("points = 2", "points = ", "cannot be read: Invalid value (at line 5"),
    ],
)
def test_what_is_wrong_is_one_sentence(write, old: str, new: str, told: str) -> None:
    assert ROW.count(old) == 1
    file = write(ROW.replace(old, new))
    with pytest.raises(TableError) as caught:
        table.read_table(file)
    assert str(caught.value).startswith(f"{file}")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_id_that_stands_twice_is_refused(write) -> None:
    with pytest.raises(TableError, match=r"m1\.add is listed twice; give one of them another id"):
        table.read_table(write(ROW + ROW))


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="checks.toml cannot be read: .*No such file"):
        table.read_table(tmp_path / "checks.toml")
