"""A learner's code to play with: asked in fresh workers, within two seconds, whatever it does."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.diagnosis.catalogue import Pitfall
from autograder.intake.submission import Submission
from autograder.judge.messages import NO_ATTRIBUTE, clean_text
from autograder.judge.questions import Ask
from autograder.judge.session import read_submission, run_session
from autograder.judge.spec import ListedCheck, list_checks
from autograder.run.configure import launcher_for, learner_settings
from autograder.run.entry import learner_entry, staged_submission
from autograder.run.grade import name_mistakes
from autograder.sandbox import bytecode
from autograder.sandbox.failures import CheckFailure, Raised, TimedOut
from autograder.sandbox.handle import Launcher
from autograder.worker.serve import load_probes

PROBES = "explore=autograder.worker.probes.explore"
SECONDS = 2.0  # for one question
SECONDS_TO_DIAGNOSE = 6.0  # a mistake
CPU_SECONDS = 4
MEMORY_MB = 2048
SLOW_CHECKS = {"m1.deep_chain", "m1.each_node_once", "m1.many_paths"}  # graphs of many nodes
MOST_MESSAGE = 300  # characters
MOST_NUMBERS = 2000  # of an array that is shown
MOST_RAISED = 20  # exceptions of one question that are fetched
LATE = f"stopped after {SECONDS:g} seconds without an answer: is there a loop that never ends?"
UNWRITTEN = "not implemented yet: "  # so begins what is said of a stub
MISSING_NAME = re.compile(r"(?:: |define )([\w.]+)$")  # milestone 1: Value.tanh


class Trouble(TypedDict):
    """Why a demo shows less than it should.

    Attributes
    ----------
    message : str
        One sentence.
    place : str
        ``engine.py:41`` of the learner's own, or empty.
    check : str
        The id of the check to do first, or empty.
    """

    message: str
    place: str
    check: str


class Shown(NamedTuple):
    """What a demo shows: its panels, a problem, a sentence, and the settings that go on from it."""

    panels: list[dict[str, Any]]
    problem: Trouble | None
    sentence: str
    next: dict[str, Any] | None = None


@dataclass
class Reaction:
    """What came back: the answer as far as it got, and what the learner's code met on the way."""

    answer: dict[str, Any] = field(default_factory=dict)
    failures: dict[int, CheckFailure] = field(default_factory=dict)

    def answers(self, count: int) -> list[dict[str, Any]]:
        """Return the answers of ``play``, one per question; ``stopped`` are those that raised."""
        came = self.answer.get("answers")
        parts = came[:count] if isinstance(came, list) else []
        parts = [part if isinstance(part, dict) else {} for part in parts]
        parts += [{}] * (count - len(parts))
        return [{**part, "stopped": place in self.failures} for place, part in enumerate(parts)]

    @property
    def failure(self) -> CheckFailure | None:
        """The first failure."""
        return next(iter(self.failures.values()), None)


class Playground:
    """Asks one version of a learner's work; may be used from several threads.

    Parameters
    ----------
    submission : Submission
        A private copy, of which the imports were read.
    course : Course
        Its milestones.
    launcher : Launcher
        Starts workers that know the probes of these milestones, and `PROBES`.
    """

    def __init__(self, submission: Submission, course: Course, launcher: Launcher) -> None:
        self.submission = submission
        self.course = course
        self.launcher = launcher
        self.lock = threading.RLock()  # a launcher starts one worker at a time
        self._pitfalls: dict[bool, Sequence[Pitfall]] = {}
        self._probes = load_probes([PROBES])["explore"]

    def ask(self, probe: str, /, **args: Any) -> Reaction:
        """Return what `probe` answers within `SECONDS`; nothing is raised for what it meets."""
        with self.lock:
            ask = Ask(self._start_worker, "explore", self._probes, SECONDS)
            try:
                answer = ask(probe, **args)
                raised = answer.get("raised", [])
                indices = [index for index in raised if type(index) is int][:MOST_RAISED]
                return Reaction(answer, {index: _fetch_failure(ask, index) for index in indices})
            except CheckFailure as failure:
                return Reaction({}, {0: failure})
            finally:
                if ask.worker:
                    ask.worker.close()

    def _start_worker(self) -> Any:
        return self.launcher.start_worker(self.submission.folder, CPU_SECONDS, MEMORY_MB)

    def find_obstacle(self, part: str) -> Trouble | None:
        """Return why nothing of milestone `part` can run, if so; its own code was not asked."""
        for step in self.course.steps_to(self.course.part(part)):
            if not self.submission.holds(step.module):
                first = self._list_checks(step.id)[0].id
                return Trouble(message=f"there is no {step.module}.py yet", place="", check=first)
            if reason := self.submission.refused.get(step.module):
                return Trouble(message=_one_line(reason), place="", check="")
        return None

    def describe_failure(self, failure: CheckFailure, check: str = "") -> Trouble:
        """Return `failure` in one sentence, with its line and the check to do first.

        Parameters
        ----------
        failure : CheckFailure
            What came instead of an answer.
        check : str
            The check to do first where the failure names nothing.
        """
        if isinstance(failure, TimedOut):
            return Trouble(message=LATE, place="", check=check)
        if not isinstance(failure, Raised):
            return Trouble(message=_one_line(failure.message), place="", check=check)
        problem = failure.problem
        text = f"{problem.type}: {problem.message}" if problem.message else problem.type
        if failure.status == "missing":
            text = f"{UNWRITTEN}{problem.message}"
        frame = problem.frames[-1] if problem.frames else None
        place = f"{frame.file}:{frame.line}" if frame else ""
        lacking = _lacking_name(failure)
        first = self._find_check(lacking) if lacking else ""
        return Trouble(message=_one_line(text), place=_one_line(place), check=first or check)

    def _find_check(self, name: str) -> str:
        """Return the first check that is about the learner's object `name`, or needs it."""
        checks = [each for part in self.course.milestones for each in self._list_checks(part.id)]
        about = [each.id for each in checks if each.spec.needs[:1] == (name,)]
        needing = [
            each.id
            for each in checks
            if any(need == name or need.startswith(f"{name}.") for need in each.spec.needs)
        ]
        owner = name.rpartition(".")[0]
        return next(iter([*about, *needing]), "") or (self._find_check(owner) if owner else "")

    def _list_checks(self, part: str) -> Sequence[ListedCheck]:
        milestone = self.course.part(part)
        return list_checks(milestone.id, milestone.checks)

    def find_pitfalls(self, slow: bool = False) -> Sequence[Pitfall]:
        """Return the known mistakes that the checks of milestone 1 recognise, the likeliest first.

        Parameters
        ----------
        slow : bool
            Whether the checks of large graphs run, too: a mistake in them takes seconds.
        """
        with self.lock:
            if slow not in self._pitfalls:
                self._pitfalls[slow] = self._diagnose(slow)
            return self._pitfalls[slow]

    def _diagnose(self, slow: bool) -> Sequence[Pitfall]:
        part = self.course.milestone("m1")
        ids = {check.id for check in self._list_checks(part.id)} - (set() if slow else SLOW_CHECKS)
        settings = replace(
            learner_settings(self.course, None, frozenset(ids)), seconds=SECONDS_TO_DIAGNOSE
        )
        judged = run_session(self.submission, [part], settings, self.launcher)
        mistakes = name_mistakes(judged.runs, [part]) if self.course.shows_hints else {}
        named = [*mistakes.values()]
        distinct = {pitfall.name: pitfall for pitfall in named}
        return sorted(distinct.values(), key=lambda pitfall: -named.count(pitfall))


def read_numbers(came: Any, count: int) -> list[float | None]:
    """Return `count` numbers of a list that a worker sent; None where there is none."""
    numbers = came[:count] if isinstance(came, list) else []
    floats = [float(each) if type(each) in (int, float) else None for each in numbers]
    return [*floats, *[None] * (count - len(floats))]


def read_matrix(came: Any) -> NDArray[np.float64] | None:
    """Return what a worker sent as an array of numbers, if it is one that is small enough."""
    is_shown = isinstance(came, np.ndarray) and came.dtype.kind in "fiu" and came.ndim <= 4
    return came.astype(np.float64) if is_shown and came.size <= MOST_NUMBERS else None


def _fetch_failure(ask: Ask, index: int) -> CheckFailure:
    try:
        ask("raise_again", index=index)
    except CheckFailure as failure:
        return failure
    return CheckFailure("an exception was raised, and cannot be raised again")


def _lacking_name(failure: Raised) -> str:
    """Return the learner's object that `failure` misses: ``Value.tanh``."""
    message = failure.problem.message
    if failure.status == "missing":
        found = MISSING_NAME.search(message)
        return found[1] if found else ""
    lacking = NO_ATTRIBUTE.match(message)
    return ".".join(lacking.groups()) if lacking else ""


def _one_line(text: str) -> str:
    line = " ".join(clean_text(text).split())
    return line if len(line) <= MOST_MESSAGE else f"{line[:MOST_MESSAGE]} ..."


@contextmanager
def open_playground(path: Path, course: Course) -> Iterator[Playground]:
    """Lend a learner's work, as it is saved now, to play with.

    Parameters
    ----------
    path : Path
        The folder, or the file, of the work; a private copy is asked.
    course : Course
        Its milestones are those that may be asked.
    """
    settings = learner_settings(course, None, None)
    launcher = launcher_for(settings, course.parts, PROBES)
    with staged_submission(learner_entry(path), course.modules) as copy:
        work, _ = read_submission(copy, settings, launcher)
        bytecode.prepare_bytecode(work.folder, launcher)
        yield Playground(work, course, launcher)
