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
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.sandbox import bytecode
from autograder.sandbox.handle import Launcher

CONFIGURATION = Path(__file__).parent / "pytest.ini"
CHECKS = Path(__file__).parents[1] / "checks"
COMPILE_FROM = 8  # checks from which compiling ahead pays
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
CALLER_VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
)  # in the caller's environment, meant for other tests
UNUSED_PLUGINS = (
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
    """The grader contradicts itself: this run may not produce a score."""


def run_session(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> Session:
    """Run the checks of `milestones` on `submission`.

    Raises
    ------
    GraderFault
        When pytest's exit code, its report and the expected checks do not agree.
    """
    plugin = CheckPlugin(submission, milestones, settings, launcher)
    if len(plugin.expected_ids()) >= COMPILE_FROM:
        bytecode.prepare_bytecode(submission.folder, launcher)
    with pytest.MonkeyPatch.context() as environment:
        for name in CALLER_VARIABLES:
            environment.delenv(name, raising=False)
        plugins = [pytest_metadata, pytest_jsonreport, plugin]
        code = pytest.main(_pytest_arguments(milestones), plugins=plugins)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    _require_agreement(code, plugin)
    return plugin.session


def _pytest_arguments(milestones: Sequence[JudgedMilestone]) -> list[str]:
    off = [part for name in UNUSED_PLUGINS for part in ("-p", f"no:{name}")]
    folders = [str(Path(file).parent) for file in checks_by_file(milestones)]  # each is read once
    return [*off, *ARGUMENTS, "--", *dict.fromkeys(folders)]


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
