"""What `grade` and `check` share: a judge process with its zygote, and one graded entry."""

import atexit
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec

from autograder import score as scores
from autograder.checks.grade import Grade, checks_sha256, environment, grade
from autograder.checks.settings import Settings
from autograder.course import Course, Milestone
from autograder.files import write_atomically
from autograder.grading.submission import Entry, Submission, Unusable, folder_name, stage
from autograder.sandbox import isolation
from autograder.sandbox.workers import Launcher
from autograder.score import NoScore, Outcome


def settings(course: Course, profile: str | None, level: str, hidden: bool) -> Settings:
    """Return how this run judges, from the course and the command line."""
    grading = course.grading
    chosen = profile or grading.profile
    return Settings(
        seed=grading.seed,
        secret=course.secret,
        profile=chosen,
        isolation=level,
        hidden=hidden,
        memory_mb=grading.memory_mb,
        seconds=grading.seconds_full if chosen == "full" else grading.seconds,
        data_dir=grading.data_dir,
    )


def own_settings(course: Course, profile: str | None, only: frozenset[str] | None) -> Settings:
    """Return how learners judge their own work: public checks, at the best isolation there is."""
    return replace(settings(course, profile, best_isolation(), hidden=False), only=only)


def prepare() -> None:
    """Pin linear algebra to one thread: a core a judge."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


@cache
def launcher(level: str, probes: tuple[str, ...]) -> Launcher:
    """Return this process's launcher of workers; it ends with the process."""
    made = isolation.launcher(level, probes)
    atexit.register(made.close)
    return made


def workers(how: Settings, milestones: Sequence[Milestone], *more: str) -> Launcher:
    """Return the launcher of workers that know the probes of `milestones`, and `more`."""
    return launcher(how.isolation, (*(milestone.probes for milestone in milestones), *more))


def grade_entry(
    entry: Entry, milestones: Sequence[Milestone], modules: Sequence[str], how: Settings
) -> Grade:
    """Stage, judge and score one entry; an unusable one is rejected, check by check."""
    with staged(entry, modules) as submission:
        return grade(submission, milestones, how, workers(how, milestones))


def own_work(folder: Path) -> Entry:
    """Return a learner's workspace as an entry."""
    return Entry(folder.resolve().name, folder)


@contextmanager
def staged(entry: Entry, modules: Sequence[str]) -> Iterator[Submission]:
    """Lend a private copy of `entry`, or one of which every module is refused."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        yield _staged(entry, modules, Path(folder).resolve())


def _staged(entry: Entry, modules: Sequence[str], folder: Path) -> Submission:
    try:
        return stage(entry, modules, folder)
    except Unusable as problem:
        nothing = hashlib.sha256(str(problem).encode()).hexdigest()
        return Submission(entry.name, folder, nothing, (), dict.fromkeys(modules, str(problem)))


def grade_to(
    out: Path,
    milestones: Sequence[Milestone],
    modules: Sequence[str],
    how: Settings,
    force: bool,
    entry: Entry,
) -> Outcome:
    """Grade `entry` into ``out/<name>/``, unless the same work was graded there in the same way."""
    folder = out / folder_name(entry.name)
    file = folder / "score.json"
    try:
        with staged(entry, modules) as submission:
            key = _key(submission, milestones, how)
            if not force and (kept := _kept(folder, key)):
                return Outcome(entry.name, kept, file, kept=True)
            graded = grade(submission, milestones, how, workers(how, milestones))
        report = folder / "report.json"  # says what the score is of: gone while that is not true
        report.unlink(missing_ok=True)
        scores.write(graded.score, file)
        write_atomically(report, scores.as_json({"key": key} | graded.report))
        return Outcome(entry.name, graded.score, file)
    except Exception as problem:
        return Outcome(entry.name, None, fault=f"{type(problem).__name__}: {problem}")


def _key(submission: Submission, milestones: Sequence[Milestone], how: Settings) -> str:
    parts = [
        submission.id,
        submission.sha256,
        checks_sha256(),
        repr(how),
        repr(environment(how.isolation)),
        *(milestone.id for milestone in milestones),
        *map(repr, submission.refused.items()),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _kept(folder: Path, key: str) -> scores.Score | None:
    try:
        report = read_report(folder / "report.json")
        return scores.read(folder / "score.json") if report.key == key else None
    except (OSError, NoScore):
        return None


class Report(msgspec.Struct, frozen=True):
    """What is asked of a ``report.json``: which work it is of, graded how."""

    key: str


def read_report(file: Path) -> Report:
    """Return what ``report.json`` says; a `NoScore` where it says nothing."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NoScore(str(problem)) from None


def default_isolation() -> str:
    """Return what `grade` asks for unless it is told: strict on Linux, process elsewhere."""
    return "strict" if sys.platform == "linux" else "process"


def best_isolation() -> str:
    """Return the strictest level that this machine offers: a learner's own code may run in less."""
    return "process" if isolation.lacking() else "strict"
