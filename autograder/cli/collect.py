"""``autograder collect``: a platform's download, sorted into a folder for each student."""

import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from rich.table import Table
from rich.text import Text

from autograder.course import load_course
from autograder.exchange.collect import THERE, CollectRun, collect_download
from autograder.exchange.collected import LATE
from autograder.exchange.layouts import LAYOUTS
from autograder.intake.rules import COLLECTED, TIMES
from autograder.reports.notes import list_names
from autograder.reports.terminal import open_console
from autograder.run.selection import require_word
from autograder.stop import Stop, stop_on_write_error
from autograder.words import escape_unseen

LEFT = "left out"  # what begins so went to nobody
NO_ZONE = ("blackboard", "moodle")
NOTED = 5  # of a kind
SHOWN = 40  # rows in a terminal: the table in the inbox has all


def run(
    download: Path,
    out: Path,
    system: str | None,
    timezone: str | None,
    milestone: str | None,
    worksheet: Path | None = None,
) -> None:
    """Add `download` to the inbox `out`; print what became of what."""
    if system is not None:
        require_word(system, list(LAYOUTS), "platform")
    ids = [part.id for part in load_course().parts]
    if milestone is not None:
        require_word(milestone, ids, "milestone")
    with stop_on_write_error(out):
        zone = _find_zone(timezone)
        done = collect_download(download, out, system, zone, ids, milestone or "", worksheet)
    _print_fates(done)
    print("".join(f"note: {escape_unseen(line)}\n" for line in _list_notes(done, timezone)), end="")


def _find_zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - reads the system's zones

    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        raise Stop(f"there is no time zone {name!r}; write one such as Europe/Berlin") from None


def _print_fates(done: CollectRun) -> None:
    out = open_console()
    new = [fate for fate in done.fates if fate.became != THERE]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"from {done.system}", overflow="fold", ratio=1)
    table.add_column("became", overflow="fold", ratio=1)
    for fate in new[:SHOWN]:
        table.add_row(Text(escape_unseen(fate.file)), Text(escape_unseen(fate.became)))
    if new:
        out.print(table)
    if len(new) > SHOWN:
        out.print(f"... and {len(new) - SHOWN} more rows in {done.inbox / COLLECTED}")
    students = len({fate.submission for fate in done.fates if fate.submission})
    old = len(done.fates) - len(new)
    out.print(f"\n{students} students, {len(new)} new files, {old} there already")
    out.print(f"table: {done.inbox / COLLECTED}")
    if (done.inbox / TIMES).is_file():
        out.print(f"times: {done.inbox / TIMES}")


def _list_notes(done: CollectRun, timezone: str | None) -> Iterator[str]:
    """Yield what a person should look at."""
    left = [f"{fate.file} ({fate.became})" for fate in done.fates if fate.became.startswith(LEFT)]
    yield from (escape_unseen(line) for line in left[:NOTED])
    if len(left) > NOTED:
        yield f"{len(left) - NOTED} more such in {done.inbox / COLLECTED}"
    texts = sorted({fate.student for fate in done.fates if fate.student and not fate.submission})
    if texts:
        yield f"no file, only a text or link, and so not graded: {list_names(texts)}"
    times = done.known_times | done.new_times
    marked = [name for (name, _), (when, late) in times.items() if late and when is None]
    if marked:
        yield (
            f"marked {LATE} without a time, which {TIMES} needs to take points off: "
            f"{list_names(sorted(marked))}"
        )
    if any(when for when, _ in times.values()) and done.system in NO_ZONE:
        zone = timezone or "this machine's time zone (--timezone names another)"
        yield f"{done.system.capitalize()}'s times have no zone and were read in {zone}"
    for name, members in done.groups.items():
        row = f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(members, ensure_ascii=False)}"
        yield f"a group, for [groups] in the course's file: {row}"
