"""The screen of `watch`: the milestone's checks, the first failure in full, and the keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from autograder.course.tasks import Task
from autograder.language.catalogue import translate
from autograder.language.sentences import translate_sentence
from autograder.reports.grid import Cell, GridLayout, Group, group_cells, render_grid, render_list
from autograder.reports.mistakes import mistake_lines
from autograder.reports.status import NARROW, choose_blocks, draw_bar
from autograder.reports.terminal import STATUS_MARKS, indent_text
from autograder.score import CheckResult, Hint, Status

KEYS = (("n", "next"), ("h", "hint"), ("r", "rerun"), ("l", "list"), ("q", "quit"))
FAILURES = ("error", "failed", "timeout", "crashed", "rejected")
LEAST_ROWS = 5  # of the screen, for the checks below a failure
WAITING_MARK = ("~", "dim")


@dataclass(frozen=True)
class CheckRow:
    """A check of the course, whether it has run or not."""

    id: str
    title: str
    most: float


@dataclass(frozen=True)
class Chapter:
    """A milestone as `watch` shows it: its checks, the task of each, and where the tasks stand."""

    id: str
    title: str
    rows: Sequence[CheckRow]
    tasks: Mapping[str, Task] = field(default_factory=dict)
    guide: str = ""

    @property
    def most(self) -> float:
        """The points of all public checks."""
        return round(sum(row.most for row in self.rows), 2)


@dataclass
class View:
    """Everything on the screen."""

    chapters: Sequence[Chapter]
    results: dict[str, CheckResult] = field(default_factory=dict)
    current: str = ""
    open_check: str = ""  # the id of the failure in full
    hints: Mapping[str, str] = field(default_factory=dict)  # of the open check: step to text
    status_line: str = ""  # the checks that run, or a message
    notes: list[str] = field(default_factory=list)
    offer: str = ""  # where to read on, when all public checks pass
    listing: int = 0  # which page of all checks with their titles; 0 for the grid

    def chapter(self) -> Chapter:
        """The current milestone."""
        return next(part for part in self.chapters if part.id == self.current)

    def points(self, chapter: Chapter) -> float:
        """The points of the last run of each of its checks, in all."""
        ran = (self.results.get(row.id) for row in chapter.rows)
        return round(sum(result.points for result in ran if result), 2)

    def is_known(self, chapter: Chapter) -> bool:
        """Whether all of its checks have run."""
        return all(row.id in self.results for row in chapter.rows)

    def is_done(self, chapter: Chapter) -> bool:
        """Whether all of its checks have passed."""
        return all(self._is_passed(row.id) for row in chapter.rows)

    def _is_passed(self, id: str) -> bool:
        return id in self.results and self.results[id].status == "passed"

    def failures(self) -> list[str]:
        """The ids of the checks not passed in the current milestone: wrong, unwritten, blocked."""
        order: list[Status] = ["missing", "blocked"]
        results = [self.results[row.id] for row in self.chapter().rows if row.id in self.results]
        groups = [FAILURES, *((status,) for status in order)]
        return [check.id for group in groups for check in results if check.status in group]


def render_lines(view: View, out: Console, height: int = 0) -> Iterator[Text]:
    """Yield the lines of the screen; with `height` they fill at most that many rows.

    On a screen the failure stands above the checks; what is printed ends with it.
    """
    chapter = view.chapter()
    head, foot = list(_render_head(view, chapter, out)), list(_render_foot(view, out))
    failure = [] if view.listing and out.is_terminal else list(_render_failure(view, out))
    groups = _group_rows(view)
    if not out.is_terminal:
        yield from (*head, *render_list(groups), *_render_legend(view), *failure, *foot)
        return
    yield from head
    around = [*head, *_render_legend(view), *foot]
    if view.listing:
        yield from _render_page(view, groups, _measure_room(around, out, height))
    else:
        failure = _shorten(failure, _measure_room(around, out, height) - LEAST_ROWS, view, height)
        failure += [Text()] * bool(failure)
        room = _measure_room([*around, *failure], out, height)
        yield from failure
        yield from render_grid(groups, GridLayout(out.width, room, view.open_check))
    yield from _render_legend(view)
    yield from foot


def _shorten(failure: list[Text], most: int, view: View, height: int) -> list[Text]:
    """Return a failure that leaves room for the checks."""
    if not height or len(failure) <= max(most, LEAST_ROWS):
        return failure
    rest = translate("... autograder check {id} shows all of it", id=view.open_check)
    return [*failure[: max(most, LEAST_ROWS) - 1], Text(f"  {rest}", style="dim")]


def _count_rows(line: Text, out: Console) -> int:
    return sum(max(1, -(-len(part) // out.width)) for part in line.plain.split("\n"))


def _render_head(view: View, chapter: Chapter, out: Console) -> Iterator[Text]:
    others = Text()
    for part in view.chapters:
        is_current = part.id == chapter.id
        style = "bold reverse" if is_current else "green" if view.is_done(part) else "dim"
        has_run = any(row.id in view.results for row in part.rows)
        label = f"{part.id} {view.points(part):g}/{part.most:g}" if has_run else part.id
        mark = "*" if is_current else " "
        others.append(f"{mark}{label}{mark}", style=style).append(" ")
    yield others
    points = view.points(chapter)
    title = Text(f"{chapter.id}  {translate(chapter.title)}  ", style="bold")
    cells = 20 if out.width >= NARROW else 10
    title.append_text(
        draw_bar(points / chapter.most if chapter.most else 0.0, cells, choose_blocks(out))
    )
    wide = "{points:g} of {most:g} public points"
    reached = wide if out.width >= NARROW else "{points:g} of {most:g}"
    yield title.append(f"  {translate(reached, points=points, most=chapter.most)}")


def _find_mark(id: str, view: View) -> tuple[str, str]:
    return STATUS_MARKS[view.results[id].status] if id in view.results else WAITING_MARK


def turn_page(view: View, out: Console, height: int) -> None:
    """Show the list, then its next page, and after the last one the grid again."""
    view.listing += 1
    head, foot = _render_head(view, view.chapter(), out), _render_foot(view, out)
    room = _measure_room([*head, *_render_legend(view), *foot], out, height)
    if view.listing > len(_split_pages(list(render_list(_group_rows(view))), room)):
        view.listing = 0


def _measure_room(around: Sequence[Text], out: Console, height: int) -> int:
    """Return the number of lines left for the checks; 0 where there is no limit."""
    return max(3, height - sum(_count_rows(line, out) for line in around)) if height else 0


def _split_pages(lines: list[Text], room: int) -> list[list[Text]]:
    size = len(lines) if not room or len(lines) <= room else room - 1
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _render_page(view: View, groups: Sequence[Group], room: int) -> Iterator[Text]:
    pages = _split_pages(list(render_list(groups)), room)
    number = (view.listing - 1) % len(pages)
    yield from pages[number]
    if len(pages) > 1:
        page = "page {number} of {count} (l goes on)"
        line = translate(page, number=number + 1, count=len(pages))
        yield Text(f"  {line}", style="dim")


def _group_rows(view: View) -> list[Group]:
    chapter = view.chapter()
    return group_cells([_make_cell(row, view) for row in chapter.rows], chapter.tasks)


def _make_cell(row: CheckRow, view: View) -> Cell:
    mark, style = _find_mark(row.id, view)
    result = view.results.get(row.id)
    is_passed = result is not None and result.status == "passed"
    points = result.points if result else 0.0
    return Cell(row.id, translate(row.title), mark, style, points, row.most, is_passed)


def _render_legend(view: View) -> Iterator[Text]:
    ran = [view.results.get(row.id) for row in view.chapter().rows]
    seen = {check.status for check in ran if check}
    there = [status for status in STATUS_MARKS if status in seen]
    legend = [f"{STATUS_MARKS[status][0]} {translate(status)}" for status in there]
    waiting = [] if all(ran) else [f"{WAITING_MARK[0]} {translate('not run yet')}"]
    yield Text(f"  {', '.join(legend + waiting)}", style="dim")


def _render_foot(view: View, out: Console) -> Iterator[Text]:
    yield Text()
    for note in view.notes:
        yield Text(note, style="yellow")
    if view.offer:
        yield Text(view.offer, style="green")
    yield Text(view.status_line, style="bold")
    if out.is_terminal:
        keys = Text()
        for key, action in KEYS:
            keys.append(f"[{key}]", style="bold").append(f" {translate(action)}  ")
        yield keys


def _render_failure(view: View, out: Console) -> Iterator[Text]:
    check = view.results.get(view.open_check)
    if check is None or check.status == "passed":
        return
    yield Text()
    yield Text(f"{check.id}: {translate(check.status)}", style=STATUS_MARKS[check.status][1])
    yield from indent_text(_describe_check(check.id, view), out, "dim")
    yield from indent_text(translate_sentence(check.message), out)
    if check.hint:
        yield from _render_mistake(check.hint, check.id, len(view.hints), out)
    for step, text in view.hints.items():
        yield from indent_text(f"{translate(step)}: {translate(text)}", out, "cyan")


def _describe_check(id: str, view: View) -> str:
    """Return the title of a check, with its task and where that stands."""
    chapter = view.chapter()
    title = next((translate(row.title) for row in chapter.rows if row.id == id), "")
    task = chapter.tasks.get(id)
    if not task or not chapter.guide:
        return title
    where = translate("task {number} in {guide}", number=task.number, guide=chapter.guide)
    return f"{title} ({where})"


def _render_mistake(hint: Hint, id: str, level: int, out: Console) -> Iterator[Text]:
    yield Text(f"  {translate('likely mistake: {name}', name=hint.pitfall)}", style="bold")
    for line in mistake_lines(hint, level, ""):
        yield from indent_text(line, out)
