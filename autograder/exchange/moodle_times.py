"""When work came to Moodle: its downloads do not say, its grading worksheet does."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.course.roster import DIGITS_AT_END
from autograder.course.spreadsheet import read_spreadsheet
from autograder.exchange.layouts import Received
from autograder.stop import Stop

CAME = "Last modified (submission)"
NEVER = ("", "-")
FORMS = (  # Moodle's, in English: of most countries, of America, and on a clock of 24 hours
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d/%m/%y, %H:%M",
)
LATE = re.compile(r"\blate\b", re.IGNORECASE)


def read_worksheet_times(file: Path) -> dict[str, tuple[datetime | None, bool]]:
    """Return when each participant's work came, in the server's time, and whether it was late.

    Raises
    ------
    Stop
        Where the file is no grading worksheet, or a time in it cannot be read.
    """
    table = read_spreadsheet(file)
    if not {"Identifier", CAME} <= {*table.columns}:
        raise Stop(
            "{file} is no grading worksheet: it has no columns Identifier and {came}",
            file=file,
            came=CAME,
        )
    found = {}
    for row in table.rows:
        if match := DIGITS_AT_END.fullmatch(row.cells["Identifier"]):
            came = row.cells.get(CAME, "")
            when = None if came in NEVER else _parse_time(came, file, row.line)
            found[match[1]] = when, bool(LATE.search(row.cells.get("Status", "")))
    return found


def _parse_time(text: str, file: Path, line: int) -> datetime:
    for form in FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    raise Stop(
        "{file}, line {line}: {text!r} is no time that is read here; download the worksheet "
        "with Moodle's language set to English",
        file=file,
        line=line,
        text=text,
    )


def add_times(
    received: Iterator[Received], times: Mapping[str, tuple[datetime | None, bool]]
) -> Iterator[Received]:
    """Yield what was received, each with the time of its participant."""
    for one in received:
        number = one.student.number if one.student else ""
        when, late = times.get(number, (one.submitted, one.is_late))
        yield replace(one, submitted=when, is_late=late)
