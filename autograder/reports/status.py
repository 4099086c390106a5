"""How far a learner is: a bar for every milestone, what was reached when, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.reports.record import Reached, Record
from autograder.reports.terminal import console

WIDEST = 100  # columns; a line that is longer is hard to read
NARROW = 72  # below, words are left out
ROOMY = 92  # below, counts have no words and bars are short
LATEST = 5  # checks shown as reached last


@dataclass(frozen=True)
class Part:
    """A milestone as `status` shows it: its public checks (id to title) and their points."""

    id: str
    title: str
    most: float
    checks: Mapping[str, str]
    offer: str = ""  # where to read on, when all public checks pass


def show(name: str, record: Record, parts: Sequence[Part]) -> None:
    """Print the progress that `record` tells of in the course made of `parts`."""
    out = console()
    width = min(out.width, WIDEST)
    out.print(Text(_headline(name, record, parts), style="bold"), soft_wrap=True)
    out.print()
    out.print(_table(record, parts, width, _blocks(out)), soft_wrap=not out.is_terminal)
    _print_latest(record, parts, out)
    _print_hints(record, out)
    out.print()
    for line in _next(record, parts):
        out.print(Text(line, style="bold"), soft_wrap=True)
    for part in parts:
        if part.offer and _is_done(record, part):
            out.print(Text(part.offer, style="green"), soft_wrap=True)


def _headline(name: str, record: Record, parts: Sequence[Part]) -> str:
    reached = sum(_best(record, part).points for part in parts)
    done = sum(_is_done(record, part) for part in parts)
    most = sum(part.most for part in parts)
    return f"{name}: {reached:g} of {most:g} public points, {done} of {len(parts)} milestones done"


def _table(record: Record, parts: Sequence[Part], width: int, blocks: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    narrow, roomy = width < NARROW, width >= ROOMY
    for justify in ("left", "left", "left", "right", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    for part in parts:
        best = _best(record, part)
        count = sum(id in record.passed for id in part.checks)
        cells = (
            Text(part.id, style="bold"),
            "" if narrow else part.title,
            bar(best.share, 20 if roomy else 12, blocks),
            f"{best.points:g}/{part.most:g}",
            f"{count} of {len(part.checks)} checks" if roomy else f"{count}/{len(part.checks)}",
            _when(record, part),
        )
        table.add_row(*cells)
    return table


def bar(share: float, cells: int, blocks: str) -> Text:
    """Return a bar of `cells` characters, full only when `share` is 1; readable without colour."""
    full = min(int(share * cells + 1e-9) or bool(share > 0), cells)
    full = full - 1 if full == cells and share < 1 else full
    drawn = Text(blocks[0] * full, style="green")
    return drawn.append(blocks[1] * (cells - full), style="dim")


def _blocks(out: Console) -> str:
    return "█░" if out.encoding.lower().startswith("utf") else "#-"


def _best(record: Record, part: Part) -> Reached:
    return record.best.get(part.id, Reached(0.0, part.most, ""))


def _is_done(record: Record, part: Part) -> bool:
    return _best(record, part).share == 1.0


def _when(record: Record, part: Part) -> str:
    times = sorted(record.passed[id] for id in part.checks if id in record.passed)
    now = record.last.get(part.id)
    if now and now.share < _best(record, part).share:
        return f"now {now.points:g}"
    if _is_done(record, part):
        return f"done {day(_best(record, part).at)}"
    return f"begun {day(times[0])}" if times else ""


def day(at: str) -> str:
    """Return a record's time as a date here; as it stands where it is no time."""
    try:
        time = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return f"{time.day} {time:%b %Y}"


def _print_latest(record: Record, parts: Sequence[Part], out: Console) -> None:
    titles = {id: title for part in parts for id, title in part.checks.items()}
    reached = sorted((id for id in titles if id in record.passed), key=record.passed.__getitem__)
    if reached:
        out.print(Text("\nreached last", style="bold"))
    longest = max(map(len, reached[-LATEST:]), default=0)
    for id in reached[-LATEST:]:
        at = record.passed[id]
        line = Text(f"  {minute(at)}  {id:<{longest}}  {titles[id]}")
        out.print(line, no_wrap=out.is_terminal, overflow="ellipsis")


def minute(at: str) -> str:
    """Return a record's time as date and time here."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at


def _print_hints(record: Record, out: Console) -> None:
    if not record.hints:
        return
    used = ", ".join(f"{id} {'+'.join(sorted(levels))}" for id, levels in record.hints.items())
    out.print(Text("\nhints used", style="bold"))
    out.print(Text(f"  {used}"), soft_wrap=not out.is_terminal)


def _next(record: Record, parts: Sequence[Part]) -> list[str]:
    current = next((part for part in parts if not _is_done(record, part)), None)
    if current is None:
        return ["All milestones are done. Show your work: autograder report"]
    left = next((id for id in current.checks if id not in record.passed), "")
    goal = f"{left}: {current.checks[left]}" if left else f"{current.id}: all checks in one run"
    return [f"Next: {goal}", f"      autograder watch, or autograder check {left or current.id}"]
