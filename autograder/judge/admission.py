"""Whether a check may start, from how earlier ones ended."""

import time
from collections import Counter
from collections.abc import Sequence

from autograder.intake.submission import Submission, find_misnamed
from autograder.judge.running import Subject
from autograder.sandbox.failures import Blocked, NotHandedIn, Raised, Rejected, TimedOut
from autograder.words import join_first

LISTED = 5  # files that came under other names
TIMEOUTS = 2  # on one object, before the checks that need it are blocked


class Admission:
    """Decides whether a check may start, from how earlier ones ended."""

    def __init__(self, submission: Submission, modules: Sequence[str], deadline: float) -> None:
        self.submission = submission
        self.instead = _listed(find_misnamed(submission.files, modules))
        self.deadline = deadline
        self.timeouts: Counter[str] = Counter()
        self.broken: dict[str, str] = {}
        self.passed: set[str] = set()

    def seconds_left(self) -> float:
        """How much of the submission's budget is left."""
        return self.deadline - time.monotonic()

    def admit(self, subject: Subject) -> None:
        """Return, or raise the `Trouble` that keeps this check from starting."""
        module = subject.milestone.module
        if module in self.submission.refused:
            raise Rejected(self.submission.refused[module])
        if not self.submission.holds(module):
            raise NotHandedIn(f"{module}.py was not handed in{self.instead}")
        if module in self.broken:
            raise Blocked(self.broken[module])
        if subject.visibility == "hidden" and subject.listed.id not in self.passed:
            raise Blocked(f"{subject.listed.id} comes first: this is the same on other inputs")
        for name in subject.listed.spec.needs:
            if self.timeouts[name] >= TIMEOUTS:
                raise Blocked(f"{name} ran past its deadline {TIMEOUTS} times: mend that first")
        if self.seconds_left() <= 0:
            raise TimedOut("the submission has used all of its time")

    def note(self, subject: Subject) -> None:
        """Remember what keeps later checks from starting."""
        problem = subject.problem
        module = subject.milestone.module
        if problem is None:
            self.passed.add(subject.id)
        if isinstance(problem, TimedOut):
            self.timeouts.update(subject.listed.spec.needs)
        if isinstance(problem, Raised) and problem.importing and module not in self.broken:
            self.broken[module] = f"{module} does not import: see {subject.id}"


def _listed(files: Sequence[str]) -> str:
    """Return the first of the files that came under other names, in brackets."""
    return f" (handed in: {join_first(files, LISTED)})" if files else ""
