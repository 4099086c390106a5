"""The screen of `watch`: the milestone's checks, the first failure in full, and the keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from autograder.reports.mistakes import mistake_lines
from autograder.reports.status import NARROW, choose_blocks, draw_bar
from autograder.reports.terminal import STATUS_MARKS, indent_text
from autograder.score import CheckResult, Hint, Status

KEYS = (("n", "next"), ("h", "hint"), ("r", "rerun"), ("l", "list"), ("q", "quit"))
FAILURES = ("error", "failed", "timeout", "crashed", "rejected")
CELL = 24  # columns of a check in the grid
WAITING_MARK = ("~", "dim")


@dataclass(frozen=True)
class CheckRow:
    """A check of the course, whether it has run or not."""

    id: str
    title: str
    most: float

    @property
    def name(self) -> str:
        """Its id without the milestone."""
        return self.id.rpartition(".")[2]


@dataclass(frozen=True)
class Chapter:
    """A milestone as `watch` shows it."""

    id: str
    title: str
    rows: Sequence[CheckRow]

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
    """Yield the lines of the screen; with `height` they fill at most that many rows."""
    chapter = view.chapter()
    head, below = list(_render_head(view, chapter, out)), list(_render_foot(view, out))
    yield from head
    room = _measure_room([*head, *below], out, height)
    if view.listing or not out.is_terminal:
        yield from _render_list(view, room)
    else:
        yield from _render_grid(view, chapter, out.width, room)
    yield from below


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
    title = Text(f"{chapter.id}  {chapter.title}  ", style="bold")
    cells = 20 if out.width >= NARROW else 10
    title.append_text(
        draw_bar(points / chapter.most if chapter.most else 0.0, cells, choose_blocks(out))
    )
    reached = f"  {points:g} of {chapter.most:g}"
    yield title.append(f"{reached} public points" if out.width >= NARROW else reached)


def _find_mark(id: str, view: View) -> tuple[str, str]:
    return STATUS_MARKS[view.results[id].status] if id in view.results else WAITING_MARK


def turn_page(view: View, out: Console, height: int) -> None:
    """Show the list, then its next page, and after the last one the grid again."""
    view.listing += 1
    around = [*_render_head(view, view.chapter(), out), *_render_foot(view, out)]
    if view.listing > len(_split_pages(view, _measure_room(around, out, height))):
        view.listing = 0


def _measure_room(around: Sequence[Text], out: Console, height: int) -> int:
    """Return the number of lines left for the checks; 0 where there is no limit."""
    return max(3, height - sum(_count_rows(line, out) for line in around)) if height else 0


def _split_pages(view: View, room: int) -> list[range]:
    count = len(view.chapter().rows)
    size = count if not room or count <= room else room - 1
    return [range(at, min(at + size, count)) for at in range(0, count, size)]


def _render_list(view: View, room: int) -> Iterator[Text]:
    pages = _split_pages(view, room)
    page = pages[(view.listing - 1) % len(pages)] if view.listing else pages[0]
    rows = view.chapter().rows
    yield from (_render_row(rows[index], view) for index in page)
    if len(pages) > 1:
        range_line = f"  {page.start + 1} to {page.stop} of {len(rows)} (l goes on)"
        yield Text(range_line, style="dim")


def _render_row(row: CheckRow, view: View) -> Text:
    mark, style = _find_mark(row.id, view)
    points = view.results[row.id].points if row.id in view.results else 0.0
    line = Text(no_wrap=True, overflow="ellipsis").append(f"  {mark} ", style=style)
    line.append(f"{points:>5.2f}/{row.most:.2f}  ", style="dim")
    return line.append(f"{row.name:<26}{row.title}")


def _render_grid(view: View, chapter: Chapter, width: int, room: int) -> Iterator[Text]:
    columns = max(1, (width - 1) // CELL)
    rows = list(chapter.rows)
    passed = [row for row in rows if _find_mark(row.id, view) == STATUS_MARKS["passed"]]
    if room and -(-len(rows) // columns) > room and passed:
        yield Text(f"  + {len(passed)} passed (l lists them)", style="green")
        rows, room = [row for row in rows if row not in passed], room - 1
    hidden = max(0, len(rows) - columns * (room - 1)) if room and len(rows) > columns * room else 0
    rows = rows[: len(rows) - hidden]
    for at in range(0, len(rows), columns):
        line = Text()
        for row in rows[at : at + columns]:
            line.append_text(_render_cell(row, view))
        line.rstrip()
        yield line
    if hidden:
        yield Text(f"  ... {hidden} more (l lists them)", style="dim")


def _render_cell(row: CheckRow, view: View) -> Text:
    mark, style = _find_mark(row.id, view)
    points = view.results[row.id].points if row.id in view.results else 0.0
    reached = f"{points:g}/{row.most:g}"
    room = CELL - 4 - len(reached)
    name = row.name if len(row.name) < room else row.name[: room - 2] + "~"
    cell = Text().append(f" {mark} ", style=style).append(f"{name:<{room}}")
    return cell.append(f"{reached} ", style="dim")


def _render_foot(view: View, out: Console) -> Iterator[Text]:
    ran = [view.results.get(row.id) for row in view.chapter().rows]
    seen = {check.status for check in ran if check}
    legend = [f"{STATUS_MARKS[status][0]} {status}" for status in STATUS_MARKS if status in seen]
    waiting = [] if all(ran) else [f"{WAITING_MARK[0]} not run yet"]
    yield Text(f"  {', '.join(legend + waiting)}", style="dim")
    if not (view.listing and out.is_terminal):
        yield from _render_failure(view, out)
    yield Text()
    for note in view.notes:
        yield Text(note, style="yellow")
    if view.offer:
        yield Text(view.offer, style="green")
    yield Text(view.status_line, style="bold")
    if out.is_terminal:
        keys = Text()
        for key, action in KEYS:
            keys.append(f"[{key}]", style="bold").append(f" {action}  ")
        yield keys


def _render_failure(view: View, out: Console) -> Iterator[Text]:
    check = view.results.get(view.open_check)
    if check is None or check.status == "passed":
        return
    titles = {row.id: row.title for part in view.chapters for row in part.rows}
    yield Text()
    yield Text(f"{check.id}: {check.status}", style=STATUS_MARKS[check.status][1])
    yield from indent_text(titles.get(check.id, ""), out, "dim")
    yield from indent_text(check.message, out)
    if check.hint:
        yield from _render_mistake(check.hint, check.id, len(view.hints), out)
    for step, text in view.hints.items():
        yield from indent_text(f"{step}: {text}", out, "cyan")


def _render_mistake(hint: Hint, id: str, level: int, out: Console) -> Iterator[Text]:
    yield Text(f"  likely mistake: {hint.pitfall}", style="bold")
    for line in mistake_lines(hint, level, ""):
        yield from indent_text(line, out)
