"""Checks below their tasks, on screens of several sizes."""

import pytest
from rich.cells import cell_len

from autograder.course.tasks import Task
from autograder.reports.grid import Cell, GridLayout, group_cells, render_grid, render_list

IDS = [f"m1.c{number}" for number in range(1, 13)]
TASKS = [
    Task(number, f"what task {number} is about, at length", (), tuple(IDS[at : at + 3]))
    for number, at in ((2, 0), (3, 3), (5, 6), (7, 9))
]
BY_ID = {id: task for task in TASKS for id in task.checks}


def cells(passed: int) -> list[Cell]:
    """Return all checks, of which the first ones passed, in another order than the handout's."""
    made = [
        Cell(id, f"Title of {id}", "+" if index < passed else "x", "", 1.0, 1.5, index < passed)
        for index, id in enumerate(IDS)
    ]
    return made[::-1]


def shown(passed: int, width: int, room: int = 0, open_check: str = "") -> list[str]:
    layout = GridLayout(width, room, open_check)
    return [line.plain for line in render_grid(group_cells(cells(passed), BY_ID), layout)]


def test_groups_follow_the_handout_and_what_has_no_task_comes_last() -> None:
    stray = Cell("m1.stray", "Of no task", "x", "", 0.0, 1.0, False)
    groups = group_cells([stray, *cells(4)], BY_ID)
    assert [group.task and group.task.number for group in groups] == [2, 3, 5, 7, None]
    assert [cell.id for group in groups for cell in group.cells] == [*IDS, "m1.stray"]
    assert [group.heading for group in groups][:2] == [
        "task 2  3/3  what task 2 is about, at length",
        "task 3  1/3  what task 3 is about, at length",
    ]
    lines = [line.plain for line in render_list(groups)]
    assert len(lines) == 4 + 13
    assert lines[0] == "  task 2  3/3  what task 2 is about, at length"
    assert lines[1].startswith("  +  1.00/1.50  c1 ")
    assert lines[1].endswith("Title of m1.c1")


@pytest.mark.parametrize(("width", "columns"), [(40, 1), (60, 2), (80, 2), (200, 2)])
def test_two_columns_hold_everything_in_order(width: int, columns: int) -> None:
    lines = shown(4, width)
    assert len(lines) == 16 // columns
    assert all(cell_len(line) <= width for line in lines)
    half = (width - 1) // columns
    left = [line[:half] for line in lines]
    read = [*left, *(line[half:] for line in lines)] if columns == 2 else left
    names = [word for line in read for word in line.split() if word.startswith("c")]
    assert names == [id.removeprefix("m1.") for id in IDS]
    assert ("Title of m1.c12" in "\n".join(lines)) == (width == 200)


def test_what_does_not_fit_closes_what_is_done_first_and_never_the_open_task() -> None:
    lines = shown(4, 80, room=6, open_check="m1.c5")
    assert len(lines) <= 6
    text = "\n".join(lines)
    assert "task 2  3/3" in text
    assert " c1 " not in text  # done
    assert all(f" c{number} " in text for number in (4, 5, 6))
    lowest = "\n".join(shown(4, 80, room=3, open_check="m1.c5"))
    assert " x c5 " in lowest
    assert lowest.startswith(" done: task 2 ")
    assert "   + 1 passed (l lists them)" in lowest


def test_on_the_lowest_screen_the_rest_is_counted() -> None:
    lines = shown(0, 80, room=2, open_check="m1.c1")
    assert len(lines) == 2
    assert lines[1].rstrip().endswith("... 4 more (l lists them)")
