"""One pytest session over one submission: checks run, and become results.

Nothing hostile runs here, so one process may hold thousands of such sessions.
"""

import math
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_jsonreport.plugin as pytest_jsonreport
import pytest_metadata.plugin as pytest_metadata

from autograder.checks.asking import Ask, Exchange
from autograder.checks.message import sample, told
from autograder.checks.settings import Milestone, Settings
from autograder.checks.spec import Listed, catalogue
from autograder.checks.subject import SUBJECT, Subject, subject_of, twin_id
from autograder.data import images, texts
from autograder.data.images import Images
from autograder.data.texts import Text
from autograder.grading.submission import Submission, instead
from autograder.judging.failure import Failed
from autograder.sandbox import bytecode
from autograder.sandbox.trouble import Blocked, NotHandedIn, Raised, Rejected, TimedOut
from autograder.sandbox.worker import load_probes
from autograder.sandbox.workers import Launcher, Worker
from autograder.score import CheckResult, Measurement, Visibility
from autograder.words import few

HERE = Path(__file__).parent
MANY = 8  # checks for which compiling ahead pays
LISTED = 5  # files that came under other names
TIMEOUTS = 2  # on one object, before the checks that need it are blocked

ARGUMENTS = (
    "--disable-plugin-autoload",
    "-c",
    str(HERE / "pytest.ini"),
    f"--rootdir={HERE}",
    "--json-report",
    "--json-report-file=none",
    "--json-report-omit",
    "log",
    "streams",
    "traceback",
    "keywords",
    "collectors",
)
WISHES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")  # of the caller's environment, for tests of theirs
UNUSED = (
    "terminal",
    "cacheprovider",
    "faulthandler",
    "capture",
    "logging",
    "doctest",
    "unittest",
    "tmpdir",
    "junitxml",
    "pastebin",
    "unraisableexception",
    "threadexception",
    "stepwise",
    "setuponly",
    "setupplan",
    "monkeypatch",
    "recwarn",
    "warnings",
    "debugging",
)


class GraderFault(Exception):
    """The grader contradicts itself: no score may come of this run."""


@dataclass
class Run:
    """One check on one submission: the result for the score, and what only the judge keeps."""

    listed: Listed
    result: CheckResult
    exchanges: list[Exchange]
    failed: Failed | None = None
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    clock: dict[str, float] = field(default_factory=dict)


@dataclass
class Session:
    """All runs of one submission, in order, and pytest's own report of them."""

    runs: list[Run] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)


def run(
    submission: Submission, milestones: Sequence[Milestone], settings: Settings, launcher: Launcher
) -> Session:
    """Run the checks of `milestones` on `submission`.

    Raises
    ------
    GraderFault
        When pytest's exit code, its report and the expected checks do not agree.
    """
    judge = Judge(submission, milestones, settings, launcher)
    if len(judge.expected()) >= MANY:
        bytecode.prepare(submission.folder, launcher)
    with pytest.MonkeyPatch.context() as environment:
        for name in WISHES:
            environment.delenv(name, raising=False)
        plugins = [pytest_metadata, pytest_jsonreport, judge]
        code = pytest.main(_arguments(milestones), plugins=plugins)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    _agree(code, judge)
    return judge.session


def _arguments(milestones: Sequence[Milestone]) -> list[str]:
    off = [part for name in UNUSED for part in ("-p", f"no:{name}")]
    folders = [str(Path(file).parent) for file in _by_file(milestones)]  # pytest reads each once
    return [*off, *ARGUMENTS, "--", *dict.fromkeys(folders)]


def _by_file(milestones: Sequence[Milestone]) -> dict[str, Milestone]:
    """Return every file of checks, in order, and whose it is."""
    return {str(module.__file__): one for one in milestones for module in one.checks}


def _agree(code: int, judge: "Judge") -> None:
    runs = judge.session.runs
    ran = [(run.result.id, run.result.status == "passed") for run in runs]
    tests = judge.session.report.get("tests", ())
    told = [(test["id"], test["outcome"] == "passed") for test in tests]
    wanted_code = 0 if all(passed for _, passed in ran) else 1
    if [id for id, _ in ran] != judge.expected() or ran != told or (ran and code != wanted_code):
        raise GraderFault("pytest's exit code, its report and the list of checks disagree")


class Judge:
    """A pytest plugin that lends checks their fixtures and turns outcomes into results."""

    def __init__(
        self,
        submission: Submission,
        milestones: Sequence[Milestone],
        settings: Settings,
        launcher: Launcher,
    ) -> None:
        self.submission = submission
        self.by_file = _by_file(milestones)
        self.listed = {
            listed.id: listed
            for milestone in milestones
            for listed in catalogue(milestone.id, milestone.checks)
        }
        self.settings = settings
        self.launcher = launcher
        self.session = Session()
        self.kept: dict[str, Worker] = {}
        modules = [milestone.module for milestone in milestones]
        self.gate = Gate(submission, modules, time.monotonic() + settings.seconds)

    def expected(self) -> list[str]:
        """The ids that must come out, in order."""
        return [
            twin_id(listed.id, visibility)
            for listed in self.listed.values()
            for visibility in self._visibilities(listed)
            if self._is_wanted(listed)
        ]

    def _visibilities(self, listed: Listed) -> list[Visibility]:
        return ["public", "hidden"] if self.settings.hidden and listed.spec.twin else ["public"]

    def _is_wanted(self, listed: Listed) -> bool:
        return self.settings.only is None or listed.id in self.settings.only

    # Fixtures

    @pytest.fixture
    def subject(self, request: pytest.FixtureRequest) -> "Subject":
        """The check that is running."""
        return subject_of(request.node)

    @pytest.fixture
    def ask(self, subject: "Subject") -> Iterator[Ask]:
        """The line to the learner's code."""
        listed, milestone = subject.listed, subject.milestone
        self.gate.admit(subject)
        seconds = min(listed.spec.seconds, self.gate.seconds_left())
        probes = load_probes([milestone.probes])[milestone.id]
        subject.ask = Ask(lambda: self._worker(listed, seconds), milestone.id, probes, seconds)
        try:
            yield subject.ask
        finally:
            self._leave(subject)

    def _worker(self, listed: Listed, seconds: float) -> Worker:
        """Return the worker of this check group: a check and its twin share one."""
        kept = self.kept.pop(listed.id, None)
        cpu = 2 * (math.ceil(seconds) + 1)
        memory = max(self.settings.memory_mb, listed.spec.memory_mb)
        return kept or self.launcher.worker(self.submission.folder, cpu, memory)

    def _leave(self, subject: Subject) -> None:
        worker = subject.ask.worker if subject.ask else None
        if worker is None:
            return
        if subject.problem is None and self._has_twin_to_come(subject):
            self.kept[subject.listed.id] = worker
        else:
            subject.peak_memory_mb = worker.close().peak_memory_mb

    def _has_twin_to_come(self, subject: Subject) -> bool:
        return subject.visibility == "public" and "hidden" in self._visibilities(subject.listed)

    def pytest_sessionfinish(self) -> None:
        """End a worker whose twin never came."""
        for worker in self.kept.values():
            worker.close()

    @pytest.fixture
    def rng(self, subject: "Subject") -> np.random.Generator:
        """The source of this check's inputs."""
        return self.settings.generator(subject.listed.id, subject.visibility, self.submission)

    @pytest.fixture
    def measure(self, subject: "Subject") -> dict[str, Measurement]:
        """What the score's `measurements` hold: numbers, and samples of text."""
        return subject.measurements

    @pytest.fixture
    def clock(self, subject: "Subject") -> dict[str, float]:
        """Seconds for the score's `timing`: how long an epoch took."""
        return subject.clock

    @pytest.fixture
    def pictures(self) -> Images:
        """The digits of the profile: scikit-learn's in ``quick``, MNIST in ``full``."""
        return images.named(self.settings.profile, self.settings.data_dir)

    @pytest.fixture
    def text(self, subject: "Subject", rng: np.random.Generator) -> Text:
        """The text of the profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

        The one of ``full`` is the same for a check and its twin: they share a long training.
        """
        how = self.settings
        if how.profile == "full":
            visibility = "hidden" if how.hidden else "public"
            rng = how.generator(f"{subject.listed.id}.text", visibility, self.submission)
        return texts.named(how.profile, how.data_dir, rng)

    @pytest.fixture
    def profile(self) -> str:
        """``quick`` or ``full``."""
        return self.settings.profile

    # Collection

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out the files that hold no checks of these milestones."""
        is_other = collection_path.suffix == ".py" and str(collection_path) not in self.by_file
        return is_other or None

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give every check with a twin both its lives."""
        metafunc.fixturenames.append("visibility")
        both = ["public", "hidden"] if self.settings.hidden else ["public"]
        metafunc.parametrize("visibility", both)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the checks that are wanted, in the catalogue's order."""
        for item in items:
            item.stash[SUBJECT] = self._subject(item)
        by_id = {subject_of(item).id: item for item in items}
        items[:] = [by_id[id] for id in self.expected()]

    def _subject(self, item: pytest.Item) -> "Subject":
        assert isinstance(item, pytest.Function)
        milestone = self.by_file[str(item.path)]
        own, _, visibility = item.callspec.id.rpartition("-")
        name = own or item.originalname.removeprefix("check_")
        hidden: Visibility = "hidden" if visibility == "hidden" else "public"
        return Subject(self.listed[f"{milestone.id}.{name}"], milestone, hidden)

    # Outcomes

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set what the absent terminal plugin would have set."""
        config.option.tbstyle = "no"
        config.addinivalue_line("markers", "check(requirements): what it needs to run")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Name outcomes as pytest does; the absent terminal plugin would."""
        return report.outcome, "", ""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: "pytest.CallInfo[None]"
    ) -> Generator[None, Any, None]:
        """Note how each stage of a check ended, without its traceback."""
        subject = subject_of(item)
        subject.seconds += call.duration
        if call.excinfo is not None and subject.problem is None:
            subject.problem = call.excinfo.value
        outcome = yield
        report = outcome.get_result()
        report.longrepr = None
        if call.when == "teardown":
            self.session.runs.append(self._run(subject))

    def _run(self, subject: "Subject") -> Run:
        self.gate.note(subject)
        exchanges = subject.ask.exchanges if subject.ask else []
        failed = subject.problem if isinstance(subject.problem, Failed) else None
        result = _result(subject, self.submission.folder)
        return Run(
            subject.listed,
            result,
            exchanges,
            failed,
            subject.seconds,
            subject.peak_memory_mb,
            subject.clock,
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Keep of pytest-json-report's report what carries no path, source or hidden input."""
        tests = json_report.get("tests", [])
        self.session.report = {
            "created": json_report["created"],
            "duration": json_report["duration"],
            "exitcode": int(json_report["exitcode"]),
            "summary": dict(json_report["summary"]),
            "tests": list(map(_plain_test, tests, self.session.runs)),
        }


def _listed(files: Sequence[str]) -> str:
    """Return the first of the files that came under other names, in brackets."""
    return f" (handed in: {few(files, LISTED)})" if files else ""


class Gate:
    """Decides whether a check may start, from how earlier ones ended."""

    def __init__(self, submission: Submission, modules: Sequence[str], deadline: float) -> None:
        self.submission = submission
        self.instead = _listed(instead(submission.files, modules))
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


def _result(subject: Subject, folder: Path) -> CheckResult:
    spec, status = subject.listed.spec, subject.status
    most = subject.listed.points(subject.visibility)
    return CheckResult(
        id=subject.id,
        title=subject.listed.title,
        kind=spec.kind,
        visibility=subject.visibility,
        status=status,
        points=most if status == "passed" else 0.0,
        max_points=most,
        message=told(subject, folder),
        measurements={name: _measured(it) for name, it in subject.measurements.items()},
    )


def _measured(it: Measurement) -> Measurement:
    return sample(it) if isinstance(it, str) else it


def _plain_test(test: dict[str, Any], run: Run) -> dict[str, Any]:
    stages = ("setup", "call", "teardown")
    return {
        "id": run.result.id,
        "outcome": test["outcome"],
        "status": run.result.status,
        "seconds": {stage: test[stage]["duration"] for stage in stages if stage in test},
    }
