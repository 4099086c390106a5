"""A check's line to the learner's code."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from autograder.diagnosis.fingerprint import Fingerprint, of
from autograder.numerics.compare import brief
from autograder.numerics.failure import Failed
from autograder.sandbox.failures import Raised, Trouble
from autograder.sandbox.handle import Worker


@dataclass(frozen=True)
class Exchange:
    """One question to the learner's code and what came of it.

    Attributes
    ----------
    probe, args : str and dict
        What was asked: ``m1.evaluate`` and its arguments.
    answer : Any
        What came back.
    trouble : Trouble or None
        What came instead.
    mark : Any
        What mistakes are recognised by, where it is not the answer.
    wanted : tuple of str
        The exceptions one of which should have been raised.
    """

    probe: str
    args: dict[str, Any]
    answer: Any = None
    trouble: Trouble | None = None
    mark: Any = None
    wanted: tuple[str, ...] = ()

    def fingerprint(self) -> Fingerprint:
        """Return what makes this answer the same mistake as another."""
        if self.trouble is None:
            return of(self.answer if self.mark is None else self.mark)
        if isinstance(self.trouble, Raised):
            return Fingerprint(f"!{self.trouble.problem.type}", [])
        return Fingerprint(f"!{self.trouble.status}", [])


class Answer(dict[str, Any]):
    """What a probe answered; a part that is not there fails the check, not the grader."""

    def __missing__(self, key: str) -> Any:
        """Fail: only a forged answer lacks a part."""
        raise Failed(f"the answer lacks {key!r}")


class Ask:
    """Calls probes on the learner's code: ``ask("evaluate", program=..., points=...)``.

    Parameters
    ----------
    fork : callable
        Gives the check's worker; called at the first question.
    milestone : str
        Whose probes are meant.
    probes : module
        The probes themselves; nothing of it is called here.
    seconds : float
        The deadline for all questions together.
    """

    def __init__(
        self, fork: Callable[[], Worker], milestone: str, probes: ModuleType, seconds: float
    ) -> None:
        self._fork = fork
        self._milestone = milestone
        self._probes = probes
        self._seconds = seconds
        self._deadline = 0.0
        self.worker: Worker | None = None
        self.exchanges: list[Exchange] = []

    def __call__(self, probe: str, /, **args: Any) -> Answer:
        """Return what `probe` answers; a `Trouble` where it has no answer."""
        if not hasattr(self._probes, probe):
            raise LookupError(f"there is no probe {probe!r} in {self._probes.__name__}")
        worker = self._ready()
        name = f"{self._milestone}.{probe}"
        try:
            answer = worker.call(name, args, self._deadline - time.monotonic())
        except Trouble as trouble:
            self.exchanges.append(Exchange(name, args, trouble=trouble))
            raise
        self.exchanges.append(Exchange(name, args, answer))
        return Answer(answer if isinstance(answer, dict) else {})

    def raises(self, kinds: tuple[str, ...], what: str, probe: str, /, **args: Any) -> None:
        """Fail unless `probe` raises one of `kinds` (names of exceptions, subclasses count)."""
        try:
            answer = self(probe, **args)
        except Raised as raised:
            if raised.status == "missing" or not set(kinds) & set(raised.problem.bases):
                self._note(wanted=kinds)
                raise
        else:
            self._note(wanted=kinds)
            got = brief(next(iter(answer.values()), None))
            raise Failed(f"{what}: wanted a {' or '.join(kinds)}, but it returned {got}")

    def recognise_by(self, told: dict[str, Any]) -> None:
        """Let mistakes be recognised by `told` instead of the last answer.

        For answers that hold what chance decides: two right ways to draw give other numbers.
        """
        self._note(mark=told)

    def _note(self, **more: Any) -> None:
        self.exchanges[-1] = replace(self.exchanges[-1], **more)

    def _ready(self) -> Worker:
        if self.worker is None:
            self.worker = self._fork()
            self._deadline = time.monotonic() + self._seconds
        return self.worker
