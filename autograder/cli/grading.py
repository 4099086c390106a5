"""What `grade` and `check` share: a judge process with its zygote, and one graded entry."""

import atexit
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from autograder import score as scores
from autograder.checks.grade import Grade, checks_sha256, environment, grade
from autograder.checks.settings import Settings
from autograder.cli.stop import Stop
from autograder.course import Course, Milestone
from autograder.files import alone_in, write_atomically
from autograder.grading.parcel import Parcel
from autograder.grading.submission import (
    Entry,
    Submission,
    Unusable,
    entries,
    folder_name,
    stage,
)
from autograder.sandbox import isolation
from autograder.sandbox.trouble import Unavailable
from autograder.sandbox.workers import ONE_THREAD, Launcher
from autograder.score import Environment, NoScore, Outcome, Score


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
    os.environ.update(ONE_THREAD)


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


def own_work(path: Path) -> Entry:
    """Return a learner's workspace, or what is about to be handed in, as an entry."""
    return entries(path, ())[0] if path.is_file() else Entry(path.resolve().name, path)


@contextmanager
def private() -> Iterator[Path]:
    """Lend an empty folder."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        yield Path(folder).resolve()


@contextmanager
def staged(entry: Entry, modules: Sequence[str]) -> Iterator[Submission]:
    """Lend a private copy of `entry`, or one of which every module is refused."""
    with private() as folder:
        yield _staged(entry, modules, folder)


def _staged(entry: Entry, modules: Sequence[str], folder: Path) -> Submission:
    try:
        return stage(entry, modules, folder)
    except Unusable as problem:
        nothing = hashlib.sha256(str(problem).encode()).hexdigest()
        return Submission(entry.name, folder, nothing, (), dict.fromkeys(modules, str(problem)))


@dataclass(frozen=True)
class Order:
    """What a run asks of every entry, and the folder its scores go to."""

    out: Path
    milestones: Sequence[Milestone]
    modules: Sequence[str]
    how: Settings
    force: bool = False


def grade_to(order: Order, entry: Entry) -> Outcome:
    """Grade `entry` into its folder, unless the same work was graded there in the same way."""
    how, milestones = order.how, order.milestones
    try:
        with staged(entry, order.modules) as submission:
            if done := kept(order, submission, [environment(how.isolation)]):
                return done
            graded = grade(submission, milestones, how, workers(how, milestones))
        return keep(order, submission, graded.score, graded.report)
    except Exception as problem:
        return Outcome(entry.name, None, fault=fault(problem))


def kept(order: Order, work: Submission | Parcel, places: Sequence[Environment]) -> Outcome | None:
    """Return what an earlier run wrote, if it graded this work in this way in one of `places`."""
    folder = order.out / folder_name(work.id)
    keys = [_key(order, work, place) for place in places]
    try:
        with alone_in(folder):
            if order.force or read_report(folder / "report.json").key not in keys:
                return None
            file = folder / "score.json"
            return Outcome(work.id, scores.read(file), file, kept=True)
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


def keep(order: Order, work: Submission | Parcel, score: Score, report: dict[str, Any]) -> Outcome:
    """Write a score, then the report with the key that vouches for it; no older one meanwhile."""
    folder = order.out / folder_name(work.id)
    file = folder / "score.json"
    key = _key(order, work, score.environment)
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):  # or another run's key would vouch for this score
        (folder / "report.json").unlink(missing_ok=True)
        scores.write(score, file)
        write_atomically(folder / "report.json", scores.as_json({"key": key} | report))
    return Outcome(work.id, score, file)


def _key(order: Order, work: Submission | Parcel, place: Environment) -> str:
    parts = [
        work.id,
        work.sha256,
        checks_sha256(),
        repr(order.how),
        repr(place),
        *(milestone.id for milestone in order.milestones),
        *map(repr, work.refused.items()),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def fault(problem: Exception) -> str:
    """Return the grader's own trouble in one line."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return str(problem) if is_sentence else f"{type(problem).__name__}: {problem}"


def default_isolation() -> str:
    """Return what `grade` asks for unless it is told: strict on Linux, process elsewhere."""
    return "strict" if sys.platform == "linux" else "process"


def best_isolation() -> str:
    """Return the strictest level that this machine offers: a learner's own code may run in less."""
    return "process" if isolation.lacking() else "strict"
