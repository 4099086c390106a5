"""``autograder history``: how the points of a submission came about, in order of time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import load_course
from autograder.exchange.grades import read_scores
from autograder.intake.names import folder_name
from autograder.reports.adjusted import describe_points
from autograder.reports.adjustments import Adjustment, read_adjustments
from autograder.reports.reviews import NoReview, read_reviews
from autograder.run.history import (
    AGAIN,
    UNKNOWN,
    CheckChange,
    Event,
    Grading,
    Reviewing,
    read_history,
)
from autograder.run.selection import require_word
from autograder.stop import Stop
from autograder.words import escape_unseen

LISTED = 8  # checks of a regrade, unless all are asked for
NO_TIME = datetime.min.replace(tzinfo=UTC)  # what has none comes first
WORDS = {"work": "the work", "checks": "the checks"}  # all other grounds are settings


def run(grades: Path, name: str, every: bool) -> None:
    """Print all that happened to the points of submission `name`."""
    scores = {score.submission.id: score for score in read_scores(grades)}
    require_word(name, list(scores), "submission")
    score = scores[name]
    rows = read_adjustments(grades, load_course()).find_rows(name)
    events = _list_events(grades / folder_name(name))
    entries = [(_read_time(event.at), _describe_event(event, every)) for event in events]
    entries += [(row.at or NO_TIME, iter([_describe_row(row)])) for row in rows]
    print(f"{escape_unseen(name)}: {describe_points(score, rows)}")
    for when, lines in sorted(entries, key=lambda entry: entry[0]):
        _print_entry(when, lines)
    if not any(isinstance(event, Grading) for event in events):
        print(f"graded {score.timing.graded_at}; what was before was not written down")


def _list_events(folder: Path) -> list[Event]:
    """Return gradings and reviews; of a review from an older kit at least the last."""
    events = read_history(folder)
    try:
        reviews = read_reviews(folder)
    except NoReview as problem:
        raise Stop(f"{problem}; remove it, or mend it", 1) from None
    said = {(event.unit, event.because) for event in events if isinstance(event, Reviewing)}
    older = [
        Reviewing(review.at, unit, review.points, review.because, review.by)
        for unit, review in reviews.items()
        if (unit, review.because) not in said
    ]
    return [*older, *events]


def _read_time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _print_entry(when: datetime, lines: Iterator[str]) -> None:
    known = when != NO_TIME
    clock = when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if known else "at an unknown time"
    for number, line in enumerate(lines):
        head = f"{clock:<20}" if number == 0 else " " * 20
        print(f"{head}  {escape_unseen(line)}".rstrip())


def _describe_row(row: Adjustment) -> str:
    return f"adjusted  {row.on or 'in all'} {row.change} by {row.by or 'hand'}: {row.because}"


def _describe_event(event: Event, every: bool) -> Iterator[str]:
    if isinstance(event, Reviewing):
        by = f" by {event.by}" if event.by else ""
        yield f"reviewed  {event.unit} {event.points:g}{by}: {event.because}"
        return
    after = f"{event.points:g} of {event.max_points:g}"
    if event.before is None:
        yield f"graded    {after}"
        return
    most = f" of {event.before[1]:g}" if event.before[1] != event.max_points else ""
    yield f"regraded  {event.before[0]:g}{most} -> {after}: {_describe_reason(event.why)}"
    yield from _describe_changes(event.changes, len(event.changes) if every else LISTED)


def _describe_reason(why: Sequence[str]) -> str:
    """Return why a regrade came about, in words: the work, the checks, or which settings."""
    if why[0] in (AGAIN, UNKNOWN):
        return why[0]
    known = [WORDS[name] for name in why if name in WORDS]
    if settings := [name for name in why if name not in WORDS]:
        known.append(f"the settings ({', '.join(settings)})")
    return f"{' and '.join(known)} changed"


def _describe_changes(changes: Sequence[CheckChange], most: int) -> Iterator[str]:
    for change in changes[:most]:
        points = f"{change.points_before:g} -> {change.points_after:g}"
        yield f"  {change.check}: {change.status_before} -> {change.status_after}, {points}"
    if len(changes) > most:
        yield f"  and {len(changes) - most} checks more: add --all"
