"""How this run judges: settings from the course and the command line, and what starts workers."""

import atexit
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from autograder.course import Course, Milestone
from autograder.judge.settings import Settings
from autograder.sandbox import isolation
from autograder.sandbox.handle import ONE_THREAD, Launcher


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


def default_isolation() -> str:
    """Return what `grade` asks for unless it is told: strict on Linux, process elsewhere."""
    return "strict" if sys.platform == "linux" else "process"


def best_isolation() -> str:
    """Return the strictest level that this machine offers: a learner's own code may run in less."""
    return "process" if isolation.missing_isolation() else "strict"


def prepare() -> None:
    """Pin linear algebra to one thread: a core a judge."""
    os.environ.update(ONE_THREAD)


@cache
def launcher(level: str, probes: tuple[str, ...]) -> Launcher:
    """Return this process's launcher of workers; it ends with the process."""
    made = isolation.make_launcher(level, probes)
    atexit.register(made.close)
    return made


def workers(how: Settings, milestones: Sequence[Milestone], *more: str) -> Launcher:
    """Return the launcher of workers that know the probes of `milestones`, and `more`."""
    return launcher(how.isolation, (*(milestone.probes for milestone in milestones), *more))
