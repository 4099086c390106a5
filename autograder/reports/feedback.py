"""``feedback/<name>.html``: a page for one student; of hidden twins it shows only the status."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder.files import write_atomically
from autograder.intake.names import short_digest
from autograder.reports.bonus import add_reviews
from autograder.reports.neurons import describe_cells, draw_cells, judge_cells
from autograder.reports.reviews import NoReview, Review, read_reviews
from autograder.score import CheckResult, ExtraScore, MilestoneScore, Outcome, Score
from autograder.templates import render

LEFT_OUT = ("blocked", "missing")  # a twin that waits for its public check says nothing new

NOT_RUN = ("missing", "rejected")


MOST_FLAT = 1000  # pages in one folder; the folders of more are named by two digits of a hash
SHARDS = "[0-9a-f][0-9a-f]"


@dataclass(frozen=True)
class FeedbackFolder:
    """Where the pages of a class lie: in one folder, or spread over folders in it."""

    path: Path
    is_spread: bool = False

    def place(self, name: str) -> str:
        """Return the path, below this folder, of the page by that name."""
        return spread_place(name) if self.is_spread else flat_place(name)

    def write(self, outcome: Outcome, reviews: Mapping[str, Review], alias: str = "") -> None:
        """Write the page of one submission, named by its `alias` if it has one, and no other."""
        if outcome.score and outcome.file:
            name = outcome.file.parent.name
            file = self.path / self.place(alias or name)
            page = render_feedback(outcome.score, reviews, alias)
            write_atomically(file, page.encode())
            for other in list_pages(self.path, (name, alias) if alias else (name,)):
                if other != file:  # of a run that named or placed it otherwise
                    other.unlink(missing_ok=True)


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
    return FeedbackFolder(path, count > MOST_FLAT or any(path.glob(SHARDS)))


def find_reviews(outcome: Outcome) -> Mapping[str, Review]:
    """Return what persons said of a submission; a file that nobody can read says nothing."""
    with suppress(NoReview):
        return read_reviews(outcome.file.parent) if outcome.file else {}
    return {}


def render_feedback(
    score: Score, reviews: Mapping[str, Review] | None = None, alias: str = ""
) -> str:
    """Return the page of one submission, with what persons said of its prose, by unit.

    With an `alias` that is its name, in the kit's messages, too.
    """
    said = reviews or {}
    score = add_reviews(_rename(score, alias) if alias else score, said)
    milestones = [_describe_milestone(part) for part in score.parts]
    return render(
        "feedback.html.j2",
        score=score,
        name=score.submission.id,
        milestones=milestones,
        reviews=said,
        work="" if alias else score.submission.sha256[:12],
    )


def _rename(score: Score, alias: str) -> Score:
    """Return a copy of `score` in which the submission is called `alias`."""
    name = re.compile(rf"(?<!\w){re.escape(score.submission.id)}(?!\w)")
    renamed = msgspec.convert(msgspec.to_builtins(score), Score)
    renamed.submission.id = alias
    for check in renamed.checks:
        check.message = name.sub(alias, check.message)
    return renamed


def _describe_milestone(milestone: MilestoneScore) -> dict[str, Any]:
    passed = [check for check in milestone.checks if check.status == "passed"]
    cells = judge_cells(milestone.checks)
    return {
        "score": milestone,
        "network": draw_cells(cells) if cells else "",
        "marks": describe_cells(cells),
        "is_extra": isinstance(milestone, ExtraScore),
        "summary": _summarize_not_run(milestone),
        "passed": [check for check in passed if check.visibility == "public"],
        "open": [check for check in milestone.checks if _is_open(check)],
    }


def _summarize_not_run(milestone: MilestoneScore) -> str:
    """Return one line for a milestone whose checks all did not run for one reason; else ''."""
    public = [check for check in milestone.checks if check.visibility == "public"]
    ends = {(check.status, check.message) for check in public}
    status, message = next(iter(ends), ("", ""))
    is_same = len(ends) == 1 and len(public) > 1 and status in NOT_RUN
    return f"{message}: {len(public)} checks {status}" if is_same and message else ""


def _is_open(check: CheckResult) -> bool:
    if check.status == "passed":
        return False
    return check.visibility == "public" or check.status not in LEFT_OUT
