"""Settings of a run, from the course and the command line, and the launcher of its workers."""

import atexit
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from autograder.course import Course, Part
from autograder.course.check_keys import THRESHOLDS
from autograder.judge.settings import Settings
from autograder.sandbox import isolation as levels
from autograder.sandbox.environment import ONE_THREAD
from autograder.sandbox.handle import Launcher


def make_settings(course: Course, profile: str | None, isolation: str, hidden: bool) -> Settings:
    """Return the settings of a run, from the course and the command line."""
    grading = course.grading
    chosen = profile or grading.profile
    return Settings(
        seed=grading.seed,
        secret=course.secret,
        profile=chosen,
        isolation=isolation,
        hidden=hidden,
        memory_mb=grading.memory_mb,
        seconds=grading.seconds_full if chosen == "full" else grading.seconds,
        data_dir=grading.data_dir,
        cap=course.extras.cap,
        run_seconds=course.extras.run_seconds,
        hints=hidden or course.shows_hints,  # a teacher sees them; a student's page leaves them out
        thresholds=tuple(
            (id, THRESHOLDS[id].of, wanted) for id, wanted in sorted(course.thresholds.items())
        ),
    )


def learner_settings(course: Course, profile: str | None, only: frozenset[str] | None) -> Settings:
    """Return the settings for learners' own work: public checks, at the best isolation there is."""
    return replace(make_settings(course, profile, best_isolation(), hidden=False), only=only)


def default_isolation() -> str:
    """Return the isolation of `grade` by default: strict on Linux, process elsewhere."""
    return "strict" if sys.platform == "linux" else "process"


def best_isolation() -> str:
    """Return the strictest level that this machine offers: a learner's own code may run in less."""
    return "process" if levels.missing_isolation() else "strict"


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def limit_threads() -> None:
    """Limit linear algebra to one thread: one core per judge."""
    os.environ.update(ONE_THREAD)


@cache
def shared_launcher(isolation: str, probes: tuple[str, ...], number: int = 0) -> Launcher:
    """Return this process's launcher of workers, or one more of them; it ends with the process."""
    launcher = levels.make_launcher(isolation, probes)
    atexit.register(launcher.close)
    return launcher


def launcher_for(settings: Settings, milestones: Sequence[Part], *more: str) -> Launcher:
    """Return the launcher of workers that know the probes of `milestones`, and `more` probes."""
    probes = [milestone.probes for milestone in milestones]
    return shared_launcher(settings.isolation, (*probes, *more), 0)
