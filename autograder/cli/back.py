"""``autograder back``: a module as it was when it had most points."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, Part, load_course
from autograder.files import explain_os_error
from autograder.intake.rules import KEPT_FOLDER
from autograder.learning import progress, versions
from autograder.learning.modules import LearnerModule, find_learner_module, swap_file
from autograder.learning.questions import confirm
from autograder.learning.versions import Version
from autograder.reports import record
from autograder.reports.status import format_minute
from autograder.run import selection
from autograder.stop import Stop

KEEPING = "'autograder check {}', the whole of it, and watch keep those that got points"


def run(id: str | None, yes: bool, folder: Path, is_record: bool) -> None:
    """Put a module back to its best version, or the record to what its copy holds."""
    selection.require_folder(folder)
    if is_record:
        _bring_back_record(folder)
        return
    course = load_course()
    part = selection.find_part(id) if id else _find_latest(course, folder)
    version = versions.find_best(folder, part.id)
    if version is None:
        raise Stop(f"no version of {part.id} is kept: {KEEPING.format(part.id)}", 1)
    _restore(part, version, course, folder, yes)


def _find_latest(course: Course, folder: Path) -> Part:
    """Return the milestone that was checked last."""
    kept = versions.read_versions(folder)
    known = {part.id: part for part in course.parts}
    ids = [version.milestone for version in kept if version.milestone in known]
    if not ids:
        raise Stop(f"no version is kept here: {KEEPING.format('m1')}", 1)
    return known[ids[-1]]


def _restore(part: Part, version: Version, course: Course, folder: Path, yes: bool) -> None:
    name = next((name for name in version.files if name.partition(".")[0] == part.module), "")
    data = versions.read_content(folder, version, name)
    if data is None:
        raise Stop(f"the best version of {part.id} in {KEPT_FOLDER} is damaged: it cannot be used")
    text = f"{name} of {format_minute(version.at)}, {version.points:g} of {version.of:g} points"
    differing = versions.name_differing(folder, version, versions.read_snapshot(folder, course))
    if name not in differing:
        print(f"{name} is that with most points already: {text}; nothing was changed")
    else:
        confirm(f"go back to {text}?", yes)
        print(_swap(part, folder / name, data, text))
    _tell_others([other for other in differing if other != name])


def _swap(part: Part, file: Path, data: bytes, text: str) -> str:
    there = find_learner_module(part, file.parent)
    kept = swap_file(LearnerModule(part, file), "back", lambda: data)
    after = f"; what stood there is kept as {kept.name}" if kept else ""
    note = (
        f"; {there.file.name} goes before it" if there and there.file.suffix < file.suffix else ""
    )
    return f"back to {text}{after}{note}"


def _tell_others(names: Sequence[str]) -> None:
    """Say which of the files that those points rest on are not as they were."""
    if names:
        are = "is" if len(names) == 1 else "are"
        print(f"{', '.join(names)} {are} not as then: the points may differ")


def _bring_back_record(folder: Path) -> None:
    before = progress.peek_progress(folder)
    try:
        if not (folder / KEPT_FOLDER / record.RECORD_NAME).is_file():
            raise Stop(f"there is no copy of {record.RECORD_NAME} in {folder / KEPT_FOLDER}", 1)
        progress.bring_back_record(folder)
    except (OSError, record.Unreadable) as problem:
        reason = explain_os_error(problem) if isinstance(problem, OSError) else str(problem)
        raise Stop(f"the record cannot be brought back: {reason}; nothing was changed", 1) from None
    count = len(progress.peek_progress(folder).passed) - len(before.passed)
    if not count:
        print(f"{record.RECORD_NAME} holds all that its copy holds: no check was missing")
        return
    back = f"{count} check{'s' * (count != 1)} brought back"
    print(f"{record.RECORD_NAME}: {back}; see: autograder status")
