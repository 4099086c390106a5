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
from autograder.language.catalogue import translate, translate_count
from autograder.language.sentences import translate_note
from autograder.reports.notes import list_names, print_notes
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
    print_notes(_list_notes(done, timezone))


def _find_zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - reads the system's zones

    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        raise Stop(
            "there is no time zone {name!r}; write one such as Europe/Berlin", name=name
        ) from None


def _print_fates(done: CollectRun) -> None:
    out = open_console()
    new = [fate for fate in done.fates if fate.became != THERE]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(translate("from {system}", system=done.system), overflow="fold", ratio=1)
    table.add_column(translate("became"), overflow="fold", ratio=1)
    for fate in new[:SHOWN]:
        cells = (fate.file, translate_note(fate.became))
        table.add_row(*(Text(escape_unseen(cell)) for cell in cells))
    if new:
        out.print(table)
    if len(new) > SHOWN:
        text = "... and {count} more rows in {file}"
        out.print(translate(text, count=len(new) - SHOWN, file=done.inbox / COLLECTED))
    out.print(f"\n{_count_all(done)}")
    out.print(translate("table: {file}", file=done.inbox / COLLECTED))
    if (done.inbox / TIMES).is_file():
        out.print(translate("times: {file}", file=done.inbox / TIMES))


def _count_all(done: CollectRun) -> str:
    students = {fate.submission for fate in done.fates if fate.submission}
    taken = [fate.became for fate in done.fates if fate.sha256]
    old = taken.count(THERE)
    counts = (
        translate_count("{count} student", "{count} students", len(students)),
        translate_count("{count} new file", "{count} new files", len(taken) - old),
        translate("{count} there already", count=old),
    )
    return ", ".join(counts)


def _list_notes(done: CollectRun, timezone: str | None) -> Iterator[str]:
    """Yield what a person should look at."""
    left = [fate for fate in done.fates if fate.became.startswith(LEFT)]
    yield from (f"{fate.file} ({translate_note(fate.became)})" for fate in left[:NOTED])
    if more := left[NOTED:]:
        text = "{count} more such in {page}"
        yield translate(text, count=len(more), page=done.inbox / COLLECTED)
    texts = sorted({fate.student for fate in done.fates if fate.student and not fate.submission})
    if texts:
        text = "no file, only a text or link, and so not graded: {names}"
        yield translate(text, names=list_names(texts))
    times = done.known_times | done.new_times
    marked = [name for (name, _), (when, late) in times.items() if late and when is None]
    if marked:
        text = "marked {mark} without a time, which {file} needs to take points off: {names}"
        yield translate(text, mark=LATE, file=TIMES, names=list_names(sorted(marked)))
    if any(when for when, _ in times.values()) and done.system in NO_ZONE:
        named = "{system}'s times have no zone and were read in {zone}"
        own = (
            "{system}'s times have no zone and were read in this machine's time zone "
            "(--timezone names another)"
        )
        system = done.system.capitalize()
        yield translate(named if timezone else own, system=system, zone=timezone)
    for name, members in done.groups.items():
        row = f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(members, ensure_ascii=False)}"
        yield translate("a group, for [groups] in the course's file: {row}", row=row)
