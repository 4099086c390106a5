"""``autograder review``: a person's points for the prose that no machine judges."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from autograder.course import load_course
from autograder.exchange.grades import read_scores
from autograder.intake.names import folder_name
from autograder.language.catalogue import translate
from autograder.reports.adjustments import find_login, read_adjustments
from autograder.reports.feedback import renew_feedback
from autograder.reports.reviews import NoReview, Review, read_reviews, write_review
from autograder.reports.terminal import open_console
from autograder.run.history import Reviewing, add_review
from autograder.run.selection import require_word
from autograder.score import ExtraScore, Score
from autograder.stop import Stop, stop_on_write_error
from autograder.words import escape_unseen

LONGEST = 500  # characters of the sentence
COLUMNS = ("work", "unit", "by machine", "by a person", "because")
HOW = '--points 4 --because "one sentence"'


def run(
    grades: Path, name: str | None, points: float | None, because: str | None, unit: str | None
) -> None:
    """List what needs a person; of one submission show the questions, or write points down."""
    waiting = [
        (score, extra) for score in read_scores(grades) for extra in score.extras if extra.rubric
    ]
    if not waiting:
        raise Stop(
            "nothing in {grades} needs a person: no unit with written work was handed in",
            grades=grades,
        )
    if name is None:
        if points is not None or because is not None:
            raise Stop("whose? write autograder review {grades} NAME {how}", grades=grades, how=HOW)
        _print_all(grades, waiting)
        return
    score, extra = _choose_work(waiting, name, unit)
    if points is None and because is None:
        _print_one(grades, score, extra)
        return
    review = _make_review(score, extra, points, because)
    folder = _folder_of(grades, score)
    with stop_on_write_error(folder, "name a folder that you may write to"):
        _write_review(folder, extra, review)
        rows = read_adjustments(grades, load_course()).find_rows(score.submission.id)
        renew_feedback(grades, score, folder.name, _read_reviews(folder), rows)
    print(f"{_describe_work(score, extra)}: {_describe_points(review, extra)}. {review.because}")


def _describe_work(score: Score, extra: ExtraScore) -> str:
    return translate("{unit} of {name}", unit=extra.id, name=escape_unseen(score.submission.id))


def _describe_points(review: Review, extra: ExtraScore) -> str:
    return translate("{points:g} of {most:g}", points=review.points, most=extra.person_points)


def _folder_of(grades: Path, score: Score) -> Path:
    return grades / folder_name(score.submission.id)


def _choose_work(
    waiting: list[tuple[Score, ExtraScore]], name: str, unit: str | None
) -> tuple[Score, ExtraScore]:
    require_word(name, list(dict.fromkeys(score.submission.id for score, _ in waiting)), "work")
    own = {extra.id: (score, extra) for score, extra in waiting if score.submission.id == name}
    if unit is not None:
        require_word(unit, list(own), "unit")
    elif len(own) > 1:
        raise Stop("which unit? write --unit and one of {units}", units=", ".join(own))
    return own[unit or next(iter(own))]


def _make_review(
    score: Score, extra: ExtraScore, points: float | None, because: str | None
) -> Review:
    most = extra.person_points
    if points is None or not math.isfinite(points) or not 0 <= points <= most:
        raise Stop("--points is a number from 0 to {most:g}: {how}", most=most, how=HOW)
    sentence = " ".join((because or "").split())
    if not sentence or len(sentence) > LONGEST:
        raise Stop(
            "--because is a sentence of at most {longest} characters: {how}",
            longest=LONGEST,
            how=HOW,
        )
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Review(points, sentence, score.submission.sha256, find_login(), now)


def _write_review(folder: Path, extra: ExtraScore, review: Review) -> None:
    try:
        write_review(folder, extra.id, review)
        said = Reviewing(review.at, extra.id, review.points, review.because, review.by)
        add_review(folder, said)
    except NoReview as problem:
        raise Stop("{problem}; remove it, or mend it", 1, problem=problem) from None


def _read_reviews(folder: Path) -> dict[str, Review]:
    try:
        return read_reviews(folder)
    except NoReview as problem:
        raise Stop("{problem}; remove it, or mend it", 1, problem=problem) from None


def _print_all(grades: Path, waiting: list[tuple[Score, ExtraScore]]) -> None:
    table = Table(*map(translate, COLUMNS), box=None, pad_edge=False)
    left = 0
    for score, extra in waiting:
        review = _read_reviews(_folder_of(grades, score)).get(extra.id)
        left += review is None or review.sha256 != score.submission.sha256
        values = {"points": extra.points, "most": extra.max_points}
        machine = translate("{points:g} of {most:g}", **values)
        table.add_row(score.submission.id, extra.id, machine, *_describe(review, score, extra))
    out = open_console()
    out.print(table)
    text = "{left} of {count} wait for a person: autograder review {grades} NAME"
    out.print(f"\n{translate(text, left=left, count=len(waiting), grades=grades)}")


def _describe(review: Review | None, score: Score, extra: ExtraScore) -> tuple[str, str]:
    if review is None:
        return "", ""
    is_old = review.sha256 != score.submission.sha256
    note = f" ({translate('of earlier work: read it again')})" if is_old else ""
    return _describe_points(review, extra), f"{review.because}{note}"


def _print_one(grades: Path, score: Score, extra: ExtraScore) -> None:
    out = open_console()
    for line in _list_lines(grades, score, extra):
        out.print(line, soft_wrap=True)


def _list_lines(grades: Path, score: Score, extra: ExtraScore) -> Iterator[str]:
    yield f"{_describe_work(score, extra)}: {', '.join(score.submission.files)}"
    for question in extra.rubric:
        yield f"  - {question}"
    points, because = _describe(
        _read_reviews(_folder_of(grades, score)).get(extra.id), score, extra
    )
    so_far, nothing = "so far: {points}. {because}", "nobody has said anything yet: {how}"
    text = so_far if points else nothing
    yield translate(text, points=points, because=because, how=HOW)
