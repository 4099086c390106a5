"""``autograder history``: how the points of a submission came about, in order of time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import load_course
from autograder.exchange.grades import read_scores
from autograder.intake.names import folder_name
from autograder.language.catalogue import translate, translate_count
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
KINDS = ("graded", "regraded", "adjusted", "reviewed")


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
        text = "graded {time}; what was before was not written down"
        print(translate(text, time=score.timing.graded_at))


def _list_events(folder: Path) -> list[Event]:
    """Return gradings and reviews; of a review from an older kit at least the last."""
    events = read_history(folder)
    try:
        reviews = read_reviews(folder)
    except NoReview as problem:
        raise Stop("{problem}; remove it, or mend it", 1, problem=problem) from None
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
    unknown = translate("at an unknown time")
    clock = when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if known else unknown
    for number, line in enumerate(lines):
        head = f"{clock:<20}" if number == 0 else " " * 20
        print(f"{head}  {escape_unseen(line)}".rstrip())


def _describe_row(row: Adjustment) -> str:
    on, change = row.on or translate("in all"), translate(row.change)
    signed, by_hand = "{on} {change} by {name}: {because}", "{on} {change} by hand: {because}"
    text = signed if row.by else by_hand
    values = {"on": on, "change": change, "name": row.by, "because": row.because}
    return _head("adjusted") + translate(text, **values)


def _head(kind: str) -> str:
    """Return what happened as the first column of a line."""
    return translate(kind).ljust(max(len(translate(each)) for each in KINDS) + 2)


def _describe_event(event: Event, every: bool) -> Iterator[str]:
    if isinstance(event, Reviewing):
        signed, unsigned = "{unit} {points:g} by {name}: {because}", "{unit} {points:g}: {because}"
        values = {"unit": event.unit, "points": event.points, "because": event.because}
        text = translate(signed if event.by else unsigned, name=event.by, **values)
        yield _head("reviewed") + text
        return
    after = _describe_points(event.points, event.max_points)
    if event.before is None:
        yield _head("graded") + after
        return
    points, most = event.before
    before = f"{points:g}" if most == event.max_points else _describe_points(points, most)
    text = "{before} -> {after}: {reason}"
    reason = _describe_reason(event.why)
    yield _head("regraded") + translate(text, before=before, after=after, reason=reason)
    yield from _describe_changes(event.changes, len(event.changes) if every else LISTED)


def _describe_points(points: float, most: float) -> str:
    return translate("{points:g} of {most:g}", points=points, most=most)


def _describe_reason(why: Sequence[str]) -> str:
    """Return why a regrade came about, in words: the work, the checks, or which settings."""
    if why[0] in (AGAIN, UNKNOWN):
        return translate(why[0])
    known = [translate(WORDS[name]) for name in why if name in WORDS]
    if settings := [name for name in why if name not in WORDS]:
        known.append(translate("the settings ({names})", names=", ".join(settings)))
    return translate("{what} changed", what=translate(" and ").join(known))


def _describe_changes(changes: Sequence[CheckChange], most: int) -> Iterator[str]:
    for change in changes[:most]:
        points = f"{change.points_before:g} -> {change.points_after:g}"
        before, after = translate(change.status_before), translate(change.status_after)
        yield f"  {change.check}: {before} -> {after}, {points}"
    if left := max(0, len(changes) - most):
        one, many = "and {count} check more: add --all", "and {count} checks more: add --all"
        yield f"  {translate_count(one, many, left)}"
