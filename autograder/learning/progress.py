"""The learner's record, as commands use it: a problem with it is one line, never the end."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.course import Course, Part
from autograder.course.tasks import sort_by_task, tasks_by_check
from autograder.files import explain_os_error
from autograder.intake.rules import KEPT_FOLDER, SOURCES
from autograder.judge.spec import list_checks
from autograder.language.sentences import translate_sentence
from autograder.learning.failures import write_failures
from autograder.learning.versions import Snapshot, keep_versions
from autograder.reports import record
from autograder.reports.record import Data, Record, Unreadable
from autograder.score import MilestoneScore

Warn = Callable[[str], None]


def warn_on_stderr(line: str) -> None:
    """Print `line` where it does not mix with results."""
    print(f"autograder: {translate_sentence(line)}", file=sys.stderr)


def record_milestones(
    folder: Path,
    scores: Sequence[MilestoneScore],
    milestones: Sequence[Part],
    warn: Warn = warn_on_stderr,
) -> bool:
    """Add to the record of `folder` what `scores` prove; return whether it was written."""
    most = {milestone.id: public_points(milestone) for milestone in milestones}
    return record_facts(folder, record.facts_of_scores(scores, most), warn)


def keep_work(
    folder: Path,
    scores: Sequence[MilestoneScore],
    course: Course,
    snapshot: Snapshot,
    warn: Warn = warn_on_stderr,
) -> None:
    """Keep beside the record what failed, and the modules that `scores` are of.

    Parameters
    ----------
    folder : Path
        The learner's; nothing is kept where it is no workspace.
    scores : sequence of MilestoneScore
        Of the last run. Versions are kept of those of which all public checks ran.
    course : Course
        Its parts have the modules.
    snapshot : mapping
        The modules as they were when the run began.
    warn : callable
        Gets a line where that is impossible.
    """
    if not record.is_workspace(folder):
        return
    most = {score.id: public_points(course.part(score.id)) for score in scores}
    whole = [score for score in scores if abs(score.max_points - most[score.id]) < 0.005]
    try:
        checks = [check for score in scores for check in score.checks]
        tasks = tasks_by_check([course.part(score.id) for score in scores])
        write_failures(folder, sort_by_task(checks, tasks))
        keep_versions(folder, whole, course, snapshot)
    except OSError as problem:
        cause = f"{folder / KEPT_FOLDER}: {explain_os_error(problem)}"
        warn(f"earlier versions are not kept: {cause}; fix that, then check again")


def public_points(milestone: Part) -> float:
    """Return the points of all public checks of `milestone`."""
    listed = list_checks(milestone.id, milestone.checks)
    return round(sum(check.points_for("public") for check in listed), 2)


def list_begun(course: Course, folder: Path) -> list[Part]:
    """Return the milestones, and the extra units of which `folder` has the module."""
    return [part for part in course.parts if not part.is_extra or _is_begun(part, folder)]


def _is_begun(part: Part, folder: Path) -> bool:
    return any((folder / f"{part.module}{suffix}").is_file() for suffix in SOURCES)


def record_hint(folder: Path, check: str, level: int) -> None:
    """Add to the record of `folder` that a hint was shown."""
    record_facts(folder, record.facts_of_hint(check, level))


def record_facts(folder: Path, facts: Data, warn: Warn = warn_on_stderr) -> bool:
    """Add `facts` to the record of `folder`, if it is a workspace; warn of what goes wrong.

    Returns
    -------
    bool
        Whether they are in the record now.
    """
    if not record.is_workspace(folder):
        return False
    try:
        set_aside = record.add_facts(folder, facts)
    except OSError as problem:
        cause = f"{folder / record.RECORD_NAME}: {explain_os_error(problem)}"
        warn(f"what you reached is not recorded: {cause}; fix that, then check again")
        return False
    if set_aside:
        kept = f"kept as {set_aside.name}, a new one started"
        warn(f"{record.RECORD_NAME} was not a record (half-written?): {kept}")
    with suppress(OSError, Unreadable):  # the record itself is there
        make_kept_folder(folder)
        record.copy_record(folder, folder / KEPT_FOLDER)
    return True


def make_kept_folder(folder: Path) -> None:
    """Make the folder for copies beside the record; git is to ignore it."""
    (folder / KEPT_FOLDER).mkdir(exist_ok=True)
    ignore = folder / KEPT_FOLDER / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")


def describe_loss(folder: Path) -> str:
    """Return a sentence on what the record lacks of its copy; '' where that is nothing."""
    now, copy = (peek_progress(home) for home in (folder, folder / KEPT_FOLDER))
    passed = len({*copy.passed} - {*now.passed})
    if not passed:
        return ""
    done = {id for id, run in copy.best.items() if run.share == 1.0}
    milestones = len(done - {id for id, run in now.best.items() if run.share == 1.0})
    lost = f"{passed} check{'s' * (passed != 1)} that you had passed"
    lost += f", {milestones} milestone{'s' * (milestones != 1)} done" * bool(milestones)
    return (
        f"{record.RECORD_NAME} was deleted or replaced, and lacks {lost}, with dates and hints; "
        f"'autograder back --record' brings them back (to begin anew, delete {KEPT_FOLDER}, too)"
    )


def bring_back_record(folder: Path) -> None:
    """Add to the record what its copy holds; `OSError` and `Unreadable` say why not."""
    record.copy_record(folder / KEPT_FOLDER, folder)


def peek_progress(folder: Path) -> Record:
    """Return the record of `folder`; an empty one, without a warning, where there is none."""
    try:
        return record.read_record(folder)
    except (Unreadable, OSError):
        return Record(record.RECORD_VERSION)


def read_progress(folder: Path) -> Record:
    """Return the record of `folder`; an empty one, with a warning, where it cannot be read."""
    try:
        return record.read_record(folder)
    except Unreadable as problem:
        warn_on_stderr(
            f"{folder / record.RECORD_NAME} is not a record: {problem}; "
            "the next check sets it aside"
        )
    except OSError as problem:
        warn_on_stderr(f"{folder / record.RECORD_NAME} cannot be read: {explain_os_error(problem)}")
    return Record(record.RECORD_VERSION)
