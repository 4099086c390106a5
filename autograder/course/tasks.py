"""The tasks of a handout, in its own words: the order to write things in, and their checks."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from autograder.course.assignments import find_assignments
from autograder.course.parts import Part

SECTION = "Tasks, in order"  # the heading above the table, in every handout
CHECK = re.compile(r"`((?:m\d+|[cwrx](?:\.\w+)?)\.\w+)`")
NAME = re.compile(r"`([^`]+)`")


class HasId(Protocol):
    """A check in any form."""

    @property
    def id(self) -> str:
        """Its id."""


AnyCheck = TypeVar("AnyCheck", bound=HasId)


@dataclass(frozen=True)
class Task:
    """A row of the table.

    Attributes
    ----------
    number : int
        As the handout counts, from 1.
    title : str
        What to write.
    functions : tuple of str
        The names in the title: ``Value.tanh``.
    checks : tuple of str
        The ids of its checks; of some tasks they come with another.
    """

    number: int
    title: str
    functions: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called everywhere."""
        return f"task {self.number}"


def list_tasks(part: Part) -> tuple[Task, ...]:
    """Return the tasks of `part` in order; none where the kit has no handout for it."""
    home = Path(part.home) if part.home else find_assignments() / part.folder
    return _read_tasks(home / "README.md")


def tasks_by_check(parts: Sequence[Part]) -> dict[str, Task]:
    """Return the task of each check of `parts`, by the check's id."""
    return {id: task for part in parts for task in list_tasks(part) for id in task.checks}


def sort_by_task(checks: Iterable[AnyCheck], tasks: Mapping[str, Task]) -> list[AnyCheck]:
    """Return `checks` as the handout lists them; those without a task come last."""
    positions = {id: index for index, id in enumerate(tasks)}
    return sorted(checks, key=lambda check: positions.get(check.id, len(positions)))


@cache
def _read_tasks(handout: Path) -> tuple[Task, ...]:
    try:
        text = handout.read_text(encoding="utf-8")
    except OSError:
        return ()
    section = text.partition(f"\n## {SECTION}\n")[2].partition("\n## ")[0]
    return tuple(_parse_rows(section.splitlines()))


def _parse_rows(lines: Sequence[str]) -> Iterator[Task]:
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0].isdecimal():
            checks = tuple(CHECK.findall(cells[-1]))
            title, names = cells[1].replace("`", ""), tuple(NAME.findall(cells[1]))
            yield Task(int(cells[0]), title, names, checks)
