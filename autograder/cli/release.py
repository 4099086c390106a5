"""``autograder release``: what students get."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.course import load_course
from autograder.course.course import render_for_students
from autograder.exchange import release
from autograder.stop import Stop, stop_on_write_error

ROOT = Path(__file__).parents[2]


def run(out: Path) -> None:
    """Write the student kit and its zip, and search both for what must not be there."""
    course = load_course()
    if not (ROOT / "solutions").is_dir():
        raise Stop("this kit is a student's: release runs in the checkout")
    milestones = [(one.folder, one.module) for one in course.milestones]
    try:
        with stop_on_write_error(out):
            folder = release.make(ROOT, out, milestones, render_for_students(course))
            packed = _packed(folder, [course.secret, course.grading.secret])
    except release.ReleaseFailed as problem:
        raise Stop(str(problem), 1) from None
    print(f"{folder}\n{packed}")
    print("searched every byte, the wheel unpacked: no line of a solution, no secret")
    if not course.secret:
        print("mind: without AUTOGRADER_SECRET at grading, anyone can draw the hidden inputs")


def _packed(folder: Path, secrets: Sequence[str]) -> Path:
    """Return the zip of the kit in `folder`, which is removed again where it cannot be released."""
    try:
        _require_clean(folder, secrets)
        return release.pack(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _require_clean(folder: Path, secrets: Sequence[str]) -> None:
    """Refuse a kit that holds a line of a solution, or a secret."""
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "solutions").rglob("*.py")]
    long_enough = {secret for secret in secrets if len(secret) >= release.SHORTEST_SECRET}
    if found := release.leaks(folder, release.solution_lines(sources) | long_enough):
        places = sorted({one.partition(": ")[0] for one in found})
        raise release.ReleaseFailed(
            f"nothing was released: {len(found)} lines of solutions or secrets are in "
            f"{', '.join(places[:3])}"
        )
