"""The rows of the class page, as they stand in it for its script and for readers without one."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from autograder.course.roster import Person
from autograder.language.sentences import translate_note
from autograder.reports.adjusted import adjust_score, describe_adjustment
from autograder.reports.adjustments import NONE, Adjustments
from autograder.reports.feedback import FeedbackFolder
from autograder.reports.notes import describe_use
from autograder.score import ExtraScore, Outcome, Score, UnusualUse
from autograder.words import escape_unseen

IN_SCRIPTS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}  # no row ends the element it is in


def list_nobody(submission: str) -> Sequence[Person]:
    """Return who is behind a submission where there is no roster."""
    return ()


@dataclass(frozen=True)
class Names:
    """How submissions are called on the page, and where their feedback lies.

    Attributes
    ----------
    pages : FeedbackFolder
        The pages of the class.
    persons : callable
        From a submission to who is behind it by the roster.
    hide : callable or None
        From a submission to its pseudonym, where nobody is to see who is who.
    adjustments : Adjustments
        What people changed of the scores.
    """

    pages: FeedbackFolder = field(default_factory=lambda: FeedbackFolder(Path("feedback")))
    persons: Callable[[str], Sequence[Person]] = list_nobody
    hide: Callable[[str], str] | None = None
    adjustments: Adjustments = NONE

    def find_sections(self, submission: str) -> list[str]:
        """Return the sections of a submission, each once."""
        sections = dict.fromkeys(person.section for person in self.persons(submission))
        return [escape_unseen(section) for section in sections if section]


class Use(msgspec.Struct, omit_defaults=True):
    """What is unusual in a submission, and why to look; no place where that would tell a name."""

    what: str
    why: str


class ClassRow(msgspec.Struct, omit_defaults=True):
    """One submission, all texts as they are shown; points are rounded as they are shown.

    Attributes
    ----------
    name, people : str
        The submission, and whose it is by the roster.
    milestones : list
        Points by milestone; None where it was not graded.
    extras, counted, each : float or None, str, str
        Points on extras, those that count, and a line of every unit.
    mistakes : list of int
        Their places in the list of the page.
    adjusted, because : str
        The points as people adjusted them, and each adjustment.
    """

    name: str
    points: float
    most: float
    milestones: list[float | None]
    counts: str
    feedback: str
    score: str = ""
    people: str = ""
    sections: list[str] = []
    extras: float | None = None
    counted: str = ""
    each: str = ""
    unusual: list[Use] = []
    mistakes: list[int] = []
    is_full: bool = False
    adjusted: str = ""
    because: str = ""


def make_rows(
    outcomes: Iterable[Outcome], ids: Sequence[str], mistakes: Sequence[str], names: Names
) -> list[ClassRow]:
    """Return a row for each submission that has a score; under pseudonyms in their order."""
    places = {mistake: place for place, mistake in enumerate(mistakes)}
    rows = [
        _make_row(outcome, outcome.score, ids, places, names)
        for outcome in outcomes
        if outcome.score
    ]
    return sorted(rows, key=lambda row: row.name) if names.hide else rows


def _make_row(
    outcome: Outcome, score: Score, ids: Sequence[str], places: Mapping[str, int], names: Names
) -> ClassRow:
    points = {part.id: round(part.points, 1) for part in score.milestones}
    shown = {check.hint.pitfall for check in score.checks if check.hint}
    return ClassRow(
        points=round(score.points, 1),
        most=score.max_points,
        milestones=[points.get(id) for id in ids],
        counts=_count_statuses(score),
        sections=names.find_sections(outcome.name),
        mistakes=sorted(places[name] for name in shown),
        is_full=score.points >= score.max_points,
        **_describe_name(outcome, names),
        **_describe_change(score, names),
        **_describe_extras(score),
    )


def _count_statuses(score: Score) -> str:
    counts = Counter(check.status for check in score.checks)
    return ", ".join(f"{count} {status}" for status, count in counts.items())


def _describe_name(outcome: Outcome, names: Names) -> dict[str, Any]:
    folder = outcome.file.parent.name if outcome.file else outcome.name
    shown = names.hide(outcome.name) if names.hide else folder
    feedback = f"feedback/{quote(names.pages.place(shown))}"
    if names.hide:
        uses = [_make_use(translate_note(use.what), use) for use in outcome.unusual]
        return {"name": shown, "feedback": feedback, "unusual": uses}
    return {
        "name": escape_unseen(outcome.name),
        "feedback": feedback,
        "score": f"{quote(folder)}/score.json",
        "people": "; ".join(map(_describe_person, names.persons(outcome.name))),
        "unusual": [_make_use(describe_use(use), use) for use in outcome.unusual],
    }


def _make_use(what: str, use: UnusualUse) -> Use:
    return Use(escape_unseen(what), escape_unseen(translate_note(use.why)))


def _describe_change(score: Score, names: Names) -> dict[str, Any]:
    """Return the adjusted points, and why; why is left out where it could tell a name."""
    rows = names.adjustments.find_rows(score.submission.id)
    if not rows:
        return {}
    changed = adjust_score(score, rows)
    why = "" if names.hide else escape_unseen("; ".join(map(describe_adjustment, rows)))
    return {"adjusted": f"{changed.points:.1f}/{changed.max_points:.0f}", "because": why}


def _describe_person(person: Person) -> str:
    return escape_unseen(", ".join(filter(None, (person.name, person.id))))


def _describe_extras(score: Score) -> dict[str, Any]:
    handed_in = [extra for extra in score.extras if extra.checks]
    if not handed_in:
        return {}
    return {
        "extras": round(score.bonus.earned, 1),
        "counted": f"{score.bonus.counted:g}" if score.bonus.cap else "",
        "each": ", ".join(map(_describe_extra, handed_in)),
    }


def _describe_extra(extra: ExtraScore) -> str:
    return f"{extra.id} {extra.points:g}/{extra.max_points:g}"


def embed(value: object) -> Markup:
    """Return `value` as JSON for an element of type ``application/json``."""
    text = msgspec.json.encode(value).decode()
    for char, number in IN_SCRIPTS.items():
        text = text.replace(char, number)
    return Markup(text)
