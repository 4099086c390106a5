"""One pytest session over one submission: checks run, and become results.

Nothing hostile runs here, so one process may hold thousands of such sessions.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import pytest_jsonreport.plugin as pytest_jsonreport
import pytest_metadata.plugin as pytest_metadata

from autograder.intake.refuse import bar_modules
from autograder.intake.submission import Submission
from autograder.judge.admission import Admission
from autograder.judge.plugin import CheckPlugin, Session
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.sandbox import bytecode
from autograder.sandbox.handle import Launcher
from autograder.sandbox.sources import read_imports

CONFIGURATION = Path(__file__).parent / "pytest.ini"
COMPILE_FROM = 8  # checks from which compiling ahead pays
CALLER_VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
)  # in the caller's environment, meant for other tests
UNUSED_PLUGINS = (
    "python",
    "assertion",
    "skipping",
    "subtests",
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
ARGUMENTS = [
    *(part for name in UNUSED_PLUGINS for part in ("-p", f"no:{name}")),
    "--disable-plugin-autoload",
    "-c",
    str(CONFIGURATION),
    f"--rootdir={CONFIGURATION.parent}",
    "--noconftest",
    "--json-report",
    "--json-report-file=none",
    "--json-report-omit",
    "log",
    "streams",
    "traceback",
    "keywords",
    "collectors",
]


class GraderFault(Exception):
    """The grader contradicts itself: this run may not produce a score."""


def read_submission(
    submission: Submission, settings: Settings, launcher: Launcher
) -> tuple[Submission, Settings]:
    """Return `submission` with its imports read, and `settings` with the time that is left.

    To copy a submission, and to read it, is part of its time.
    """
    if submission.unread is None:
        return submission, settings
    start, left = time.monotonic(), settings.seconds - submission.seconds
    if left <= 0:  # every check says so
        return replace(submission, unread=None), replace(settings, seconds=0.0)
    read = bar_modules(submission, partial(read_imports, launcher=launcher, seconds=left))
    left -= time.monotonic() - start
    return read, replace(settings, seconds=max(0.0, left))


def run_session(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
    admission: Admission | None = None,
) -> Session:
    """Run the checks of `milestones` on `submission`; read it first, if nobody has.

    What an earlier session on it found out is in its `admission`.

    Raises
    ------
    GraderFault
        When pytest's exit code, its report and the expected checks do not agree.
    """
    submission, settings = read_submission(submission, settings, launcher)
    plugin = CheckPlugin(submission, milestones, settings, launcher, admission)
    runs_any = any(milestone.module not in submission.refused for milestone in milestones)
    if runs_any and len(plugin.expected_ids()) >= COMPILE_FROM:
        bytecode.prepare_bytecode(submission.folder, launcher)
    with pytest.MonkeyPatch.context() as environment:
        for name in CALLER_VARIABLES:
            environment.delenv(name, raising=False)
        plugins = [pytest_metadata, pytest_jsonreport, plugin]
        code = pytest.main(ARGUMENTS, plugins=plugins)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    _require_agreement(code, plugin)
    return plugin.session


def _require_agreement(code: int, plugin: CheckPlugin) -> None:
    runs = plugin.session.runs
    ran = [(each.result.id, each.result.status == "passed") for each in runs]
    tests = plugin.session.report.get("tests", ())
    reported = [(test["id"], test["outcome"] == "passed") for test in tests]
    wanted_code = 0 if all(passed for _, passed in ran) else 1
    if (
        [id for id, _ in ran] != plugin.expected_ids()
        or ran != reported
        or (ran and code != wanted_code)
    ):
        raise GraderFault("pytest's exit code, its report and the list of checks disagree")
