"""A learner's checks on two cores: a second judge takes trainings from the same list.

The first judge runs all quick checks meanwhile, and then takes trainings, too. Where one of the
quick checks shows that later ones are to be blocked, the second judge's results do not count.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from autograder.intake.submission import Submission
from autograder.judge.news import EXPECTED, append_news
from autograder.judge.outcome import CheckRun
from autograder.judge.plugin import Session
from autograder.judge.session import run_session
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import LONG_SECONDS, list_checks
from autograder.sandbox import isolation
from autograder.sandbox.handle import Launcher
from autograder.worker import kernel


@dataclass(frozen=True)
class Work:
    """What both judges are to judge."""

    submission: Submission
    milestones: Sequence[JudgedMilestone]
    settings: Settings

    def run(self, ids: Sequence[str], launcher: Launcher, session: Session | None) -> Session:
        """Run some checks, after those of an earlier session."""
        chosen = replace(self.settings, only=frozenset(ids))
        before = session.admission if session else None
        return run_session(self.submission, self.milestones, chosen, launcher, before)


def run_checks(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> Session:
    """Run the checks of `milestones`, on as many cores as the settings allow."""
    work = Work(submission, milestones, settings)
    checks = [check for part in milestones for check in list_checks(part.id, part.checks)]
    wanted = [c for c in checks if settings.only is None or c.id in settings.only]
    append_news(settings.news, EXPECTED, len(wanted))
    long = [c for c in wanted if c.spec.seconds >= LONG_SECONDS]
    if settings.cores < 2 or len(long) < 2 or settings.hidden or sys.platform != "linux":
        return run_session(submission, milestones, settings, launcher)
    ids = [c.id for c in sorted(long, key=lambda c: -c.spec.seconds)]
    quick = [c.id for c in wanted if c not in long]
    with _second_judge(work, ids) as second:
        session = work.run(quick, launcher, None)
        runs = list(session.runs)
        if session.admission and session.admission.is_clear():
            while taken := second.take():
                runs += work.run([taken], launcher, session).runs
            runs += second.receive()
    missing = [id for id in ids if id not in {run.listed.id for run in runs}]
    runs += work.run(missing, launcher, session).runs if missing else []
    place = {check.id: number for number, check in enumerate(checks)}
    session.runs = sorted(runs, key=lambda run: place[run.listed.id])
    return session


class _SecondJudge:
    """A process that takes checks from a list, as this one does, and sends how they ended."""

    def __init__(self, work: Work, ids: Sequence[str]) -> None:
        self.ids = ids
        self.queue, end = os.pipe()
        os.write(end, bytes(range(len(ids))))
        os.close(end)
        self.results, theirs = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        arguments = (self, work, theirs, os.getpid())
        self.process = context.Process(target=_judge_long_checks, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def take(self) -> str:
        """Return the next check's id, which nobody else gets; '' where none is left."""
        taken = os.read(self.queue, 1)
        return self.ids[taken[0]] if taken else ""

    def receive(self) -> list[CheckRun]:
        """Return how the checks ended that the other process took; those it lost are left out."""
        try:
            runs: list[CheckRun] = self.results.recv()  # of a process of ours, which forked here
        except Exception:
            return []
        return runs

    def close(self) -> None:
        """End the process, whatever it does."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.results.close()
        os.close(self.queue)


@contextmanager
def _second_judge(work: Work, ids: Sequence[str]) -> Iterator[_SecondJudge]:
    second = _SecondJudge(work, ids)
    try:
        yield second
    finally:
        second.close()


def _judge_long_checks(judge: _SecondJudge, work: Work, end: Connection, parent: int) -> None:
    """Be the second judge."""
    kernel.end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first judge ends this process
    probes = [part.probes for part in work.milestones]
    launcher = isolation.make_launcher(work.settings.isolation, probes)
    try:
        runs: list[CheckRun] = []
        while taken := judge.take():
            runs += work.run([taken], launcher, None).runs
        end.send(runs)
    finally:
        launcher.close()
        os._exit(0)
