"""Gradescope: the zip that it runs, and a score in the form of its ``results.json``."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder import templates
from autograder.course import Course, load_course
from autograder.exchange.release import EPOCH, build_wheel
from autograder.files import write_atomically
from autograder.reports.adjusted import adjust_score
from autograder.reports.adjustments import Adjustment
from autograder.reports.feedback import without_hints
from autograder.reports.reviews import Review
from autograder.score import CheckResult, Score
from autograder.words import escape_lines, escape_unseen

SCRIPTS = {"setup.sh": "gradescope_setup.sh", "run_autograder": "gradescope_run.sh"}
STATUS = {"passed": "passed"}  # Gradescope knows only this and failed
MEASURED = "accuracy"


def results(
    score: Score,
    reviews: Mapping[str, Review] | None = None,
    rows: Sequence[Adjustment] = (),
    course: Course | None = None,
) -> dict[str, Any]:
    """Return `score`, and what persons said of it and adjusted, as Gradescope's ``results.json``.

    In an exam all of it is shown once grades are published; hints are, where the course shows them.
    """
    rules, graded = course or load_course(), score
    score = adjust_score(score if rules.shows_hints else without_hints(score), rows)
    points = f"{score.points:g} of {score.max_points:g} points.{_describe_extras(score)}"
    visibility = "after_published" if rules.exam.on else "visible"
    tests = [
        *map(_test_entry, score.checks),
        *_list_review_entries(score, reviews or {}),
        *map(_adjustment_entry, rows),
    ]
    unsafe = score.environment.isolation != "strict"
    note = f" Isolation: {score.environment.isolation}." if unsafe else ""
    return {
        "score": scale_points(score, graded),
        "execution_time": round(score.timing.seconds),
        "output": f"{points}{note}",
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [test | {"visibility": "after_published"} for test in tests]
        if rules.exam.on
        else tests,
        "leaderboard": _leaderboard_rows(score),
        "extra_data": {"sha256": score.submission.sha256, "kit": score.kit.version},
    }


def scale_points(score: Score, graded: Score) -> float:
    """Return the points of an adjusted score out of what there was before any part was excused.

    An assignment of Gradescope has one maximum for all.
    """
    if not score.max_points or score.max_points == graded.max_points:
        return score.points
    return round(score.points / score.max_points * graded.max_points, 2)


def _adjustment_entry(row: Adjustment) -> dict[str, Any]:
    """Return a test without points of its own: they are in the total, and in those it changes."""
    return {
        "name": escape_lines(f"{row.on or 'in all'} {row.change}: adjusted by a person"),
        "name_format": "text",
        "score": 0.0,
        "max_score": 0.0,
        "status": "passed",
        "output": escape_lines(f"{row.because} ({row.author})"),
        "output_format": "text",
        "tags": [row.on or "in-all", "adjusted"],
        "visibility": "visible",
    }


def _describe_extras(score: Score) -> str:
    """Return a sentence on extras: Gradescope adds no points of theirs to the score."""
    extras = ", ".join(f"{one.id} {one.points:g}" for one in score.extras if one.checks)
    return f" Extras, beside the score: {extras}." if extras else ""


def _test_entry(check: CheckResult) -> dict[str, Any]:
    hint = f"\nLikely mistake: {check.hint.pitfall}. {check.hint.text}" if check.hint else ""
    output = f"{check.status}: {check.message}{hint}" if check.status != "passed" else "passed"
    return {
        "name": f"{check.id}: {check.title}",
        "name_format": "text",
        "number": check.id,
        "score": check.points,
        "max_score": check.max_points,
        "status": STATUS.get(check.status, "failed"),
        "output": escape_lines(output),
        "output_format": "text",
        "tags": [check.id.rpartition(".")[0], check.kind, check.status],
        "visibility": "visible" if check.visibility == "public" else "after_published",
    }


def _list_review_entries(score: Score, reviews: Mapping[str, Review]) -> Iterator[dict[str, Any]]:
    """Yield a test for each review; Gradescope takes the total from ``score``, not from tests."""
    for extra in score.extras:
        if review := reviews.get(extra.id):
            yield {
                "name": f"{extra.id}: read by a person",
                "name_format": "text",
                "number": f"{extra.id}.by_person",
                "score": review.points,
                "max_score": extra.person_points,
                "status": "passed",
                "output": escape_lines(review.because),
                "output_format": "text",
                "tags": [extra.id, "by-person"],
                "visibility": "visible",
            }


def _leaderboard_rows(score: Score) -> list[dict[str, Any]]:
    """Return points, the best accuracy of each milestone that measures one, and the seconds."""
    rows: list[dict[str, Any]] = [{"name": "points", "value": score.points, "order": "desc"}]
    for milestone in score.milestones:
        found = [
            value
            for check in milestone.checks
            for name, value in check.measurements.items()
            if name.endswith(MEASURED)
        ]
        if found:
            rows.append({"name": f"{milestone.id} accuracy", "value": max(found), "order": "desc"})
    return [*rows, {"name": "seconds", "value": round(score.timing.seconds, 1), "order": "asc"}]


class User(msgspec.Struct):
    """One who handed in, as Gradescope names them."""

    name: str = ""
    email: str = ""


def add_users(results: dict[str, Any], users: Sequence[User]) -> dict[str, Any]:
    """Return `results` with who handed in, and for a group a sentence that names all."""
    if not users:
        return results
    names = ", ".join(escape_unseen(user.name or user.email) for user in users)
    group = f" Group: {names}." if len(users) > 1 else ""
    extra = results["extra_data"] | {"users": msgspec.to_builtins(users)}
    return results | {"output": f"{results['output']}{group}", "extra_data": extra}


def write_results(
    score: Score,
    file: Path,
    reviews: Mapping[str, Review] | None = None,
    rows: Sequence[Adjustment] = (),
    course: Course | None = None,
) -> None:
    """Write ``results.json``."""
    write_json(results(score, reviews, rows, course), file)


def write_json(content: Mapping[str, Any], file: Path) -> None:
    """Write what `results` returned."""
    write_atomically(file, json.dumps(content, indent=2, allow_nan=False).encode())


def pack_autograder(
    checkout: Path, out: Path, milestones: Sequence[str], students: str, own: str
) -> Path:
    """Write ``autograder.zip``: the scripts, the kit's wheel without solutions, and the course.

    Parameters
    ----------
    checkout : Path
        Where the kit's sources lie.
    out : Path
        The zip's folder.
    milestones : sequence of str
        Folders of the milestones in use.
    students : str
        The ``course.toml`` inside the wheel.
    own : str
        The course's own file: it may hold the secret, so strict isolation keeps it from
        submissions.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".gradescope-") as name:
        place = Path(name)
        wheel = build_wheel(checkout, place, place / "wheel", list(milestones), students)
        files = {
            **{script: templates.text(name).encode() for script, name in SCRIPTS.items()},
            "course.toml": own.encode(),
            "constraints.txt": (checkout / "constraints.txt").read_bytes(),
            wheel: (place / "wheel" / wheel).read_bytes(),
        }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            archive.writestr(info, content)
    write_atomically(out / "autograder.zip", data.getvalue())
    return out / "autograder.zip"
