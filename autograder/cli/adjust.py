"""``autograder adjust``: points that a person adds, takes, says instead, or does not count."""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from rich.table import Table

from autograder.course import CourseError, load_course
from autograder.exchange.grades import read_scores
from autograder.intake.names import folder_name
from autograder.language.catalogue import translate
from autograder.reports.adjusted import (
    WHOLE,
    adjust_score,
    find_effects,
    measure_target,
    translate_author,
)
from autograder.reports.adjustments import (
    LONGEST,
    NAME,
    Adjustment,
    Adjustments,
    append_adjustment,
    find_login,
    list_targets,
    read_adjustments,
    require_target,
)
from autograder.reports.feedback import renew_feedback
from autograder.reports.reviews import NoReview, Review, read_reviews
from autograder.reports.terminal import open_console
from autograder.run.selection import require_word
from autograder.score import Score
from autograder.stop import Stop, stop_on_write_error
from autograder.words import Phrase, escape_unseen

SIGNED = re.compile(r"[+-](\d+(\.\d*)?|\.\d+)")
COLUMNS = ("submission", "on", "change", "by", "because")
EXAMPLE = 'autograder adjust ada m3 +2 --because "one sentence"'


def run(
    grades: Path,
    name: str | None,
    words: Sequence[str],
    override: float | None,
    excuse: bool,
    because: str | None,
    by: str | None,
) -> None:
    """List the adjustments, or write one more down."""
    scores = {score.submission.id: score for score in read_scores(grades)}
    on, points = _read_words(words)
    if points is None and override is None and not excuse:
        if because is not None or on:
            raise Stop(
                "by how much? write +2, -2, --override 80 or --excuse: {example}", example=EXAMPLE
            )
        require_word(name, list(scores), "submission")
        _print_all(scores, read_adjustments(grades, load_course()), name)
        return
    if name is None:
        raise Stop("whose? {example}", example=EXAMPLE)
    require_word(name, list(scores), "submission")
    score = scores[name]
    row = _make_row(score, on, points, override, excuse, because, by)
    _require_room(grades, score, row)
    with stop_on_write_error(grades / NAME, "name a folder that you may write to with --grades"):
        append_adjustment(grades, row, load_course())
        rows = read_adjustments(grades, load_course()).find_rows(score.submission.id)
        folder = grades / folder_name(score.submission.id)
        renew_feedback(grades, score, folder.name, _read_reviews(folder), rows)
    _print_one(score, rows, row)


def _read_words(words: Sequence[str]) -> tuple[str, float | None]:
    """Return what is adjusted, and by how many points: both may be left out."""
    if option := next((word for word in words if re.match(r"--|-[a-z]", word)), None):
        raise Stop(
            "there is no option {option}; 'autograder adjust --help' lists them", option=option
        )
    signed = [word for word in words if SIGNED.fullmatch(word)]
    others = [word for word in words if word not in signed]
    if len(signed) > 1 or len(others) > 1:
        raise Stop(
            "too many words: {words}; for example: {example}",
            words=" ".join(words),
            example=EXAMPLE,
        )
    on = others[0] if others else WHOLE
    if re.fullmatch(r"[\d.]+", on):
        raise Stop("write +{on} to add, or --override {on} for {on} points instead", on=on)
    return on, float(signed[0]) if signed else None


def _make_row(
    score: Score,
    on: str,
    points: float | None,
    override: float | None,
    excuse: bool,
    because: str | None,
    by: str | None,
) -> Adjustment:
    if (points is not None) + (override is not None) + excuse > 1:
        raise Stop("write one of +2, --override 80 and --excuse")
    if points == 0:
        raise Stop("{points:+g} points change nothing", points=points)
    if override is not None and not (math.isfinite(override) and override >= 0):
        raise Stop(
            "--override is a number of points, 0 or more, not {override:g}", override=override
        )
    sentence = " ".join((because or "").split())
    if not sentence or len(sentence) > LONGEST:
        raise Stop(
            "--because is a sentence of at most {longest} characters: {example}",
            longest=LONGEST,
            example=EXAMPLE,
        )
    try:
        require_target(on, list_targets(load_course()))
    except CourseError as problem:
        raise Stop(problem.phrase) from None
    now = datetime.now().astimezone()
    return Adjustment(
        score.submission.id, sentence, on, points, override, excuse, by or find_login(), now
    )


def _require_room(grades: Path, score: Score, row: Adjustment) -> None:
    """Refuse what the score has no place for, or what would take points below 0."""
    name = escape_unseen(score.submission.id)
    rows = read_adjustments(grades, load_course()).find_rows(score.submission.id)
    before = measure_target(score, row.on, rows)
    if before is None:
        raise Stop(
            "the score of {name} has no {on}: it was not graded, or not handed in",
            name=name,
            on=row.on,
        )
    effect = find_effects([*rows, row])[row.on]
    left = effect.sum_up(before) if not effect.excused else 0.0
    if left < -0.005:
        has = before if effect.base is None else effect.base
        has += effect.added - (row.points or 0.0)
        raise Stop(
            "{where} of {name} has {has:g} points; {change} would take it below 0",
            where=row.on or Phrase("in all"),
            name=name,
            has=has,
            change=Phrase(row.change),
        )


def _read_reviews(folder: Path) -> Mapping[str, Review]:
    with suppress(NoReview):
        return read_reviews(folder)
    return {}


def _print_one(score: Score, rows: Sequence[Adjustment], row: Adjustment) -> None:
    adjusted = adjust_score(score, rows)
    change = f"{row.on or translate('in all')} {translate(row.change)}"
    print(f"{escape_unseen(score.submission.id)}: {change}. {escape_unseen(row.because)}")
    now = "now {points:g} of {most:g} points, as graded {graded:g} of {graded_most:g}"
    values = {"graded": score.points, "graded_most": score.max_points}
    print(translate(now, points=adjusted.points, most=adjusted.max_points, **values))
    later = "grades.csv and index.html show it when grade runs again; nothing is graded twice"
    print(translate(later))


def _print_all(scores: Mapping[str, Score], all_rows: Adjustments, name: str | None) -> None:
    rows = all_rows.rows if name is None else all_rows.find_rows(name)
    if not rows:
        print(translate("nothing is adjusted; for example: {example}", example=EXAMPLE))
        return
    table = Table(*map(translate, COLUMNS), box=None, pad_edge=False)
    for row in rows:
        gone = "" if row.submission in scores else f" ({translate('no score')})"
        what = (row.on or translate("in all"), translate(row.change), translate_author(row))
        cells = (f"{row.submission}{gone}", *what, row.because)
        table.add_row(*map(escape_unseen, cells))
    open_console().print(table)
