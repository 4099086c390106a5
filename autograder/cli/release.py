"""``autograder release``: what students get."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.course import load_course
from autograder.course.course import render_for_students
from autograder.exchange import checkout, release
from autograder.exchange.checkout import ROOT
from autograder.language.catalogue import translate
from autograder.reports.notes import print_notes
from autograder.stop import Stop, stop_on_write_error

SOLVED = (".py", ".toml", ".md")  # files that hold solutions between marks


def run(out: Path) -> None:
    """Write the student kit and its zip, and search both for what must not be there."""
    course = load_course()
    checkout.require("release", "hatchling")
    try:
        with stop_on_write_error(out):
            folder = release.make_kit(ROOT, out, course.parts, render_for_students(course))
            own = [Path(part.home) for part in course.parts if part.home]
            archive = _pack_clean(folder, [course.secret, course.grading.secret], own)
    except release.ReleaseFailed as problem:
        raise Stop(problem.phrase, 1) from None
    print(f"{folder}\n{archive}")
    searched = "searched every byte, the wheel unpacked: no line of a solution, no secret"
    print(translate(searched))
    if not course.secret:
        text = "without AUTOGRADER_SECRET at grading, anyone can draw the hidden inputs"
        print_notes([translate(text)])


def _pack_clean(folder: Path, secrets: Sequence[str], own: Sequence[Path]) -> Path:
    """Return the zip of the kit in `folder`, which is removed again where it cannot be released.

    `own` are the folders of solutions that are a course's own.
    """
    try:
        _require_clean(folder, secrets, own)
        return release.pack_kit(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _require_clean(folder: Path, secrets: Sequence[str], own: Sequence[Path]) -> None:
    """Refuse a kit that holds a line of a solution, or a secret."""
    homes = [ROOT / "solutions", *own]
    written = [file for home in homes for file in home.rglob("*") if file.suffix in SOLVED]
    sources = [file.read_text(encoding="utf-8") for file in written]
    long_enough = {secret for secret in secrets if len(secret) >= release.SHORTEST_SECRET}
    if lines := release.leaks(folder, release.solution_lines(sources) | long_enough):
        files = sorted({line.partition(": ")[0] for line in lines})
        raise release.ReleaseFailed(
            "nothing was released: {count} lines of solutions or secrets are in {files}",
            count=len(lines),
            files=", ".join(files[:3]),
        )
