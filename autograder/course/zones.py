"""Times of a course that stand without an offset: they are those of the clocks of its zone."""

from datetime import UTC, datetime, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from autograder.course.keys import CourseError, suggest_word
from autograder.words import Phrase


def require_zone(name: object) -> None:
    """Refuse a zone that this machine does not know."""
    if not isinstance(name, str):
        raise CourseError('late.zone is {name!r}; wanted a text such as "Europe/Berlin"', name=name)
    try:
        if name:
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(available_timezones())
        none = Phrase("this machine has none: pip install tzdata")
        hint = suggest_word(name, known) if known else none
        near = hint if len(str(hint)) < 80 else Phrase('write one such as "Europe/Berlin"')
        raise CourseError(
            "late.zone: there is no time zone {name!r}; {near}", name=name, near=near
        ) from None


def add_zone(when: datetime, zone: str, is_due: bool) -> datetime:
    """Return a time with its offset: its own, or that of the clocks of `zone`.

    Where clocks go back an hour comes twice, where they go forward one is left out. Either is read
    for the student: what `is_due` is due at the later reading, what was handed in came at the
    earlier one. The offset is fixed, so that two times are as far apart as they really were.
    """
    if when.tzinfo is not None or not zone:
        return when
    readings = [when.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    chosen = (max if is_due else min)(readings, key=lambda each: each.astimezone(UTC))
    return chosen.replace(tzinfo=timezone(chosen.utcoffset() or UTC.utcoffset(None)), fold=0)


def read_clock(when: datetime, zone: str) -> datetime:
    """Return what the clocks of `zone` show at a time, without an offset."""
    return when.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
