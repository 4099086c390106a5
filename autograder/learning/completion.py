"""The end of a milestone: what it took, what was built, and where to go from there."""

from collections.abc import Container, Sequence
from datetime import datetime
from pathlib import Path

from autograder.course import Course, Part
from autograder.language.catalogue import translate, translate_count
from autograder.learning.ideas import handout_name, ideas_line
from autograder.learning.progress import peek_progress, public_points
from autograder.reports.record import Record, format_now

STEPS = ((86400, ("day", "days")), (3600, ("h", "h")), (60, ("min", "min")))  # seconds of each


def list_done(record: Record) -> set[str]:
    """Return the ids of the milestones that had full points at some time."""
    return {id for id, run in record.best.items() if run.share == 1.0}


def lines_for_passed(
    parts: Sequence[Part], course: Course, folder: Path, done_before: Container[str]
) -> list[list[str]]:
    """Return the lines for each of `parts`, all of whose public checks have passed.

    One that was done before gets a line on where to read on; else its end is an event.
    """
    return [
        [ideas_line(part, folder)]
        if part.id in done_before
        else [*completion_lines(part, course, folder), ideas_line(part, folder)]
        for part in parts
    ]


def completion_lines(part: Part, course: Course, folder: Path) -> list[str]:
    """Return what is said when all public checks of `part` pass for the first time."""
    points = f"{public_points(part):g}"
    done = translate("{id} is done: {points} of {points} public points", id=part.id, points=points)
    head = f"{done}{_describe_time(part, folder)}"
    built = [translate("You built {built}.", built=translate(part.built))] if part.built else []
    return [head, *built, _next_step(part, course, folder)]


def _describe_time(part: Part, folder: Path) -> str:
    record = peek_progress(folder)
    passed = [at for id, at in record.passed.items() if id.rpartition(".")[0] == part.id]
    begun = record.begun.get(part.id) or min(passed, default="")
    end = max(passed, default="") or format_now()
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(begun)).total_seconds()
    except ValueError:
        return ""
    if seconds < 1:
        return ""
    return translate(", {time} after your first check of it", time=describe_span(seconds))


def describe_span(seconds: float) -> str:
    """Return a time in its two largest units: ``2 h 10 min``."""
    parts, rest = [], int(seconds)
    for size, names in STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {translate_count(*names, count)}")
    return " ".join(parts[:2]) or f"{rest} s"


def _next_step(part: Part, course: Course, folder: Path) -> str:
    if part.is_extra:
        return translate("Next: autograder report shows it, beside your milestones")
    done = list_done(peek_progress(folder)) | {part.id}
    left = next((one for one in course.milestones if one.id not in done), None)
    if left is None:
        return translate("All milestones are done. Show your work: autograder report --open")
    return translate(
        "Next: {id} {title}: read {handout}, then autograder watch; "
        "autograder report draws how far you are",
        id=left.id,
        title=translate(left.title),
        handout=handout_name(left, folder),
    )
