"""A learner's progress: a bar for every milestone, dates, and the next check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.language.catalogue import translate
from autograder.reports.record import Reached, Record
from autograder.reports.terminal import open_console

WIDEST = 100  # columns; a line that is longer is hard to read
NARROW = 72  # below this width, words are left out
ROOMY = 92  # below this width, counts have no words and bars are short
LATEST = 5  # checks shown as reached last


@dataclass(frozen=True)
class StatusRow:
    """A milestone as `status` shows it: its public checks (id to title) and their points."""

    id: str
    title: str
    most: float
    checks: Mapping[str, str]
    offer: str = ""  # where to read on, when all public checks pass


def print_status(
    name: str, record: Record, rows: Sequence[StatusRow], extras: Sequence[StatusRow] = ()
) -> None:
    """Print the progress in `record`, a line for each milestone and each extra."""
    out = open_console()
    width = min(out.width, WIDEST)
    out.print(Text(_format_headline(name, record, rows), style="bold"), soft_wrap=True)
    out.print()
    out.print(_build_table(record, rows, width, choose_blocks(out)), soft_wrap=not out.is_terminal)
    if extras:
        heading = translate("extras, beside the milestones")
        out.print(Text(f"\n{heading}", style="bold"))
        table = _build_table(record, extras, width, choose_blocks(out))
        out.print(table, soft_wrap=not out.is_terminal)
    _print_latest(record, [*rows, *extras], out)
    _print_hints(record, out)
    out.print()
    for line in _suggest_next(record, rows):
        out.print(Text(line, style="bold"), soft_wrap=True)
    for row in (*rows, *extras):
        if row.offer and _is_done(record, row):
            out.print(Text(row.offer, style="green"), soft_wrap=True)


def _format_headline(name: str, record: Record, rows: Sequence[StatusRow]) -> str:
    reached = sum(_find_best(record, row).points for row in rows)
    done = sum(_is_done(record, row) for row in rows)
    most = sum(row.most for row in rows)
    return translate(
        "{name}: {reached:g} of {most:g} public points, {done} of {count} milestones done",
        name=name,
        reached=reached,
        most=most,
        done=done,
        count=len(rows),
    )


def _build_table(record: Record, rows: Sequence[StatusRow], width: int, blocks: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    narrow, roomy = width < NARROW, width >= ROOMY
    for justify in ("left", "left", "left", "right", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    for row in rows:
        best = _find_best(record, row)
        count = sum(id in record.passed for id in row.checks)
        cells = (
            Text(row.id, style="bold"),
            "" if narrow else translate(row.title),
            draw_bar(best.share, 20 if roomy else 12, blocks),
            f"{best.points:g}/{row.most:g}",
            _count_checks(count, len(row.checks), roomy),
            _describe_state(record, row),
        )
        table.add_row(*cells)
    return table


def _count_checks(passed: int, count: int, roomy: bool) -> str:
    if roomy:
        return translate("{passed} of {count} checks", passed=passed, count=count)
    return f"{passed}/{count}"


def draw_bar(share: float, cells: int, blocks: str) -> Text:
    """Return a bar of `cells` characters, full only when `share` is 1; readable without colour."""
    full = min(int(share * cells + 1e-9) or bool(share > 0), cells)
    full = full - 1 if full == cells and share < 1 else full
    line = Text(blocks[0] * full, style="green")
    return line.append(blocks[1] * (cells - full), style="dim")


def choose_blocks(out: Console) -> str:
    """Return the characters for the full and the empty cells of a bar, as `out` can show them."""
    return "█░" if out.encoding.lower().startswith("utf") else "#-"


def _find_best(record: Record, row: StatusRow) -> Reached:
    return record.best.get(row.id, Reached(0.0, row.most, ""))


def _is_done(record: Record, row: StatusRow) -> bool:
    return _find_best(record, row).share == 1.0


def _describe_state(record: Record, row: StatusRow) -> str:
    times = sorted(record.passed[id] for id in row.checks if id in record.passed)
    now = record.last.get(row.id)
    if now and now.share < _find_best(record, row).share:
        return translate("now {points:g}", points=now.points)
    if _is_done(record, row):
        return translate("done {day}", day=format_day(_find_best(record, row).at))
    return translate("begun {day}", day=format_day(times[0])) if times else ""


def format_day(at: str) -> str:
    """Return a record's time as a local date; unchanged where it is not a time."""
    try:
        time = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return f"{time.day} {time:%b %Y}"


def _print_latest(record: Record, rows: Sequence[StatusRow], out: Console) -> None:
    titles = {id: title for row in rows for id, title in row.checks.items()}
    reached = sorted((id for id in titles if id in record.passed), key=record.passed.__getitem__)
    if reached:
        heading = translate("reached last")
        out.print(Text(f"\n{heading}", style="bold"))
    longest = max(map(len, reached[-LATEST:]), default=0)
    for id in reached[-LATEST:]:
        at = record.passed[id]
        line = Text(f"  {format_minute(at)}  {id:<{longest}}  {translate(titles[id])}")
        out.print(line, no_wrap=out.is_terminal, overflow="ellipsis")


def format_minute(at: str) -> str:
    """Return a record's time as local date and time; unchanged where it is not a time."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at


def _print_hints(record: Record, out: Console) -> None:
    if not record.hints:
        return
    used = ", ".join(f"{id} {'+'.join(sorted(levels))}" for id, levels in record.hints.items())
    heading = translate("hints used")
    out.print(Text(f"\n{heading}", style="bold"))
    out.print(Text(f"  {used}"), soft_wrap=not out.is_terminal)


def _suggest_next(record: Record, rows: Sequence[StatusRow]) -> list[str]:
    current = next((row for row in rows if not _is_done(record, row)), None)
    if current is None:
        return [translate("All milestones are done. Show your work: autograder report")]
    left = next((id for id in current.checks if id not in record.passed), "")
    goal = current.checks[left] if left else "all checks in one run"
    return [
        translate("Next: {id}: {goal}", id=left or current.id, goal=translate(goal)),
        translate("      autograder watch, or autograder check {id}", id=left or current.id),
    ]
