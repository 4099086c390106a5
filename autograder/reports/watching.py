"""What `watch` shows: the milestone's checks, the first failure in full, and the keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from autograder.reports.status import NARROW, bar
from autograder.reports.terminal import LOOKS, indented
from autograder.score import CheckResult, Status

KEYS = (("n", "next"), ("h", "hint"), ("r", "rerun"), ("l", "list"), ("q", "quit"))
TELLING = ("error", "failed", "timeout", "crashed", "rejected")
CELL = 24  # columns of a check in the grid
WAITING = ("~", "dim")


@dataclass(frozen=True)
class Row:
    """A check of the course, whether it has run or not."""

    id: str
    title: str
    most: float

    @property
    def name(self) -> str:
        """Its id without the milestone."""
        return self.id.partition(".")[2]


@dataclass(frozen=True)
class Chapter:
    """A milestone as `watch` shows it."""

    id: str
    title: str
    rows: Sequence[Row]

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
    shown: str = ""  # the failure in full
    hints: Mapping[str, str] = field(default_factory=dict)  # of the check shown: step to text
    doing: str = ""  # what runs, or what there is to say
    notes: list[str] = field(default_factory=list)
    offer: str = ""  # where to read on, when all public checks pass
    listing: int = 0  # which page of all checks with their titles; 0 for the grid

    def chapter(self) -> Chapter:
        """The current milestone."""
        return next(one for one in self.chapters if one.id == self.current)

    def points(self, chapter: Chapter) -> float:
        """What the last run of each of its checks reached, in all."""
        ran = (self.results.get(row.id) for row in chapter.rows)
        return round(sum(result.points for result in ran if result), 2)

    def is_known(self, chapter: Chapter) -> bool:
        """Whether all of its checks have run."""
        return all(row.id in self.results for row in chapter.rows)

    def is_done(self, chapter: Chapter) -> bool:
        """Whether all of its checks have passed."""
        return all(self._passed(row.id) for row in chapter.rows)

    def _passed(self, id: str) -> bool:
        return id in self.results and self.results[id].status == "passed"

    def failures(self) -> list[str]:
        """What is not passed in the current milestone: the wrong, the unwritten, the blocked."""
        order: list[Status] = ["missing", "blocked"]
        found = [self.results[row.id] for row in self.chapter().rows if row.id in self.results]
        groups = [TELLING, *((status,) for status in order)]
        return [check.id for group in groups for check in found if check.status in group]


def lines(view: View, out: Console, height: int = 0) -> Iterator[Text]:
    """Yield what to print, at most `height` lines for the list of checks where that is given."""
    chapter = view.chapter()
    head, below = list(_head(view, chapter, out)), list(_below(view, out))
    yield from head
    room = _room([*head, *below], out, height)
    if view.listing or not out.is_terminal:
        yield from _list(view, room)
    else:
        yield from _grid(view, chapter, out.width, room)
    yield from below


def _rows(line: Text, out: Console) -> int:
    return sum(max(1, -(-len(part) // out.width)) for part in line.plain.split("\n"))


def _head(view: View, chapter: Chapter, out: Console) -> Iterator[Text]:
    others = Text()
    for one in view.chapters:
        style = "bold reverse" if one.id == chapter.id else "green" if view.is_done(one) else "dim"
        known = any(row.id in view.results for row in one.rows)
        told = f"{one.id} {view.points(one):g}/{one.most:g}" if known else one.id
        mark = "*" if one.id == chapter.id else " "
        others.append(f"{mark}{told}{mark}", style=style).append(" ")
    yield others
    points = view.points(chapter)
    title = Text(f"{chapter.id}  {chapter.title}  ", style="bold")
    blocks = "█░" if out.encoding.lower().startswith("utf") else "#-"
    cells = 20 if out.width >= NARROW else 10
    title.append_text(bar(points / chapter.most if chapter.most else 0.0, cells, blocks))
    told = f"  {points:g} of {chapter.most:g}"
    yield title.append(f"{told} public points" if out.width >= NARROW else told)


def _mark(id: str, view: View) -> tuple[str, str]:
    return LOOKS[view.results[id].status] if id in view.results else WAITING


def turn(view: View, out: Console, height: int) -> None:
    """Show the list, then its next page, and after the last one the grid again."""
    view.listing += 1
    around = [*_head(view, view.chapter(), out), *_below(view, out)]
    if view.listing > len(_pages(view, _room(around, out, height))):
        view.listing = 0


def _room(around: Sequence[Text], out: Console, height: int) -> int:
    """Return how many lines there are for the checks; 0 where there is no edge."""
    return max(3, height - sum(_rows(line, out) for line in around)) if height else 0


def _pages(view: View, room: int) -> list[range]:
    count = len(view.chapter().rows)
    size = count if not room or count <= room else room - 1
    return [range(at, min(at + size, count)) for at in range(0, count, size)]


def _list(view: View, room: int) -> Iterator[Text]:
    pages = _pages(view, room)
    page = pages[(view.listing - 1) % len(pages)] if view.listing else pages[0]
    rows = view.chapter().rows
    yield from (_listed(rows[place], view) for place in page)
    if len(pages) > 1:
        told = f"  {page.start + 1} to {page.stop} of {len(rows)} (l goes on)"
        yield Text(told, style="dim")


def _listed(row: Row, view: View) -> Text:
    mark, style = _mark(row.id, view)
    points = view.results[row.id].points if row.id in view.results else 0.0
    line = Text(no_wrap=True, overflow="ellipsis").append(f"  {mark} ", style=style)
    line.append(f"{points:>5.2f}/{row.most:.2f}  ", style="dim")
    return line.append(f"{row.name:<26}{row.title}")


def _grid(view: View, chapter: Chapter, width: int, room: int) -> Iterator[Text]:
    columns = max(1, (width - 1) // CELL)
    rows = list(chapter.rows)
    passed = [row for row in rows if _mark(row.id, view) == LOOKS["passed"]]
    if room and -(-len(rows) // columns) > room and passed:
        yield Text(f"  + {len(passed)} passed (l lists them)", style="green")
        rows, room = [row for row in rows if row not in passed], room - 1
    hidden = max(0, len(rows) - columns * (room - 1)) if room and len(rows) > columns * room else 0
    rows = rows[: len(rows) - hidden]
    for at in range(0, len(rows), columns):
        line = Text()
        for row in rows[at : at + columns]:
            line.append_text(_cell(row, view))
        line.rstrip()
        yield line
    if hidden:
        yield Text(f"  ... {hidden} more (l lists them)", style="dim")


def _cell(row: Row, view: View) -> Text:
    mark, style = _mark(row.id, view)
    points = view.results[row.id].points if row.id in view.results else 0.0
    told = f"{points:g}/{row.most:g}"
    room = CELL - 4 - len(told)
    name = row.name if len(row.name) < room else row.name[: room - 2] + "~"
    cell = Text().append(f" {mark} ", style=style).append(f"{name:<{room}}")
    return cell.append(f"{told} ", style="dim")


def _below(view: View, out: Console) -> Iterator[Text]:
    ran = [view.results.get(row.id) for row in view.chapter().rows]
    seen = {check.status for check in ran if check}
    legend = [f"{LOOKS[status][0]} {status}" for status in LOOKS if status in seen]
    waiting = [] if all(ran) else [f"{WAITING[0]} not run yet"]
    yield Text(f"  {', '.join(legend + waiting)}", style="dim")
    if not (view.listing and out.is_terminal):
        yield from _failure(view, out)
    yield Text()
    for note in view.notes:
        yield Text(note, style="yellow")
    if view.offer:
        yield Text(view.offer, style="green")
    yield Text(view.doing, style="bold")
    if out.is_terminal:
        keys = Text()
        for key, what in KEYS:
            keys.append(f"[{key}]", style="bold").append(f" {what}  ")
        yield keys


def _failure(view: View, out: Console) -> Iterator[Text]:
    check = view.results.get(view.shown)
    if check is None or check.status == "passed":
        return
    title = next((row.title for one in view.chapters for row in one.rows if row.id == check.id), "")
    yield Text()
    yield Text(f"{check.id}: {check.status}", style=LOOKS[check.status][1])
    yield from indented(title, out, "dim")
    yield from indented(check.message, out)
    if check.hint:
        yield Text(f"  likely mistake: {check.hint.pitfall}", style="bold")
        yield from indented(check.hint.text, out)
    for step, text in view.hints.items():
        yield from indented(f"{step}: {text}", out, "cyan")
