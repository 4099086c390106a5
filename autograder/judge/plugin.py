"""A pytest plugin that lends checks their fixtures and turns outcomes into results."""

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.data import images, texts
from autograder.data.images import Images
from autograder.data.texts import Text
from autograder.intake.submission import Submission
from autograder.judge.admission import Admission
from autograder.judge.outcome import Run, run_of
from autograder.judge.questions import Ask
from autograder.judge.running import SUBJECT, Subject, subject_of, twin_id
from autograder.judge.settings import Milestone, Settings
from autograder.judge.spec import Listed, catalogue
from autograder.sandbox.handle import Launcher, Worker
from autograder.score import Measurement, Visibility
from autograder.worker.serve import load_probes


@dataclass
class Session:
    """All runs of one submission, in order, and pytest's own report of them."""

    runs: list[Run] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)


def checks_by_file(milestones: Sequence[Milestone]) -> dict[str, Milestone]:
    """Return every file of checks, in order, and whose it is."""
    return {str(module.__file__): one for one in milestones for module in one.checks}


class CheckPlugin:
    """A pytest plugin that lends checks their fixtures and turns outcomes into results."""

    def __init__(
        self,
        submission: Submission,
        milestones: Sequence[Milestone],
        settings: Settings,
        launcher: Launcher,
    ) -> None:
        self.submission = submission
        self.by_file = checks_by_file(milestones)
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
        self.admission = Admission(submission, modules, time.monotonic() + settings.seconds)

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
        self.admission.admit(subject)
        seconds = min(listed.spec.seconds, self.admission.seconds_left())
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
        return images.load_images(self.settings.profile, self.settings.data_dir)

    @pytest.fixture
    def text(self, subject: "Subject", rng: np.random.Generator) -> Text:
        """The text of the profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

        The one of ``full`` is the same for a check and its twin: they share a long training.
        """
        how = self.settings
        if how.profile == "full":
            visibility = "hidden" if how.hidden else "public"
            rng = how.generator(f"{subject.listed.id}.text", visibility, self.submission)
        return texts.load_text(how.profile, how.data_dir, rng)

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
            self.admission.note(subject)
            self.session.runs.append(run_of(subject, self.submission.folder))

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


def _plain_test(test: dict[str, Any], run: Run) -> dict[str, Any]:
    stages = ("setup", "call", "teardown")
    return {
        "id": run.result.id,
        "outcome": test["outcome"],
        "status": run.result.status,
        "seconds": {stage: test[stage]["duration"] for stage in stages if stage in test},
    }
