"""``feedback/<name>.html``: a page for one student; of hidden twins it shows only the status."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from markupsafe import Markup

from autograder.course import Course, load_course
from autograder.course.roster import Person, load_roster
from autograder.files import write_atomically
from autograder.intake.names import short_digest
from autograder.language.catalogue import translate
from autograder.language.choice import choose_language, language_of_others
from autograder.language.pages import page_words
from autograder.language.sentences import translate_sentence
from autograder.reports.adjusted import adjust_and_review, translate_author
from autograder.reports.adjustments import Adjustment
from autograder.reports.neurons import describe_cells, draw_cells, judge_cells
from autograder.reports.own_tests import describe_own_tests
from autograder.reports.pseudonyms import NoKey, read_pseudonyms
from autograder.reports.reviews import NoReview, Review, read_reviews
from autograder.score import CheckResult, ExtraScore, MilestoneScore, Outcome, Score
from autograder.stop import Stop
from autograder.templates import render

LEFT_OUT = ("blocked", "missing")  # a twin that waits for its public check says nothing new

HELD = '<meta name="autograder" content="held">'  # marks a page that keeps everything back
NO_HINTS = '<meta name="autograder" content="no hints">'
NOT_RUN = ("missing", "rejected")
MOST_LINES = 4096  # that are kept: of a class those of a check have few forms
AnyScore = TypeVar("AnyScore", bound=MilestoneScore)


MOST_FLAT = 1000  # pages in one folder; the folders of more are named by two digits of a hash
SHARDS = "[0-9a-f][0-9a-f]"


@dataclass(frozen=True)
class FeedbackFolder:
    """Where the pages of a class lie: in one folder, or spread over folders in it.

    `earlier` are the names of the pages that lie there already, wherever.
    """

    path: Path
    is_spread: bool = False
    earlier: frozenset[str] = frozenset()

    def place(self, name: str) -> str:
        """Return the path, below this folder, of the page by that name."""
        return spread_place(name) if self.is_spread else flat_place(name)

    def write(
        self,
        outcome: Outcome,
        reviews: Mapping[str, Review],
        alias: str = "",
        people: Sequence[Person] = (),
        rows: Sequence[Adjustment] = (),
    ) -> None:
        """Write the page of one submission, named by its `alias` if it has one, and no other."""
        if outcome.score and outcome.file:
            name = outcome.file.parent.name
            file = self.path / self.place(alias or name)
            page = render_feedback(outcome.score, reviews, people, rows, alias)
            write_atomically(file, page.encode())
            for other in list_pages(self.path, (name, alias) if alias else (name,)):
                if other.name in self.earlier and other != file:  # named or placed otherwise
                    other.unlink(missing_ok=True)


def renew_feedback(
    grades: Path, score: Score, name: str, reviews: Mapping[str, Review], rows: Sequence[Adjustment]
) -> None:
    """Write a student's page again where there is one: it says what people said.

    What the page keeps back stays so, also for who forgets to name the course's file. `name` is
    that of the score's folder in `grades`.
    """
    roster = load_roster(load_course())
    people = roster.persons_of(score.submission.id) if roster else ()
    for alias in _list_aliases(grades, score.submission.id):
        for page in list_pages(grades / "feedback", [alias or name]):
            text = page.read_text(encoding="utf-8") if page.is_file() else HELD
            if HELD not in text:
                drop = NO_HINTS in text
                again = render_feedback(score, reviews, people, rows, alias, drop_hints=drop)
                write_atomically(page, again.encode())


def _list_aliases(grades: Path, name: str) -> list[str]:
    """Return by what the page of a submission may be named: '' for itself, and its pseudonym."""
    try:
        pseudonyms = read_pseudonyms(grades)
    except NoKey as problem:
        raise Stop(problem.phrase, 1) from None
    return ["", pseudonyms(name)] if pseudonyms else [""]


def flat_place(name: str) -> str:
    """Return the path of a page that lies beside all others."""
    return f"{name}.html"


def spread_place(name: str) -> str:
    """Return the path of a page in one of 256 folders."""
    return f"{short_digest(name)[:2]}/{name}.html"


def list_pages(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Yield where the page of a submission by one of its names may lie, there or not."""
    return (folder / place(name) for name in names for place in (flat_place, spread_place))


def open_feedback(path: Path, count: int) -> FeedbackFolder:
    """Return the folder for the pages of so many; one that is spread already stays so."""
    earlier = frozenset(page.name for page in path.rglob("*.html"))
    return FeedbackFolder(path, count > MOST_FLAT or any(path.glob(SHARDS)), earlier)


def find_reviews(outcome: Outcome) -> Mapping[str, Review]:
    """Return what persons said of a submission; a file that nobody can read says nothing."""
    with suppress(NoReview):
        return read_reviews(outcome.file.parent) if outcome.file else {}
    return {}


@language_of_others()
def render_feedback(
    score: Score,
    reviews: Mapping[str, Review] | None = None,
    people: Sequence[Person] = (),
    rows: Sequence[Adjustment] = (),
    alias: str = "",
    drop_hints: bool = False,
    course: Course | None = None,
) -> str:
    """Return the page of one submission, as adjusted, with what persons said of its prose.

    Its title names the `people` behind it, where they are known. With an `alias` that is its name,
    in the kit's messages, too. What the course keeps from
    students it does not show: hints, or everything until a date.
    """
    rules = course or load_course()
    named = ", ".join(_describe_person(person) for person in people) or score.submission.id
    name = alias or named
    if rules.exam.holds_feedback(datetime.now(UTC)):
        assert rules.exam.feedback_from
        when = format_moment(rules.exam.feedback_from)
        return render("feedback_held.html.j2", name=name, when=when, mark=HELD, **page_words())
    said = reviews or {}
    adjusted = adjust_and_review(_rename(score, alias) if alias else score, rows, said)
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
        author=translate_author,
        mark="" if has_hints else NO_HINTS,
        work="" if alias else score.submission.sha256[:12],
        **page_words(),
    )


def _rename(score: Score, alias: str) -> Score:
    """Return a copy of `score` in which the submission is called `alias`."""
    name = re.compile(rf"(?<!\w){re.escape(score.submission.id)}(?!\w)")
    renamed = msgspec.convert(msgspec.to_builtins(score), Score)
    renamed.submission.id = alias
    for check in renamed.checks:
        check.message = name.sub(alias, check.message)
    return renamed


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
        "passed": [_render_passed(check) for check in passed if check.visibility == "public"],
        "open": [check for check in milestone.checks if _is_open(check)],
    }


def _render_passed(check: CheckResult) -> Markup:
    """Return the line of a check that passed: many of a class have the same."""
    facts = (check.id, check.title, check.points, check.max_points, check.verdict)
    return _render_line(facts, choose_language())


@lru_cache(maxsize=MOST_LINES)
def _render_line(facts: tuple[str, str, float, float, str], language: str) -> Markup:
    names = ("id", "title", "points", "max_points", "verdict")
    check = dict(zip(names, facts, strict=True))
    return Markup(render("feedback_passed.html.j2", check=check, **page_words()))


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
