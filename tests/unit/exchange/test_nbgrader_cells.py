"""Which cells of a submitted notebook are graded, and what is said of those that had to change."""

import json

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.exchange.nbgrader_cells import SourceCell, read_book, restore_cells

NEW = nbformat.v4


def source(
    kind: str, text: str, name: str, *, points: float | None = None, solution: bool = False
) -> SourceCell:
    facts = {
        "grade": points is not None, "grade_id": name, "locked": not solution, "points": points,
        "solution": solution, "task": False,
    }  # fmt: skip
    return SourceCell(kind, text, facts)


TEST = "passes('m1.add')\n### BEGIN HIDDEN TESTS\nhidden\n### END HIDDEN TESTS"
SOURCES = {
    "head": source("markdown", "# Title", "head"),
    "given": source("code", "import math", "given"),
    "answer": source("code", "stub", "answer", solution=True),
    "test": source("code", TEST, "test", points=2),
    "essay": source("markdown", "why?", "essay", points=3, solution=True),
}


def cell(text: str, name: object = None, kind: str = "code") -> NotebookNode:
    make = NEW.new_code_cell if kind == "code" else NEW.new_markdown_cell
    made: NotebookNode = make(text)
    if name is not None:
        made.metadata["nbgrader"] = {"grade_id": name}
    return made


def seen(*cells: NotebookNode) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the name and text of each cell, and the notes."""
    done = restore_cells(cells, SOURCES)
    names = [one.metadata.get("nbgrader", {}).get("grade_id", "") for one in done.cells]
    return list(zip(names, [one.source for one in done.cells], strict=True)), done.notes()


WHOLE = (
    cell("# Title", "head", "markdown"),
    cell("import math", "given"),
    cell("mine", "answer"),
    cell("passes('m1.add')", "test"),
    cell("because", "essay", "markdown"),
)
GRADED = [
    ("head", "# Title"), ("given", "import math"), ("answer", "mine"), ("test", TEST),
    ("essay", "because"),
]  # fmt: skip


def test_what_is_whole_stays_and_nothing_is_said() -> None:
    assert seen(*WHOLE) == (GRADED, [])


def test_the_order_is_the_students() -> None:
    assert seen(*reversed(WHOLE)) == (GRADED[::-1], [])


def test_given_code_comes_back_before_other_code_and_tests_come_back_last() -> None:
    cells, notes = seen(cell("Mine", None, "markdown"), cell("mine", "answer"))
    assert cells == [("", "Mine"), GRADED[1], GRADED[2], GRADED[3], ("essay", "why?")]
    assert notes == [
        "3 cells were missing, and put back as the source has them (given, test, essay)."
    ]


def test_an_answer_never_comes_back_as_a_stub() -> None:
    cells, notes = seen(*WHOLE[:2], cell("mine"), *WHOLE[3:])
    assert cells == [*GRADED[:2], ("", "mine"), *GRADED[3:]]
    assert notes == [
        "Cell answer was not found by its mark; its answer is looked for in all other cells."
    ]


def test_of_copies_the_last_counts_and_all_are_kept() -> None:
    cells, notes = seen(*WHOLE, cell("again", "answer"))
    assert cells == [*GRADED[:2], ("", "mine"), *GRADED[3:], ("answer", "again")]
    assert notes == [
        "Cell answer was there more than once; the last counts, the others are ordinary cells."
    ]


def test_an_answer_in_a_copy_of_a_test_is_kept() -> None:
    cells, _ = seen(*WHOLE[:2], *WHOLE[3:], cell("mine", "test"))
    assert cells == [*GRADED[:2], *GRADED[3:], ("", "mine")]


def test_marks_that_are_lost_are_found_again_by_the_text() -> None:
    cells, notes = seen(cell(" import math\n"), cell("mine"), cell(TEST), cell("passes('m1.add')"))
    assert cells == [GRADED[1], ("", "mine"), ("", TEST), GRADED[3], ("essay", "why?")]
    assert (
        "2 cells were without nbgrader's marks, and recognised by the text (given, test)." in notes
    )


@pytest.mark.parametrize("mark", ["unknown", "", 1, None, ["test"], {"a": 1}])
def test_marks_that_the_source_does_not_have_are_none(mark: object) -> None:
    assert seen(*WHOLE, cell("more", mark)) == ([*GRADED, ("", "more")], [])


@pytest.mark.parametrize("mark", [None, "test", 1, [1], {}])
def test_metadata_of_any_form_is_borne(mark: object) -> None:
    odd = cell("more")
    odd.metadata.update(nbgrader=mark, tags=["<script>"], raw_mimetype="text/html")
    done = restore_cells([*WHOLE, odd], SOURCES)
    assert (done.cells[-1].source, done.cells[-1].metadata) == ("more", {})


def test_types_are_the_sources() -> None:
    done = restore_cells([cell("mine", "answer", "markdown"), cell("because", "essay")], SOURCES)
    kinds = {one.metadata.nbgrader.grade_id: one.cell_type for one in done.cells}
    assert (kinds["answer"], kinds["essay"]) == ("code", "markdown")
    assert "2 cells were of another type, and changed back (answer, essay)." in done.notes()


def test_points_and_purpose_are_the_sources() -> None:
    forged = cell("passes('m1.add')", "test")
    forged.metadata.nbgrader.update(points=1000, grade=False, comment="<script>")
    (graded, *_) = restore_cells([*WHOLE[:3], forged, WHOLE[4]], SOURCES).cells[3:]
    assert graded.metadata == {"nbgrader": SOURCES["test"].facts}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", "it is empty"),
        ('{"cells": [', "it is not JSON to its end"),
        ("[]", "it has no cells"),
        ("{}", "it has no cells"),
        ('{"cells": 1, "nbformat": 4}', "it has no cells"),
        ("<html>", "it is a web page"),
        ("[" * 100_000, "it has no cells"),
    ],
)
def test_what_is_no_notebook_is_an_empty_one(text: str, note: str) -> None:
    (only,) = read_book(text.encode()).cells
    assert f"This file is graded as an empty notebook: {note}" in only.source


def test_of_a_broken_notebook_the_code_is_read() -> None:
    book = {"cells": [{"cell_type": "code", "source": ["a\n", "b"]}], "nbformat": 4}
    note, code = read_book(json.dumps(book).encode()).cells
    assert "This file is not quite a notebook" in note.source
    assert (code.cell_type, code.source) == ("code", "a\nb")


def test_old_formats_and_equal_ids_are_read() -> None:
    old = NEW.new_notebook(cells=[cell("a"), cell("b")])
    old.nbformat_minor = 0
    for one in old.cells:
        del one["id"]
    twice = NEW.new_notebook(cells=[cell("a"), cell("b")])
    twice.cells[0]["id"] = twice.cells[1]["id"] = "same"
    for book in (old, twice):
        read = read_book(json.dumps(book).encode())
        assert [one.source for one in read.cells] == ["a", "b"]
        assert len({one["id"] for one in read.cells}) == 2
