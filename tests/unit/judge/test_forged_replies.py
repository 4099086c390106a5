"""No reply makes a check raise: the reference's answers, each with one change, and what comes of it.

Every check runs once on the reference. Then it runs again and again on what the reference
answered, as the wire carries it, with one reply forged. A worker that lies must fail, quietly.
EVERY_CHECK=1 forges more, and lets every check train for as long as it does in a real run.
"""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import pytest

from autograder.checks.m6_transformer import training as m6_training
from autograder.course import Course, Part, load_course
from autograder.judge import questions, session
from autograder.judge.admission import Admission
from autograder.judge.arguments import Arguments
from autograder.judge.outcome import make_check_run
from autograder.judge.plugin import CheckPlugin
from autograder.judge.questions import Answer, Ask, Exchange
from autograder.judge.running import RunningCheck
from autograder.judge.spec import CodedCheck, list_checks
from autograder.judge.unreadable import Unreadable, blame_answer
from autograder.numerics.tensors import Case
from autograder.sandbox.failures import CheckFailure, Died, Raised
from autograder.sandbox.handle import WorkerHandle
from autograder.sandbox.output import Output
from autograder.score import CheckResult, encode_json
from autograder.worker import wire
from autograder.worker.protocol import Ended, Reply, Request
from autograder.worker.serve import load_probes
from tests.conftest import Judge
from tests.forged_replies import KNOWN, Forgery, forge, forge_part, form_of
from tests.implementations import write_reference
from tests.mutants import mutants

EVERY_CHECK = mutants.EVERY_CHECK
FORGERIES = int(os.environ.get("FORGERIES", "40" if EVERY_CHECK else "1"))  # of a reply, at least
UNJUDGED = {"m3.sine": "losses", "m3.overfit_batch": "losses", "m3.images": "losses"}  # others do
IN_VAIN = (".learn_in_vain", ".train_without_gradients")  # probes
PARTS = load_course().parts


class ReplayedWorker(WorkerHandle):
    """Answers questions in the order of a recording; it has no process and no folder."""

    def __init__(self, recording: Iterator[tuple[str, bytes]]) -> None:
        self.submission = self.scratch = Path("/no/folder")
        self.output = Output()
        self.recording = recording
        self.pending = b""

    def _send(self, data: bytes, deadline: float) -> None:
        request = wire.decode(data[wire.HEADER.size :], Request)
        probe, self.pending = next(self.recording, ("", b""))
        if probe != request.probe:
            raise Died(f"{request.probe} was not asked of the reference")

    def _receive(self, size: int, deadline: float) -> bytes:
        part, self.pending = self.pending[:size], self.pending[size:]
        return part

    def _reap(self) -> Ended:
        return Ended(0, 0.0, 0.0)

    def close(self) -> Ended:
        return self._reap()


class WatchedAnswer(Answer):
    """Notes which parts a check reads."""

    reads: ClassVar[list[set[Any]]] = []

    def __init__(self, parts: dict[str, Any]) -> None:
        super().__init__(parts)
        self.read: set[Any] = set()
        self.reads.append(self.read)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)


@dataclass(frozen=True)
class Trial:
    """One forged reply, and how its check ended."""

    question: int
    forgery: Forgery
    running: RunningCheck
    is_foreign: bool

    def __str__(self) -> str:
        where = f"{self.running.id}, question {self.question}, {list(self.forgery.path)}"
        return f"{where} {self.forgery.change}: {self.running.status}: {self.running.problem!r}"


@dataclass
class Findings:
    """What came of all forgeries."""

    counts: Counter[str] = field(default_factory=Counter)
    checks: set[str] = field(default_factory=set)
    stumbles: list[str] = field(default_factory=list)
    believed: list[str] = field(default_factory=list)

    def note(self, trial: Trial, right: Sequence[Exchange], folder: Path) -> None:
        """Look at a trial, and at what is made of it afterwards: a result, fingerprints."""
        running = trial.running
        self.checks.add(running.id)
        self.counts[running.status] += 1
        if running.status == "error" or isinstance(running.problem, Unreadable):
            self.stumbles.append(str(trial))
        key = UNJUDGED.get(running.listed.id)
        if running.status == "passed" and trial.is_foreign and trial.forgery.path != (key,):
            self.believed.append(str(trial))
        run = make_check_run(running, folder)
        msgspec.json.decode(encode_json(run.result), type=CheckResult)
        for forged, exchange in zip(run.exchanges, right, strict=False):
            forged.fingerprint().matches(exchange.fingerprint())


def forging_plugin(findings: Findings) -> type[CheckPlugin]:
    """Return a plugin that runs every check, and then its forgeries."""

    class ForgingPlugin(CheckPlugin):
        def run(self, code: CodedCheck, real: RunningCheck) -> None:
            given = Arguments(real, self.submission, self.settings).make(code)
            bits = given["rng"].bit_generator if "rng" in given else np.random.PCG64()
            start = bits.state

            def run(running: RunningCheck) -> None:
                bits.state = start  # the inputs are those of the first run
                own = {"ask": running.ask, "measure": running.measurements, "clock": running.clock}
                code.function(**{name: own.get(name, part) for name, part in given.items()})

            WatchedAnswer.reads.clear()
            with np.errstate(all="ignore"):
                with suppress(CheckFailure):  # a training that was cut short
                    run(real)
                for trial in trials(real, list(WatchedAnswer.reads), run):
                    findings.note(trial, real.ask.exchanges, self.submission.folder)

    return ForgingPlugin


def trials(
    real: RunningCheck, reads: list[set[Any]], run: Callable[[RunningCheck], None]
) -> Iterator[Trial]:
    """Yield what comes of each forgery of a reply that the check got."""
    exchanges = [each for each in real.ask.exchanges if isinstance(each.failure, Raised | None)]
    replies = [reply_of(exchange) for exchange in exchanges]
    read = iter(reads)
    seen = [next(read) if reply.problem is None else set() for reply in replies]
    recording = [(e.probe, wire.encode_frame(r)) for e, r in zip(exchanges, replies, strict=True)]
    rng = np.random.default_rng([*real.id.encode()])
    for place, reply in enumerate(replies):
        count = max(FORGERIES, 3 // len(replies))
        known = KNOWN.get((real.listed.id, place), ())
        forgeries = [forge(reply, rng, seen[place]) for _ in range(count)]
        for forgery in [*forgeries, *(forge_part(reply, *each) for each in known)]:
            frames = list(recording)
            frames[place] = exchanges[place].probe, wire.encode_frame(forgery.reply)
            yield Trial(
                place,
                forgery,
                replayed(real, frames, run),
                is_foreign(exchanges[place], reply, forgery, seen[place]),
            )


def is_foreign(exchange: Exchange, reply: Reply, forgery: Forgery, read: Collection[str]) -> bool:
    """Whether a part that the check reads, or all of it, became another sort of thing.

    What a check only remembers an answer by may be anything. A training without gradients may end
    in any way: what does not come has learnt nothing, as it should.
    """
    forged = forgery.reply
    is_idle = exchange.probe.endswith(IN_VAIN) or exchange.args.get("backward") is False
    if is_idle and not forgery.path:
        return False
    if reply.problem is not None or forged.problem is not None:
        kinds = forged.problem.bases if forged.problem else []
        return reply.problem is None or not {reply.problem.type, "ValueError"} & set(kinds)
    if not forgery.path:
        return bool(read) and not isinstance(forged.value, dict)
    key, *below = forgery.path
    marks = exchange.mark.values() if isinstance(exchange.mark, dict) else []
    is_judged = key in read and not any(reply.value[key] is mark for mark in marks)
    return is_judged and not below and form_of(reply.value[key]) != form_of(forged.value[key])


def replayed(
    real: RunningCheck, frames: Sequence[tuple[str, bytes]], run: Callable[[RunningCheck], None]
) -> RunningCheck:
    """Return a check as it ends on these replies."""
    milestone = real.milestone
    running = RunningCheck(real.listed, milestone, real.visibility)
    probes = load_probes([milestone.probes])[milestone.id]
    recording = iter(frames)  # a fresh worker goes on where the one before it was ended
    running.ask = Ask(lambda: ReplayedWorker(recording), milestone.id, probes, 60.0)
    try:
        run(running)
    except Exception as problem:
        running.problem = blame_answer(problem, running.ask)
    return running


def reply_of(exchange: Exchange) -> Reply:
    raised = isinstance(exchange.failure, Raised)
    return Reply(problem=exchange.failure.problem) if raised else Reply(exchange.answer)


@pytest.fixture(autouse=True)
def remembered_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute the judge's own gradients once for all forgeries of a check: they take long."""
    compute, known = Case.gradient, {}

    def gradient(case: Case, name: str) -> np.ndarray:
        inputs = {**case.tensors, **case.arrays, "": case.cotangent}
        key = case.program, name, *((k, x.tobytes()) for k, x in inputs.items())
        if key not in known:
            known[key] = compute(case, name)
        return known[key].copy()

    monkeypatch.setattr(Case, "gradient", gradient)


@pytest.mark.parametrize("milestone", PARTS, ids=[each.id for each in PARTS])
def test_no_forged_reply_raises_or_is_believed(
    judge: Judge,
    course: Course,
    tmp_path: Path,
    milestone: Part,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    findings = Findings()
    monkeypatch.setattr(session, "CheckPlugin", forging_plugin(findings))
    monkeypatch.setattr(questions, "Answer", WatchedAnswer)
    monkeypatch.setattr(Admission, "seconds_left", lambda _: 60.0)
    if not EVERY_CHECK:
        monkeypatch.setitem(m6_training.PLANS, "quick", (32, 5, m6_training.TRIED))
    reference = write_reference(course.steps_to(milestone), tmp_path)
    short = mutants.short(milestone)
    every = {check.id for check in list_checks(milestone.id, milestone.checks)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick = judge(reference, milestone.id, only=short, hidden=EVERY_CHECK)
        slow = judge(reference, milestone.id, only=frozenset(every - short), hidden=EVERY_CHECK)
    runs = [*quick.runs, *slow.runs]
    assert capfd.readouterr().err == ""
    if EVERY_CHECK:
        with capfd.disabled():
            print(f"{milestone.id}: {dict(findings.counts.most_common())}")
    assert [r.result.message for r in runs if r.unreadable or r.result.status == "error"] == []
    assert {check.removesuffix("_hidden") for check in findings.checks} == every
    assert findings.stumbles == []
    assert findings.believed == []
