"""A pytest plugin that runs checks on a submission and turns outcomes into results."""

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.intake.submission import Submission
from autograder.judge.admission import Admission
from autograder.judge.arguments import Arguments
from autograder.judge.item import CheckItem
from autograder.judge.news import RUNNING, append_news
from autograder.judge.outcome import CheckRun, make_check_run
from autograder.judge.questions import Ask
from autograder.judge.running import RunningCheck
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.sharing import SharedAsk, SharedWorker
from autograder.judge.spec import DEFAULT_SECONDS, CodedCheck, ListedCheck, find_checks
from autograder.judge.unreadable import blame_answer
from autograder.numerics.thresholds import use_threshold
from autograder.sandbox.failures import CheckFailure, TimedOut
from autograder.sandbox.handle import LATE_MESSAGE, Launcher, WorkerHandle
from autograder.score import Visibility
from autograder.worker.serve import load_probes

SHARED_CPU_SECONDS = 120  # of the worker that quick checks share
BUSY_SECONDS = 0.5  # of processor time, for an import that does more than to define functions
SLOW_IMPORT = (
    f"{LATE_MESSAGE}: to import {{}} takes longer than {{:g}} s. Code at module level "
    "that takes long, such as training, belongs under if __name__ == '__main__':"
)


@dataclass
class Session:
    """All runs of one submission, in order, and pytest's own report of them."""

    runs: list[CheckRun] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    shared_memory_mb: float = 0.0
    admission: Admission | None = None


class CheckPlugin:
    """A pytest plugin that runs checks on a submission and turns outcomes into results."""

    def __init__(
        self,
        submission: Submission,
        milestones: Sequence[JudgedMilestone],
        settings: Settings,
        launcher: Launcher,
        admission: Admission | None = None,
    ) -> None:
        self.submission = submission
        self.checks = [
            (code, milestone)
            for milestone in milestones
            for code in find_checks(milestone.id, milestone.checks)
            if settings.only is None or code.listed.id in settings.only
        ]
        self.settings = settings
        self.launcher = launcher
        self.waiting_workers: dict[str, WorkerHandle] = {}
        self.shared_worker = SharedWorker(self._start_shared)
        self.slow_imports: dict[str, bool] = {}
        modules = [milestone.module for milestone in milestones]
        deadline = time.monotonic() + settings.seconds
        self.admission = admission or Admission(submission, modules, deadline)
        self.session = Session(admission=self.admission)

    def expected_ids(self) -> list[str]:
        """Return the ids that the results must have, in order."""
        return [running.id for _, running in self._make_running_checks()]

    def _make_running_checks(self) -> Iterator[tuple[CodedCheck, RunningCheck]]:
        for code, milestone in self.checks:
            for visibility in self._visibilities(code.listed):
                yield code, RunningCheck(code.listed, milestone, visibility)

    def _visibilities(self, check: ListedCheck) -> list[Visibility]:
        return ["public", "hidden"] if self.settings.hidden and check.spec.twin else ["public"]

    # A check

    def admit(self, code: CodedCheck, running: RunningCheck) -> None:
        """Let a check begin; one that asks the learner's code may be kept from it."""
        append_news(self.settings.news, RUNNING, running.id)
        if "ask" in code.parameters:
            self.admission.admit(running)
            seconds = self._deadline_of(code.listed)
            running.ask = self._make_ask(
                Ask, running, lambda: self._take_worker(code.listed, seconds)
            )

    def run(self, code: CodedCheck, running: RunningCheck) -> None:
        """Run a check: on the shared worker, and where it does not pass there, alone.

        NumPy is quiet about an answer's numbers: a comparison says what is wrong with them. A
        threshold that the course sets holds while its check runs.
        """
        with np.errstate(all="ignore"), use_threshold(self.settings.find_threshold(code.listed.id)):
            if not self._passes_on_shared(code, running):
                code.function(**Arguments(running, self.submission, self.settings).make(code))

    def _passes_on_shared(self, code: CodedCheck, running: RunningCheck) -> bool:
        if not self.shared_worker.takes(running, code.parameters):
            return False
        trial = RunningCheck(running.listed, running.milestone, running.visibility)
        trial.ask = self._make_ask(SharedAsk, running, self.shared_worker.lend)
        given = Arguments(trial, self.submission, self.settings)
        if not self.shared_worker.passes(running, lambda: code.function(**given.make(code))):
            return False
        running.ask, running.measurements = trial.ask, trial.measurements
        return True

    def release(self, running: RunningCheck) -> None:
        """End the worker of a check, unless its twin is to have it."""
        ask = running.ask
        if ask is None or isinstance(ask, SharedAsk) or (worker := ask.worker) is None:
            return
        if running.problem is None and self._awaits_twin(running):
            self.waiting_workers[running.listed.id] = worker
        else:
            running.peak_memory_mb = max(ask.peak_memory_mb, worker.close().peak_memory_mb)

    def _make_ask(
        self, kind: type[Ask], running: RunningCheck, start_worker: Callable[[], WorkerHandle]
    ) -> Ask:
        milestone = running.milestone
        probes = _load_probes(milestone.probes)
        return kind(start_worker, milestone.id, probes, self._deadline_of(running.listed))

    def _deadline_of(self, check: ListedCheck) -> float:
        return min(check.spec.seconds, self.admission.seconds_left())

    def _take_worker(self, check: ListedCheck, seconds: float) -> WorkerHandle:
        """Return the worker of this check group: a check and its twin share one."""
        waiting = self.waiting_workers.pop(check.id, None)
        cpu = 2 * (math.ceil(seconds) + 1)
        memory = max(self.settings.memory_mb, check.spec.memory_mb)
        return waiting or self.launcher.start_worker(self.submission.folder, cpu, memory)

    def _awaits_twin(self, running: RunningCheck) -> bool:
        return running.visibility == "public" and "hidden" in self._visibilities(running.listed)

    def _start_shared(self) -> WorkerHandle:
        folder, memory = self.submission.folder, self.settings.memory_mb
        return self.launcher.start_worker(folder, SHARED_CPU_SECONDS, memory)

    # pytest's hooks

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the checks that are wanted, in the catalogue's order: no file is read."""
        session.items = [
            CheckItem.from_parent(
                session, name=running.id, code=code, running=running, conductor=self
            )
            for code, running in self._make_running_checks()
        ]
        session.testscollected = len(session.items)
        return True

    def pytest_sessionfinish(self) -> None:
        """End a worker whose twin never came, and the shared one."""
        for worker in self.waiting_workers.values():
            worker.close()
        self.shared_worker.close()
        self.session.shared_memory_mb = self.shared_worker.peak_memory_mb

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set the options that the absent terminal plugin would have set."""
        config.option.tbstyle = "no"

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Name outcomes as the absent terminal plugin would."""
        return report.outcome, "", ""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: CheckItem, call: "pytest.CallInfo[None]"
    ) -> Generator[None, Any, None]:
        """Record how each stage of a check ended, without its traceback."""
        running = item.running
        running.seconds += call.duration
        if call.excinfo is not None and running.problem is None:
            running.problem = blame_answer(call.excinfo.value, running.ask)
        outcome = yield
        report = outcome.get_result()
        report.longrepr = None
        if call.when == "teardown":
            self._blame_import(running)
            self.admission.record(running)
            run = make_check_run(running, self.submission.folder)
            self.session.runs.append(run)
            append_news(self.settings.news, run.result.status, run.result.id)

    def _blame_import(self, running: RunningCheck) -> None:
        """Say of a late answer that the import took all the time, if that alone takes so long."""
        if isinstance(running.problem, TimedOut) and running.ask:
            module = running.milestone.module
            if module not in self.slow_imports:  # tried once
                self.slow_imports[module] = self._is_slow_import(module)
            if self.slow_imports[module]:
                running.problem = TimedOut(SLOW_IMPORT.format(module, DEFAULT_SECONDS))

    def _is_slow_import(self, module: str) -> bool:
        """Whether to import `module` takes longer than a check may; if it is at work, block others.

        A machine that stood still for a moment is no reason to block.
        """
        folder, memory = self.submission.folder, self.settings.memory_mb
        cpu = math.ceil(DEFAULT_SECONDS) + 1
        try:
            with self.launcher.start_worker(folder, cpu, memory) as worker:
                worker.call_probe("kit.import_module", {"name": module}, DEFAULT_SECONDS)
        except TimedOut:
            if worker.ended and worker.ended.cpu_seconds > BUSY_SECONDS:
                self.admission.slow_imports[module] = DEFAULT_SECONDS
            return True
        except CheckFailure:
            pass
        return False

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_runtest_stage(self, report: pytest.TestReport) -> dict[str, Any]:
        """Return what pytest-json-report keeps of a stage: there is no output, and no traceback."""
        return {"duration": report.duration, "outcome": report.outcome}

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Keep the parts of pytest-json-report's report without path, source or hidden input."""
        tests = json_report.get("tests", [])
        self.session.report = {
            "created": json_report["created"],
            "duration": json_report["duration"],
            "exitcode": int(json_report["exitcode"]),
            "summary": dict(json_report["summary"]),
            "tests": list(map(_plain_test, tests, self.session.runs)),
        }


@cache
def _load_probes(name: str) -> ModuleType:
    """Return one probe module, given as ``short=package.module``."""
    return load_probes([name])[name.partition("=")[0]]


def _plain_test(test: dict[str, Any], run: CheckRun) -> dict[str, Any]:
    stages = ("setup", "call", "teardown")
    plain = {
        "id": run.result.id,
        "outcome": test["outcome"],
        "status": run.result.status,
        "seconds": {stage: test[stage]["duration"] for stage in stages if stage in test},
    }
    return plain | {"unreadable": run.unreadable.places} if run.unreadable else plain
