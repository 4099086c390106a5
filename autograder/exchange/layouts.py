"""The layouts of downloads: which platform wrote one, and whose each file in it is."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby, takewhile
from pathlib import Path, PurePath
from typing import Any

from autograder.intake.find import is_quiet
from autograder.intake.paths import is_folder, list_children
from autograder.intake.senders import GRADESCOPE_LIST, Sender, find_sender
from autograder.stop import Stop
from autograder.words import Phrase, list_shown, show_name

STAMP = "timestamp.txt"  # nbgrader's, beside each submission
SUBMITTED = "submitted"  # nbgrader's folder of them
LISTED = 3  # names in a sentence
ATTEMPT = "%Y-%m-%d-%H-%M-%S"  # Blackboard's
NO_NAME = "its name does not say whose it is"


@dataclass(frozen=True)
class Student:
    """Who handed in, as a platform names them.

    Attributes
    ----------
    name : str
        For the folder.
    number : str
        What tells namesakes apart; '' where names are unique.
    members : tuple of str
        All names, where a group handed in.
    """

    name: str
    number: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Received:
    """A file of a download.

    Attributes
    ----------
    file : Path
        Where it lies.
    shown : str
        Its path in the download.
    student : Student or None
        None where nobody knows; `reason` says why.
    target : str
        Its path in the student's folder.
    submitted : datetime or None
        When, where the platform tells; without a zone it is the server's time.
    is_late : bool
        Whether the platform says so.
    milestone : str
        The assignment, where the layout has several.
    kind : str
        What it is, where it is no file that was handed in: ``text``, ``link``, ``time``.
    reason : str
        Why nobody gets it.
    """

    file: Path
    shown: str
    student: Student | None = None
    target: str = ""
    submitted: datetime | None = None
    is_late: bool = False
    milestone: str = ""
    kind: str = ""
    reason: str = NO_NAME


@dataclass(frozen=True)
class Layout:
    """How one platform lays a download out.

    Attributes
    ----------
    is_root : callable
        Whether a folder is the root of such a download.
    read : callable
        Yields the files below it.
    example : str
        A name as it gives them.
    """

    is_root: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Received]]
    example: str


def find_layout(folder: Path, chosen: str | None) -> tuple[str, Path]:
    """Return the platform that wrote a download, and the folder in it where that shows.

    Raises
    ------
    Stop
        Where it is none that is known, or not the one that was `chosen`.
    """
    place: Path | None = folder
    while place:
        for name, layout in LAYOUTS.items():
            if chosen in (None, name) and layout.is_root(place):
                return name, place
        below = _list_own(place)
        place = below[0] if len(below) == 1 and is_folder(below[0]) else None
    names = list_shown([child.name for child in _list_own(folder)], LISTED)
    there = names or Phrase("nothing")
    if chosen:
        raise Stop(
            "no name in it is as {chosen} gives them, {example}: {there}",
            chosen=chosen,
            example=LAYOUTS[chosen].example,
            there=there,
        )
    raise Stop(
        "it is no download of {platforms} that is known here; it holds {there}. 'autograder "
        "grade' takes folders, archives and files of students as they are",
        platforms=", ".join(LAYOUTS),
        there=there,
    )


def _list_own(folder: Path) -> list[Path]:
    return [child for child in list_children(folder) if not is_quiet(child.name)]


def _list_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted; nothing that systems leave behind."""
    for child in _list_own(folder):
        if is_folder(child):
            yield from _list_files(child)
        else:
            yield child


def _has_sender(platform: str) -> Callable[[Path], bool]:
    def is_root(folder: Path) -> bool:
        found = (find_sender(one.name, (), one.is_dir()) for one in _list_own(folder))
        return any(sender and sender.platform == platform for sender in found)

    return is_root


def _read_named(platform: str) -> Callable[[Path], Iterator[Received]]:
    """Return the reader of a layout in which the names at the top tell whose a file is."""

    def read(root: Path) -> Iterator[Received]:
        for file in _list_files(root):
            inner = file.relative_to(root)
            sender = find_sender(inner.parts[0], (), len(inner.parts) > 1)
            if sender is None or sender.platform != platform:
                yield Received(file, inner.as_posix())
            else:
                yield _receive(sender, file, inner)

    return read


def _receive(sender: Sender, file: Path, inner: PurePath) -> Received:
    below = "/".join(inner.parts[1:]) or sender.file or inner.name
    kind = "text" if sender.kind == "onlinetext" else sender.kind
    student = Student(sender.student, sender.number)
    return Received(file, inner.as_posix(), student, below, None, sender.is_late, "", kind)


def _read_blackboard(root: Path) -> Iterator[Received]:
    """Read files that are named ``ASSIGNMENT_LOGIN_attempt_TIME_FILE``; a login may have ``_``."""
    files = list(_list_files(root))
    senders = [find_sender(file.relative_to(root).as_posix(), ()) for file in files]
    works = [sender.work for sender in senders if sender and sender.platform == "Blackboard"]
    shared = _shared_start(works)
    for file, sender in zip(files, senders, strict=True):
        shown = file.relative_to(root).as_posix()
        if sender is None or sender.platform != "Blackboard":
            yield Received(file, shown)
            continue
        rest = "_".join(sender.work.split("_")[len(shared) :])
        student = Student("_".join(filter(None, (rest, sender.student))))
        when = datetime.strptime(sender.number, ATTEMPT)
        kind = "" if sender.file else "note"
        target = sender.file or f"attempt {sender.number}.txt"
        yield Received(file, shown, student, target, when, kind=kind)


def _shared_start(works: Sequence[str]) -> Sequence[str]:
    """Return the words, between underscores, that all names of an assignment begin with."""
    columns = zip(*(work.split("_") for work in works), strict=False)
    return [words[0] for words in takewhile(lambda words: len({*words}) == 1, columns)]


def _is_gradescope(folder: Path) -> bool:
    return (folder / GRADESCOPE_LIST).is_file()


def _read_gradescope(root: Path) -> Iterator[Received]:
    listed = _read_list(root / GRADESCOPE_LIST)
    for folder, files in groupby(_list_files(root), lambda file: file.relative_to(root).parts[0]):
        facts = listed.get(folder)
        student = _find_submitters(facts, folder) if isinstance(facts, dict) else None
        for file in files:
            inner = file.relative_to(root)
            if student is None or len(inner.parts) == 1:
                yield _receive_beside(file, inner)
            else:
                when = facts.get(":created_at") if facts else None
                known = when if isinstance(when, datetime) else None
                target = "/".join(inner.parts[1:])
                yield Received(file, inner.as_posix(), student, target, known)


def _receive_beside(file: Path, inner: PurePath) -> Received:
    kind = "list" if inner.as_posix() == GRADESCOPE_LIST else ""
    reason = "whose each submission is was read there" if kind else f"{GRADESCOPE_LIST} lacks it"
    return Received(file, inner.as_posix(), kind=kind, reason=reason)


def _read_list(file: Path) -> dict[str, Any]:
    try:
        import yaml  # noqa: PLC0415 - teachers alone have it
    except ModuleNotFoundError:
        raise Stop("Gradescope's list is YAML: run pip install pyyaml, then again") from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(file.read_bytes(), loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        reason = str(problem).partition("\n")[0]
        raise Stop(
            "{name} cannot be read: {reason}; download it again", name=file.name, reason=reason
        ) from None
    if not isinstance(content, dict):
        raise Stop("{name} lists no submissions; download it again", name=file.name)
    return content


def _find_submitters(facts: dict[str, Any], folder: str) -> Student:
    listed = facts.get(":submitters")
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = [str(one.get(":name") or one.get(":email") or one.get(":sid") or "") for one in people]
    names = [name for name in names if name]
    number = str(people[0].get(":sid") or "") if people else ""
    members = tuple(names) if len(names) > 1 else ()
    return Student(names[0] if names else folder, number or folder.rpartition("_")[2], members)


def _is_nbgrader(folder: Path) -> bool:
    if (folder / SUBMITTED).is_dir():
        return True
    works = [work for student in _list_own(folder) for work in list_children(student)]
    return any((work / STAMP).is_file() or any(work.glob("*.ipynb")) for work in works)


def _read_nbgrader(root: Path) -> Iterator[Received]:
    """Read ``submitted/STUDENT/ASSIGNMENT/...``, each with its time in a file."""
    home = root / SUBMITTED if (root / SUBMITTED).is_dir() else root
    files = {file: file.relative_to(home).parts for file in _list_files(home)}
    counts = Counter((parts[0], *parts[2:]) for parts in files.values() if len(parts) > 1)
    for file, parts in files.items():
        shown = "/".join(parts)
        if len(parts) < 3:  # student, assignment, file
            yield Received(file, shown)
            continue
        student, work, *below = parts
        kind = "time" if below == [STAMP] else ""
        when = _read_stamp(home / student / work / STAMP)
        apart = [work] * (counts[(student, *below)] > 1)
        target = "/".join([*apart, *below])
        yield Received(file, shown, Student(student), target, when, False, work, kind)


def _read_stamp(file: Path) -> datetime | None:
    """Return the time in a file of nbgrader's: ``2026-10-01 23:58:12.5 Europe/Berlin``."""
    try:
        return parse_stamp(file.read_text().strip())
    except FileNotFoundError:
        return None
    except (ValueError, OSError):
        raise Stop(
            "{file} holds no time; correct it, or remove it", file=show_name(str(file))
        ) from None


def parse_stamp(text: str) -> datetime:
    """Return a time of nbgrader's, with its zone: a name, an offset, or none for UTC."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - reads the system's zones

    day, _, rest = text.partition(" ")
    clock, _, zone = rest.partition(" ")
    if zone.lstrip("+-").isdecimal():
        return datetime.fromisoformat(f"{day}T{clock}{zone}")
    when = datetime.fromisoformat(f"{day}T{clock}" if clock else day)
    named: tzinfo = ZoneInfo(zone or "UTC")
    return when if when.tzinfo else when.replace(tzinfo=named)


LAYOUTS = {
    "gradescope": Layout(_is_gradescope, _read_gradescope, f"submission_1 and {GRADESCOPE_LIST}"),
    "moodle": Layout(
        _has_sender("Moodle"), _read_named("Moodle"), "'Jane Doe_4711_assignsubmission_file_'"
    ),
    "blackboard": Layout(
        _has_sender("Blackboard"), _read_blackboard, "hw1_jdoe_attempt_2026-10-01-23-58-12_nn.py"
    ),
    "canvas": Layout(
        _has_sender("Canvas"), _read_named("Canvas"), "doejane_LATE_101_2002_engine.py"
    ),
    "nbgrader": Layout(_is_nbgrader, _read_nbgrader, "submitted/jane/m1/engine.ipynb"),
}
