"""``grades.csv``: one row per submission, for a spreadsheet; and how tables are written."""

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course.policy import Standing
from autograder.files import write_atomically
from autograder.reports.register import Register
from autograder.reports.reviews import Review
from autograder.score import Score, UnusualUse, list_extras
from autograder.words import escape_unseen

PERSON = ("name", "id", "login", "section", "email")  # columns from the roster
EXACT = frozenset({"id", "login", "email"})  # as in the roster, or nothing could be joined by them
FORMULA = frozenset("=+-@\u2212")  # a spreadsheet would run what begins so, in full width too

Cells = Sequence[str | float]


def write_gradebook(
    scores: Sequence[Score],
    file: Path,
    register: Register | None = None,
    unusual: Mapping[str, Sequence[UnusualUse]] | None = None,
) -> None:
    """Write the points of every submission by name, in total and by milestone, as adjusted.

    A milestone that was not graded, or is excused, is an empty cell. Where anybody's points are
    adjusted, two columns tell what the machine gave in all, and each adjustment. Where anybody
    handed in an extra, there is a column for each, one for what counts of them, a person's points
    included, and, where prose waits for a person, two for the points and sentences of reviews. With
    `unusual`, by name of the submission, there is a column of it. By the rule of a `register` there
    is a row per student, and its columns come last. With its roster, who it is stands after the
    name.
    """
    known = register or Register()
    rule, roster = known.rule, known.roster
    graded = {score.submission.id: score.points for score in scores}
    changed = any(known.find_changes(score) for score in scores)
    scores = [known.adjust(score) for score in scores]
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    more = ["student", "final_percent", *(f"{id}_late_percent" for id in ids)] if rule else []
    marks = ["unusual"] if unusual is not None else []
    extras = list_extras(scores)
    bonus = ["bonus"] if extras else []
    by_person = any(extra.needs_person for score in scores for extra in score.extras)
    bonus += ["by_person", "because"] * by_person
    people = PERSON if roster else ()
    columns = ["submission", *people, "points", "max_points", *ids, "isolation", "sha256"]
    columns += ["graded_points", "adjustments"] * changed
    columns += [*extras, *bonus, *marks, *more]
    standings = {score.submission.id: rule(score) if rule else [None] for score in scores}
    free = any(one and one.free_days for those in standings.values() for one in those)
    columns += ["free_days"] * free
    rows: list[tuple[str, Cells]] = [
        (
            score.submission.id,
            [
                score.submission.id,
                *_person_cells(known, standing.student if standing else score.submission.id),
                *_score_cells(score, ids),
                *_adjustment_cells(score, known, graded) * changed,
                *_extra_cells(score, extras),
                *_review_cells(known.find_reviews(score)) * by_person,
                *_list_marks(score, unusual),
                *_standing_cells(standing, ids, free),
            ],
        )
        for score in scores
        for standing in standings[score.submission.id]
    ]
    cells = (cells for _, cells in sorted(rows, key=lambda row: row[0]))
    write_table(columns, cells, file, EXACT)


def _standing_cells(standing: Standing | None, ids: Sequence[str], free: bool) -> Cells:
    if standing is None:
        return []
    late = [standing.late_percent.get(id, "") for id in ids]
    final = "" if standing.final_percent is None else standing.final_percent
    return [standing.student, final, *late, *[standing.free_days] * free]


def _adjustment_cells(
    score: Score, register: Register, graded: Mapping[str, float]
) -> list[str | float]:
    return [graded[score.submission.id], "; ".join(map(str, register.find_changes(score)))]


def _person_cells(register: Register, student: str) -> Cells:
    person = register.find_person(student)
    return [getattr(person, column) for column in PERSON] if register.roster else []


def _score_cells(score: Score, ids: Sequence[str]) -> Cells:
    counted = [milestone for milestone in score.milestones if milestone.max_points]
    points = {milestone.id: milestone.points for milestone in counted}
    by_milestone = [points.get(id, "") for id in ids]
    return [
        score.points,
        score.max_points,
        *by_milestone,
        score.environment.isolation,
        score.submission.sha256,
    ]


def _extra_cells(score: Score, ids: Sequence[str]) -> Cells:
    points = {extra.id: extra.points for extra in score.extras if extra.checks}
    return [*(points.get(id, "") for id in ids), score.bonus.counted] if ids else []


def _review_cells(reviews: Mapping[str, Review]) -> list[str | float]:
    points = sum(review.points for review in reviews.values()) if reviews else ""
    return [points, " ".join(f"{unit}: {review.because}" for unit, review in reviews.items())]


def _list_marks(score: Score, unusual: Mapping[str, Sequence[UnusualUse]] | None) -> Iterator[str]:
    if unusual is not None:
        yield "; ".join(map(str, unusual.get(score.submission.id, ())))


def write_table(
    columns: Sequence[str],
    rows: Iterable[Cells],
    file: Path,
    exact: Collection[str] = (),
) -> None:
    """Write a table for a spreadsheet; every text in it passes `escape_formula`.

    Those in columns named in `exact` stay as they are: other tables are joined by them.
    """
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        cells = zip(columns, row, strict=True)
        table.writerow([cell if name in exact else _show_cell(cell) for name, cell in cells])
    write_atomically(file, text.getvalue().encode())


def _show_cell(cell: str | float) -> str | float:
    return escape_formula(cell) if isinstance(cell, str) else cell


def escape_formula(text: str) -> str:
    """Return `text` as a cell shows it: by the rule of `escape_unseen`, and never a formula."""
    shown = escape_unseen(text)
    return f"'{shown}" if FORMULA & {*unicodedata.normalize("NFKC", shown[:1])} else shown
