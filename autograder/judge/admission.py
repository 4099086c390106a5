"""Whether a check may start, decided by how earlier ones ended."""

import time
from collections import Counter
from collections.abc import Sequence

from autograder.intake.submission import Submission, find_misnamed
from autograder.judge.running import RunningCheck
from autograder.sandbox.failures import Blocked, NotHandedIn, Raised, Rejected, TimedOut
from autograder.words import join_first

MAX_LISTED = 5  # files that came under other names
SPENT = "the submission has used all of its time"
MAX_TIMEOUTS = 2  # on one object, before the checks that need it are blocked


class Admission:
    """Decides whether a check may start, by how earlier ones ended."""

    def __init__(self, submission: Submission, modules: Sequence[str], deadline: float) -> None:
        self.submission = submission
        self.other_names = _other_names_note(find_misnamed(submission.files, modules))
        self.deadline = deadline
        self.timeouts: Counter[str] = Counter()
        self.broken: dict[str, str] = {}
        self.slow_imports: dict[str, float] = {}
        self.passed: set[str] = set()

    def is_clear(self) -> bool:
        """Whether nothing has happened that keeps other checks from starting."""
        return not (self.timeouts or self.broken or self.slow_imports)

    def seconds_left(self) -> float:
        """Return how much of the submission's time is left."""
        return self.deadline - time.monotonic()

    def admit(self, running: RunningCheck) -> None:
        """Return, or raise the `CheckFailure` that keeps this check from starting."""
        module = running.milestone.module
        if module in self.submission.refused:
            raise Rejected(self.submission.refused[module])
        if not self.submission.holds(module):
            raise NotHandedIn(f"{module}.py was not handed in{self.other_names}")
        if module in self.submission.blocked:
            raise Blocked(self.submission.blocked[module])
        if module in self.broken:
            raise Blocked(self.broken[module])
        if running.listed.spec.seconds <= self.slow_imports.get(module, 0.0):
            raise Blocked(f"{module} takes too long to import: fix that first")
        if running.visibility == "hidden" and running.listed.id not in self.passed:
            raise Blocked(f"{running.listed.id} comes first: this is the same on other inputs")
        for name in running.listed.spec.needs:
            if self.timeouts[name] >= MAX_TIMEOUTS:
                raise Blocked(f"{name} ran past its deadline {MAX_TIMEOUTS} times: fix that first")
        if self.seconds_left() <= 0:
            raise TimedOut(SPENT)

    def record(self, running: RunningCheck) -> None:
        """Remember an outcome that may keep later checks from starting."""
        problem = running.problem
        module = running.milestone.module
        if problem is None:
            self.passed.add(running.id)
        if isinstance(problem, TimedOut):
            self.timeouts.update(running.listed.spec.needs)
        if isinstance(problem, Raised) and problem.importing and module not in self.broken:
            self.broken[module] = f"{module} does not import: see {running.id}"


def _other_names_note(files: Sequence[str]) -> str:
    """Return the first few files that came under other names, in brackets."""
    return f" (handed in: {join_first(files, MAX_LISTED)})" if files else ""
