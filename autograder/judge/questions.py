"""How a check calls the learner's code."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from autograder.diagnosis.fingerprint import Fingerprint, make_fingerprint
from autograder.judge.refusals import Acceptance, BadInput, describe_acceptances
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.sandbox.handle import WorkerHandle


class BadQuestion(Exception):
    """A check asks what cannot be asked: the fault is its own, whatever was answered before."""


@dataclass(frozen=True)
class Exchange:
    """One question to the learner's code, with its answer or failure.

    Attributes
    ----------
    probe, args : str and dict
        The question: ``m1.evaluate`` and its arguments.
    answer : Any
        The answer, if there is one.
    failure : CheckFailure or None
        Why there is no answer.
    mark : Any
        The value that mistakes are recognised by, where it is not the answer.
    wanted : tuple of str
        The exceptions one of which should have been raised.
    refused : bool
        Whether one of them was: which one does not matter.
    """

    probe: str
    args: dict[str, Any]
    answer: Any = None
    failure: CheckFailure | None = None
    mark: Any = None
    wanted: tuple[str, ...] = ()
    refused: bool = False

    def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of the answer or failure, which equal mistakes share."""
        if self.refused:
            return Fingerprint("refused", [])
        if self.failure is None:
            return make_fingerprint(self.answer if self.mark is None else self.mark)
        if isinstance(self.failure, Raised):
            return Fingerprint(f"!{self.failure.problem.type}", [])
        return Fingerprint(f"!{self.failure.status}", [])


class Answer(dict[str, Any]):
    """The answer of a probe; a part that is not there fails the check, not the grader."""

    def __missing__(self, key: str) -> Any:
        """Fail: only a forged answer lacks a part."""
        raise WrongAnswer(f"the answer lacks {key!r}")


class Ask:
    """Calls probes on the learner's code: ``ask("evaluate", program=..., points=...)``.

    Parameters
    ----------
    start_worker : callable
        Returns the check's worker; called at the first question.
    milestone : str
        The milestone of the probes.
    probes : module
        The probes; no function of it is called here.
    seconds : float
        The deadline for all questions together.
    """

    def __init__(
        self,
        start_worker: Callable[[], WorkerHandle],
        milestone: str,
        probes: ModuleType,
        seconds: float,
    ) -> None:
        self._start_worker = start_worker
        self._milestone = milestone
        self._probes = probes
        self._seconds = seconds
        self._deadline = 0.0
        self.worker: WorkerHandle | None = None
        self.peak_memory_mb = 0.0  # of the workers before this one
        self.exchanges: list[Exchange] = []

    def __call__(self, probe: str, /, **args: Any) -> Answer:
        """Return the answer of `probe`, or raise the `CheckFailure` that came instead."""
        if not hasattr(self._probes, probe):
            raise BadQuestion(f"there is no probe {probe!r} in {self._probes.__name__}")
        worker = self._ready_worker()
        name = f"{self._milestone}.{probe}"
        try:
            answer = worker.call_probe(name, args, self._deadline - time.monotonic())
        except CheckFailure as failure:
            self.exchanges.append(Exchange(name, args, failure=failure))
            raise
        except TypeError as problem:
            raise BadQuestion(f"{name} cannot be asked: {problem}") from problem
        self.exchanges.append(Exchange(name, args, answer))
        return Answer(answer if isinstance(answer, dict) else {})

    def ask_within(self, seconds: float, probe: str, /, **args: Any) -> Answer:
        """Return the answer of `probe`, as a call does, but wait no longer than `seconds`."""
        self._ready_worker()
        deadline = self._deadline
        self._deadline = min(deadline, time.monotonic() + seconds)
        try:
            return self(probe, **args)
        finally:
            self._deadline = deadline

    def take_fresh_worker(self) -> None:
        """Let the next question go to a fresh process, which knows nothing of those before."""
        if self.worker is not None:
            self.peak_memory_mb = max(self.peak_memory_mb, self.worker.close().peak_memory_mb)
            self.worker = self._start_worker()

    def refuses(self, probe: str, /, bad_inputs: Iterable[BadInput]) -> None:
        """Fail unless `probe` raises what each of `bad_inputs` has to; name all that do not.

        They are asked for one by one: where there is no answer at all, the message says to which.
        """
        found: list[Acceptance] = []
        for bad in bad_inputs:
            try:
                found += self._accepted(probe, bad)
            except Raised:
                raise  # there is nothing to try yet
            except CheckFailure as failure:
                failure.message = f"{bad.what}: {failure.message}"
                if found:
                    failure.message += f"\n{describe_acceptances(found)}"
                raise
        if found:
            raise WrongAnswer(describe_acceptances(found))

    def _accepted(self, probe: str, bad: BadInput) -> list[Acceptance]:
        """Return what came instead of a refusal, if something did."""
        try:
            came = next(iter(self(probe, **bad.args).values()), None)
        except Raised as raised:
            if raised.status == "missing" or raised.importing:
                raise
            if set(bad.kinds) & set(raised.problem.bases):
                self._amend_exchange(refused=True)
                return []
            came = raised.problem
        self._amend_exchange(wanted=bad.kinds)
        return [Acceptance(bad, came)]

    def recognise_by(self, mark: dict[str, Any]) -> None:
        """Let mistakes be recognised by `mark` instead of the last answer.

        For answers that depend on chance: two correct ways to draw give different numbers.
        """
        self._amend_exchange(mark=mark)

    def _amend_exchange(self, **changes: Any) -> None:
        self.exchanges[-1] = replace(self.exchanges[-1], **changes)

    def _ready_worker(self) -> WorkerHandle:
        if self.worker is None:
            self.worker = self._start_worker()
            self._deadline = time.monotonic() + self._seconds
        return self.worker
