"""``feedback/<name>.html``: a page for one student; of hidden twins it shows only the status."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from autograder.course import Course, load_course
from autograder.course.roster import Person, Roster, load_roster
from autograder.files import write_atomically
from autograder.language.catalogue import translate
from autograder.language.pages import page_words
from autograder.language.sentences import translate_sentence
from autograder.reports.adjusted import adjust_and_review
from autograder.reports.adjustments import NONE, Adjustment, Adjustments
from autograder.reports.neurons import describe_cells, draw_cells, judge_cells
from autograder.reports.own_tests import describe_own_tests
from autograder.reports.reviews import NoReview, Review, read_reviews
from autograder.score import CheckResult, ExtraScore, MilestoneScore, Outcome, Score
from autograder.templates import render

LEFT_OUT = ("blocked", "missing")  # a twin that waits for its public check says nothing new

HELD = '<meta name="autograder" content="held">'  # marks a page that keeps everything back
NO_HINTS = '<meta name="autograder" content="no hints">'
NOT_RUN = ("missing", "rejected")
AnyScore = TypeVar("AnyScore", bound=MilestoneScore)


def write_feedback(
    outcomes: Sequence[Outcome],
    folder: Path,
    roster: Roster | None = None,
    adjustments: Adjustments = NONE,
) -> None:
    """Write a page for every submission that has a score; a `roster` says whose it is."""
    for outcome in outcomes:
        if outcome.score and outcome.file:
            file = folder / f"{outcome.file.parent.name}.html"
            people = roster.persons_of(outcome.name) if roster else ()
            rows = adjustments.find_rows(outcome.name)
            page = render_feedback(outcome.score, _find_reviews(outcome.file.parent), people, rows)
            write_atomically(file, page.encode())


def renew_feedback(
    grades: Path, score: Score, name: str, reviews: Mapping[str, Review], rows: Sequence[Adjustment]
) -> None:
    """Write a student's page again where there is one: it says what people said.

    What the page keeps back stays so, also for who forgets to name the course's file. `name` is
    that of the score's folder in `grades`.
    """
    page = grades / "feedback" / f"{name}.html"
    text = page.read_text(encoding="utf-8") if page.is_file() else HELD
    if HELD not in text:
        roster = load_roster(load_course())
        people = roster.persons_of(score.submission.id) if roster else ()
        again = render_feedback(score, reviews, people, rows, drop_hints=NO_HINTS in text)
        write_atomically(page, again.encode())


def _find_reviews(folder: Path) -> Mapping[str, Review]:
    """Return what persons said of a submission; a file that nobody can read says nothing."""
    with suppress(NoReview):
        return read_reviews(folder)
    return {}


def render_feedback(
    score: Score,
    reviews: Mapping[str, Review] | None = None,
    people: Sequence[Person] = (),
    rows: Sequence[Adjustment] = (),
    drop_hints: bool = False,
    course: Course | None = None,
) -> str:
    """Return the page of one submission, as adjusted, with what persons said of its prose.

    Its title names the `people` behind it, where they are known. What the course keeps from
    students it does not show: hints, or everything until a date.
    """
    rules = course or load_course()
    name = ", ".join(_describe_person(person) for person in people) or score.submission.id
    if rules.exam.holds_feedback(datetime.now(UTC)):
        assert rules.exam.feedback_from
        when = format_moment(rules.exam.feedback_from)
        return render("feedback_held.html.j2", name=name, when=when, mark=HELD)
    said = reviews or {}
    adjusted = adjust_and_review(score, rows, said)
    has_hints = rules.shows_hints and not drop_hints
    shown = adjusted if has_hints else without_hints(adjusted)
    milestones = [_describe_milestone(part, shown) for part in shown.parts]
    return render(
        "feedback.html.j2",
        score=shown,
        name=name,
        milestones=milestones,
        reviews=said,
        graded=score,
        adjustments=rows,
        mark="" if has_hints else NO_HINTS,
        **page_words(),
    )


def format_moment(when: datetime) -> str:
    """Return a time as people read it, with its offset."""
    return when.isoformat(" ", "minutes")


def without_hints(score: Score) -> Score:
    """Return `score` without the mistakes that it names."""
    milestones = [_drop_hints(part) for part in score.milestones]
    extras = [_drop_hints(part) for part in score.extras]
    return msgspec.structs.replace(score, milestones=milestones, extras=extras)


def _drop_hints(part: AnyScore) -> AnyScore:
    checks = [msgspec.structs.replace(check, hint=None) for check in part.checks]
    return msgspec.structs.replace(part, checks=checks)


def _describe_person(person: Person) -> str:
    known = person.id or person.login
    return f"{person.label} ({known})" if known and known != person.label else person.label


def _describe_milestone(milestone: MilestoneScore, score: Score) -> dict[str, Any]:
    passed = [check for check in milestone.checks if check.status == "passed"]
    cells = judge_cells(milestone.checks)
    return {
        "score": milestone,
        "network": draw_cells(cells) if cells else "",
        "marks": describe_cells(cells),
        "is_extra": isinstance(milestone, ExtraScore),
        "summary": _summarize_not_run(milestone),
        "own_tests": list(describe_own_tests(score, milestone.id)),
        "passed": [check for check in passed if check.visibility == "public"],
        "open": [check for check in milestone.checks if _is_open(check)],
    }


def _summarize_not_run(milestone: MilestoneScore) -> str:
    """Return one line for a milestone whose checks all did not run for one reason; else ''."""
    public = [check for check in milestone.checks if check.visibility == "public"]
    ends = {(check.status, check.message) for check in public}
    status, message = next(iter(ends), ("", ""))
    is_same = len(ends) == 1 and len(public) > 1 and status in NOT_RUN
    if not is_same or not message:
        return ""
    return translate(
        "{message}: {count} checks {status}",
        message=translate_sentence(message),
        count=len(public),
        status=translate(status),
    )


def _is_open(check: CheckResult) -> bool:
    if check.status == "passed":
        return False
    return check.visibility == "public" or check.status not in LEFT_OUT
