"""One pytest session over one submission: checks run, and become results.

Nothing hostile runs here, so one process may hold thousands of such sessions.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
import pytest_jsonreport.plugin as pytest_jsonreport
import pytest_metadata.plugin as pytest_metadata

from autograder.intake.submission import Submission
from autograder.judge.plugin import CheckPlugin, Session, checks_by_file
from autograder.judge.settings import Milestone, Settings
from autograder.sandbox import bytecode
from autograder.sandbox.handle import Launcher

CONFIGURATION = Path(__file__).parent / "pytest.ini"
CHECKS = Path(__file__).parents[1] / "checks"
MANY = 8  # checks for which compiling ahead pays
ARGUMENTS = (
    "--disable-plugin-autoload",
    "-c",
    str(CONFIGURATION),
    f"--rootdir={CHECKS}",
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


def run(
    submission: Submission, milestones: Sequence[Milestone], settings: Settings, launcher: Launcher
) -> Session:
    """Run the checks of `milestones` on `submission`.

    Raises
    ------
    GraderFault
        When pytest's exit code, its report and the expected checks do not agree.
    """
    plugin = CheckPlugin(submission, milestones, settings, launcher)
    if len(plugin.expected()) >= MANY:
        bytecode.prepare(submission.folder, launcher)
    with pytest.MonkeyPatch.context() as environment:
        for name in WISHES:
            environment.delenv(name, raising=False)
        plugins = [pytest_metadata, pytest_jsonreport, plugin]
        code = pytest.main(_arguments(milestones), plugins=plugins)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    _agree(code, plugin)
    return plugin.session


def _arguments(milestones: Sequence[Milestone]) -> list[str]:
    off = [part for name in UNUSED for part in ("-p", f"no:{name}")]
    folders = [str(Path(file).parent) for file in checks_by_file(milestones)]  # each is read once
    return [*off, *ARGUMENTS, "--", *dict.fromkeys(folders)]


def _agree(code: int, plugin: CheckPlugin) -> None:
    runs = plugin.session.runs
    ran = [(run.result.id, run.result.status == "passed") for run in runs]
    tests = plugin.session.report.get("tests", ())
    told = [(test["id"], test["outcome"] == "passed") for test in tests]
    wanted_code = 0 if all(passed for _, passed in ran) else 1
    if [id for id, _ in ran] != plugin.expected() or ran != told or (ran and code != wanted_code):
        raise GraderFault("pytest's exit code, its report and the list of checks disagree")
