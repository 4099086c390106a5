"""Checks below the tasks of their handout: two columns for a screen, a list for everything else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from autograder.course.tasks import Task, sort_by_task
from autograder.language.catalogue import translate

COLUMNS = 2
NARROWEST = 30  # columns of text in which a cell is still readable; below there is one
TITLED = 56  # from this width on a cell has the title of its check
NAME = 24
CUT = "~"


@dataclass(frozen=True)
class Cell:
    """A check as it stands in a grid or a list."""

    id: str
    title: str
    mark: str
    style: str
    points: float
    most: float
    is_passed: bool

    @property
    def name(self) -> str:
        """Its id without the milestone."""
        return self.id.rpartition(".")[2]


@dataclass(frozen=True)
class Group:
    """The checks of one task; without a task, all that belong to none."""

    task: Task | None
    cells: tuple[Cell, ...]

    @property
    def is_passed(self) -> bool:
        """Whether all of its checks passed."""
        return all(cell.is_passed for cell in self.cells)

    @property
    def heading(self) -> str:
        """Its number, how many of its checks passed, and what to write."""
        if self.task is None:
            return ""
        count = sum(cell.is_passed for cell in self.cells)
        name = translate("task {number}", number=self.task.number)
        return f"{name}  {count}/{len(self.cells)}  {translate(self.task.title)}"


def group_cells(cells: Sequence[Cell], tasks: Mapping[str, Task]) -> list[Group]:
    """Return `cells` by task, in the order of the handout; those without a task come last."""
    numbers = {id: task.number for id, task in tasks.items()}
    grouped = groupby(sort_by_task(cells, tasks), key=lambda cell: numbers.get(cell.id, 0))
    members = [tuple(group) for _, group in grouped]
    return [Group(tasks.get(group[0].id), group) for group in members]


def render_list(groups: Sequence[Group]) -> Iterator[Text]:
    """Yield a line for every task and every check, with titles."""
    for group in groups:
        if group.heading:
            yield Text(f"  {group.heading}", "bold", no_wrap=True, overflow="ellipsis")
        for cell in group.cells:
            line = Text(no_wrap=True, overflow="ellipsis").append(f"  {cell.mark} ", cell.style)
            line.append(f"{cell.points:>5.2f}/{cell.most:.2f}  ", "dim")
            yield line.append(f"{cell.name:<26}{cell.title}")


@dataclass(frozen=True)
class GridLayout:
    """How a grid fits its screen.

    Attributes
    ----------
    width, room : int
        Columns of text, and rows; 0 rows for no limit.
    open_check : str
        The id of the check whose task stays open.
    way : str
        How the reader sees what does not fit.
    """

    width: int
    room: int = 0
    open_check: str = ""
    way: str = "l lists them"

    @property
    def columns(self) -> int:
        """Two, but for a narrow screen."""
        return COLUMNS if self.width // COLUMNS >= NARROWEST else 1

    @property
    def cell_width(self) -> int:
        """The width of each."""
        return (self.width - 1) // self.columns

    @property
    def most(self) -> int:
        """The number of lines that fit; 0 for no limit."""
        return self.room * self.columns


def render_grid(groups: Sequence[Group], layout: GridLayout) -> Iterator[Text]:
    """Yield the lines of a grid in columns, which are read downwards.

    Where not every check fits, tasks become one line each: first those that are done, then those
    that are furthest from the open check; then what passed is counted, and the rest is cut off.
    """
    lines = _fit_lines(groups, layout)
    height = -(-len(lines) // layout.columns)
    for row in range(height):
        line = Text(no_wrap=True)
        for at in range(row, len(lines), height):
            line.append_text(lines[at])
            line.append(" " * (layout.cell_width - len(lines[at])))
        line.rstrip()
        yield line


def _fit_lines(groups: Sequence[Group], layout: GridLayout) -> list[Text]:
    closed: set[int] = set()
    lines = _render_groups(groups, closed, layout)
    for index in _order_closing(groups, layout.open_check):
        if not layout.most or len(lines) <= layout.most:
            return lines
        closed.add(index)
        lines = _render_groups(groups, closed, layout)
    if layout.most and len(lines) > layout.most:
        lines = _render_groups(groups, closed, layout, counts_passed=True)
    if layout.most and len(lines) > layout.most:
        hidden = len(lines) - layout.most + 1
        more = translate("... {count} more ({way})", count=hidden, way=translate(layout.way))
        lines[layout.most - 1 :] = [Text(f"   {more}", "dim")]
    return lines


def _order_closing(groups: Sequence[Group], open_check: str) -> list[int]:
    """Return the groups with a heading in the order in which they give way; the open one stays."""
    opened = [index for index, group in enumerate(groups) if _holds(group, open_check)]
    centre = opened[0] if opened else 0
    others = [index for index, group in enumerate(groups) if group.task and index not in opened]
    return sorted(others, key=lambda index: (not groups[index].is_passed, -abs(index - centre)))


def _holds(group: Group, id: str) -> bool:
    return any(cell.id == id for cell in group.cells)


def _render_groups(
    groups: Sequence[Group], closed: set[int], layout: GridLayout, counts_passed: bool = False
) -> list[Text]:
    done = [group for index, group in enumerate(groups) if index in closed and group.is_passed]
    lines: list[Text] = []
    for index, group in enumerate(groups):
        if counts_passed and group in done:
            continue
        cells = group.cells if index not in closed else ()
        passed = [cell for cell in cells if cell.is_passed] if counts_passed else []
        lines += _render_heading(group, layout)
        if passed:
            way = translate(layout.way)
            line = translate("+ {count} passed ({way})", count=len(passed), way=way)
            lines.append(Text(f"   {line}", "green"))
        lines += [_render_cell(cell, layout.cell_width) for cell in cells if cell not in passed]
    if counts_passed and done:
        numbers = ", ".join(str(group.task.number) for group in done if group.task)
        line = translate("done: task {numbers}", numbers=numbers)
        lines.insert(0, Text(_cut(f" {line}", layout.cell_width - 1), "green"))
    return lines


def _render_heading(group: Group, layout: GridLayout) -> Iterator[Text]:
    if group.heading:
        is_open = _holds(group, layout.open_check)
        style = "bold" if is_open else "green" if group.is_passed else "dim"
        yield Text(_cut(f" {group.heading}", layout.cell_width - 1), style)


def _render_cell(cell: Cell, width: int) -> Text:
    reached = f"{cell.points:g}/{cell.most:g}"
    line = Text().append(f"   {cell.mark} ", cell.style)
    if width < TITLED:
        room = min(width - len(line) - len(reached) - 2, NAME)
        return line.append(f"{_cut(cell.name, room):<{room}} ").append(reached, "dim")
    line.append(f"{_cut(cell.name, NAME):<{NAME}}").append(f"{reached:>9}  ", "dim")
    return line.append(_cut(cell.title, width - len(line) - 1))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(0, room - 1)]}{CUT}"
