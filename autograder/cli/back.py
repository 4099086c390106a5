"""``autograder back``: a module as it was when it had most points."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, Part, load_course
from autograder.files import explain_os_error
from autograder.intake.rules import KEPT_FOLDER
from autograder.language.catalogue import translate, translate_count
from autograder.learning import progress, versions
from autograder.learning.modules import LearnerModule, find_learner_module, swap_file
from autograder.learning.questions import confirm
from autograder.learning.versions import Version
from autograder.reports import record
from autograder.reports.status import format_minute
from autograder.run import selection
from autograder.stop import Stop
from autograder.words import Phrase


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
        absent = "no version of {id} is kept: {keeping}"
        raise Stop(absent, 1, id=part.id, keeping=_what_keeps(part.id))
    _restore(part, version, course, folder, yes)


def _what_keeps(id: str) -> Phrase:
    keeping = "'autograder check {id}', the whole of it, and watch keep those that got points"
    return Phrase(keeping, id=id)


def _find_latest(course: Course, folder: Path) -> Part:
    """Return the milestone that was checked last."""
    kept = versions.read_versions(folder)
    known = {part.id: part for part in course.parts}
    ids = [version.milestone for version in kept if version.milestone in known]
    if not ids:
        raise Stop("no version is kept here: {keeping}", 1, keeping=_what_keeps("m1"))
    return known[ids[-1]]


def _restore(part: Part, version: Version, course: Course, folder: Path, yes: bool) -> None:
    name = next((name for name in version.files if name.partition(".")[0] == part.module), "")
    data = versions.read_content(folder, version, name)
    if data is None:
        damaged = "the best version of {id} in {folder} is damaged: it cannot be used"
        raise Stop(damaged, id=part.id, folder=KEPT_FOLDER)
    text = translate(
        "{file} of {at}, {points:g} of {most:g} points",
        file=name,
        at=format_minute(version.at),
        points=version.points,
        most=version.of,
    )
    differing = versions.name_differing(folder, version, versions.read_snapshot(folder, course))
    if name not in differing:
        best = "{file} is that with most points already: {text}; nothing was changed"
        print(translate(best, file=name, text=text))
    else:
        confirm(translate("go back to {text}?", text=text), yes)
        print(_swap(part, folder / name, data, text))
    _tell_others([other for other in differing if other != name])


def _swap(part: Part, file: Path, data: bytes, text: str) -> str:
    there = find_learner_module(part, file.parent)
    kept = swap_file(LearnerModule(part, file), "back", lambda: data)
    said = [translate("back to {text}", text=text)]
    if kept:
        said.append(translate("what stood there is kept as {kept}", kept=kept.name))
    if there and there.file.suffix < file.suffix:
        said.append(translate("{file} goes before it", file=there.file.name))
    return "; ".join(said)


def _tell_others(names: Sequence[str]) -> None:
    """Say which of the files that those points rest on are not as they were."""
    if names:
        one = "{names} is not as then: the points may differ"
        many = "{names} are not as then: the points may differ"
        print(translate_count(one, many, len(names), names=", ".join(names)))


def _bring_back_record(folder: Path) -> None:
    before = progress.peek_progress(folder)
    try:
        if not (folder / KEPT_FOLDER / record.RECORD_NAME).is_file():
            values = {"file": record.RECORD_NAME, "folder": folder / KEPT_FOLDER}
            raise Stop("there is no copy of {file} in {folder}", 1, **values)
        progress.bring_back_record(folder)
    except (OSError, record.Unreadable) as problem:
        reason = explain_os_error(problem) if isinstance(problem, OSError) else str(problem)
        lost = "the record cannot be brought back: {reason}; nothing was changed"
        raise Stop(lost, 1, reason=Phrase(reason)) from None
    count = len(progress.peek_progress(folder).passed) - len(before.passed)
    if not count:
        full = "{file} holds all that its copy holds: no check was missing"
        print(translate(full, file=record.RECORD_NAME))
        return
    one = "{file}: {count} check brought back; see: autograder status"
    many = "{file}: {count} checks brought back; see: autograder status"
    print(translate_count(one, many, count, file=record.RECORD_NAME))
