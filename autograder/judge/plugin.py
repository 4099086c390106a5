"""A pytest plugin that gives checks their fixtures and turns outcomes into results."""

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.data import images, texts, wordlists
from autograder.data.images import Images
from autograder.data.texts import Text
from autograder.data.wordlists import Words
from autograder.intake.submission import Submission
from autograder.judge.admission import Admission
from autograder.judge.documents import Documents
from autograder.judge.news import RUNNING, append_news
from autograder.judge.outcome import CheckRun, make_check_run
from autograder.judge.questions import Ask
from autograder.judge.running import RUNNING_CHECK, RunningCheck, running_check_of, twin_id
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.sharing import SharedAsk, SharedWorker
from autograder.judge.spec import DEFAULT_SECONDS, ListedCheck, has_any, list_checks
from autograder.judge.unreadable import blame_answer
from autograder.numerics import small
from autograder.numerics.thresholds import use_threshold
from autograder.sandbox.failures import CheckFailure, TimedOut
from autograder.sandbox.handle import LATE_MESSAGE, Launcher, WorkerHandle
from autograder.score import Measurement, Visibility
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


def checks_by_file(
    milestones: Sequence[JudgedMilestone], only: frozenset[str] | None = None
) -> dict[str, JudgedMilestone]:
    """Return every file of checks, or those with a check in `only`, in order, with its milestone.

    For one check, pytest takes as long to read all files as to do everything else.
    """
    return {
        str(module.__file__): milestone
        for milestone in milestones
        for module in milestone.checks
        if only is None or has_any(milestone.id, module, only)
    }


class CheckPlugin:
    """A pytest plugin that gives checks their fixtures and turns outcomes into results."""

    def __init__(
        self,
        submission: Submission,
        milestones: Sequence[JudgedMilestone],
        settings: Settings,
        launcher: Launcher,
        admission: Admission | None = None,
    ) -> None:
        self.submission = submission
        self.by_file = checks_by_file(milestones, settings.only)
        self.checks = {
            check.id: check
            for milestone in milestones
            for check in list_checks(milestone.id, milestone.checks)
        }
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
        return [
            twin_id(check.id, visibility)
            for check in self.checks.values()
            for visibility in self._visibilities(check)
            if self._is_wanted(check)
        ]

    def _visibilities(self, check: ListedCheck) -> list[Visibility]:
        return ["public", "hidden"] if self.settings.hidden and check.spec.twin else ["public"]

    def _is_wanted(self, check: ListedCheck) -> bool:
        return self.settings.only is None or check.id in self.settings.only

    # Fixtures

    # Each asks pytest for the check itself: a fixture that others need costs as much as any other.

    @pytest.fixture
    def running(self, request: pytest.FixtureRequest) -> RunningCheck:
        """The check that is running."""
        return running_check_of(request.node)

    @pytest.fixture
    def ask(self, request: pytest.FixtureRequest) -> Iterator[Ask]:
        """The way to ask the learner's code."""
        running = running_check_of(request.node)
        check = running.listed
        self.admission.admit(running)
        seconds = self._deadline_of(check)
        running.ask = self._make_ask(Ask, running, lambda: self._take_worker(check, seconds))
        try:
            yield running.ask
        finally:
            self._release_worker(running)

    def _make_ask(
        self, kind: type[Ask], running: RunningCheck, start_worker: Callable[[], WorkerHandle]
    ) -> Ask:
        milestone = running.milestone
        probes = _load_probes(milestone.probes)
        return kind(start_worker, milestone.id, probes, self._deadline_of(running.listed))

    def _make_generator(self, running: RunningCheck) -> np.random.Generator:
        return self.settings.check_generator(running.listed.id, running.visibility, self.submission)

    def _deadline_of(self, check: ListedCheck) -> float:
        return min(check.spec.seconds, self.admission.seconds_left())

    def _take_worker(self, check: ListedCheck, seconds: float) -> WorkerHandle:
        """Return the worker of this check group: a check and its twin share one."""
        waiting = self.waiting_workers.pop(check.id, None)
        cpu = 2 * (math.ceil(seconds) + 1)
        memory = max(self.settings.memory_mb, check.spec.memory_mb)
        return waiting or self.launcher.start_worker(self.submission.folder, cpu, memory)

    def _release_worker(self, running: RunningCheck) -> None:
        ask = running.ask
        if ask is None or isinstance(ask, SharedAsk) or (worker := ask.worker) is None:
            return
        if running.problem is None and self._awaits_twin(running):
            self.waiting_workers[running.listed.id] = worker
        else:
            running.peak_memory_mb = max(ask.peak_memory_mb, worker.close().peak_memory_mb)

    def _awaits_twin(self, running: RunningCheck) -> bool:
        return running.visibility == "public" and "hidden" in self._visibilities(running.listed)

    def _start_shared(self) -> WorkerHandle:
        folder, memory = self.submission.folder, self.settings.memory_mb
        return self.launcher.start_worker(folder, SHARED_CPU_SECONDS, memory)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Try a quick check on the shared worker; where it does not pass there, let it run alone.

        pytest calls the function of a check once; this is a call before that one.
        """
        running, names = running_check_of(pyfuncitem), _fixtures_of(pyfuncitem)
        if not self.shared_worker.takes(running, names - {*pyfuncitem.callspec.params}):
            return None
        ask = self._make_ask(SharedAsk, running, self.shared_worker.lend)
        measured: dict[str, Measurement] = {}
        own = {"ask": ask, "rng": self._make_generator(running), "measure": measured}
        arguments = {name: own.get(name, pyfuncitem.funcargs[name]) for name in names}
        if not self.shared_worker.passes(running, lambda: pyfuncitem.obj(**arguments)):
            return None
        running.ask, running.measurements = ask, measured
        return True

    def pytest_sessionfinish(self) -> None:
        """End a worker whose twin never came, and the shared one."""
        for worker in self.waiting_workers.values():
            worker.close()
        self.shared_worker.close()
        self.session.shared_memory_mb = self.shared_worker.peak_memory_mb

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """The source of this check's inputs."""
        return self._make_generator(running_check_of(request.node))

    @pytest.fixture
    def measure(self, request: pytest.FixtureRequest) -> dict[str, Measurement]:
        """The `measurements` of the score: numbers, and samples of text."""
        return running_check_of(request.node).measurements

    @pytest.fixture
    def clock(self, running: RunningCheck) -> dict[str, float]:
        """Seconds for the score's `timing`: how long an epoch took."""
        return running.clock

    @pytest.fixture
    def pictures(self) -> Images:
        """The digits of the profile: scikit-learn's in ``quick``, MNIST in ``full``."""
        return images.load_images(self.settings.profile, self.settings.data_dir)

    @pytest.fixture
    def text(self, running: RunningCheck, rng: np.random.Generator) -> Text:
        """The text of the profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

        The one of ``full`` is the same for a check and its twin: they share a long training.
        """
        settings = self.settings
        if settings.profile == "full":
            visibility = "hidden" if settings.hidden else "public"
            rng = settings.check_generator(f"{running.listed.id}.text", visibility, self.submission)
        return texts.load_text(settings.profile, settings.data_dir, rng)

    @pytest.fixture
    def documents(self, running: RunningCheck) -> Documents:
        """The texts that were handed in beside the module."""
        return Documents(self.submission, running.milestone.name)

    @pytest.fixture
    def words(self, rng: np.random.Generator) -> Words:
        """The words of the profile: a drawn language in ``quick``, respelled names in ``full``."""
        settings, draw = self.settings, small.uncut_generator(rng)
        return wordlists.load_words(settings.profile, settings.data_dir, draw)

    @pytest.fixture
    def profile(self) -> str:
        """``quick`` or ``full``."""
        return self.settings.profile

    @pytest.fixture
    def run_seconds(self) -> float:
        """How long a learner's own experiment may run."""
        return self.settings.run_seconds

    # Collection

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out the files that hold no checks of these milestones."""
        is_other = collection_path.suffix == ".py" and str(collection_path) not in self.by_file
        return is_other or None

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a public and a hidden variant of every check."""
        metafunc.fixturenames.append("visibility")
        both = ["public", "hidden"] if self.settings.hidden else ["public"]
        metafunc.parametrize("visibility", both)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the checks that are wanted, in the catalogue's order."""
        for item in items:
            item.stash[RUNNING_CHECK] = self._make_running_check(item)
        by_id = {running_check_of(item).id: item for item in items}
        items[:] = [by_id[id] for id in self.expected_ids()]

    def _make_running_check(self, item: pytest.Item) -> RunningCheck:
        assert isinstance(item, pytest.Function)
        milestone = self.by_file[str(item.path)]
        row_id, _, visibility = item.callspec.id.rpartition("-")
        name = row_id or item.originalname.removeprefix("check_")
        hidden: Visibility = "hidden" if visibility == "hidden" else "public"
        return RunningCheck(self.checks[f"{milestone.id}.{name}"], milestone, hidden)

    # Outcomes

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Say that a check begins."""
        append_news(self.settings.news, RUNNING, running_check_of(item).id)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Keep NumPy quiet about an answer's numbers: a comparison says what is wrong with them.

        A threshold that the course sets holds while its check runs.
        """
        own = dict(self.settings.thresholds).get(running_check_of(item).listed.id)
        with np.errstate(all="ignore"), use_threshold(own):
            yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set the options that the absent terminal plugin would have set."""
        config.option.tbstyle = "no"
        config.addinivalue_line("markers", "check(requirements): what it needs to run")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Name outcomes as the absent terminal plugin would."""
        return report.outcome, "", ""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: "pytest.CallInfo[None]"
    ) -> Generator[None, Any, None]:
        """Record how each stage of a check ended, without its traceback."""
        running = running_check_of(item)
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


def _fixtures_of(item: pytest.Function) -> set[str]:
    """Return the names of the arguments that a check's function takes."""
    code = item.obj.__code__
    return set(code.co_varnames[: code.co_argcount])


def _plain_test(test: dict[str, Any], run: CheckRun) -> dict[str, Any]:
    stages = ("setup", "call", "teardown")
    plain = {
        "id": run.result.id,
        "outcome": test["outcome"],
        "status": run.result.status,
        "seconds": {stage: test[stage]["duration"] for stage in stages if stage in test},
    }
    return plain | {"unreadable": run.unreadable.places} if run.unreadable else plain
