"""A platform's download as an inbox: one student, one folder; nothing lost or overwritten."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import count
from pathlib import Path, PurePosixPath

from autograder.exchange.collected import Fate, owner_of, read_fates, write_fates, write_times
from autograder.exchange.downloads import open_download
from autograder.exchange.layouts import LAYOUTS, Received, Student, find_layout
from autograder.exchange.moodle_times import add_times, read_worksheet_times
from autograder.files import lock_folder, write_atomically
from autograder.intake.names import folder_name, short_digest
from autograder.intake.paths import list_children, reason_against
from autograder.stop import Stop
from autograder.words import plain_name

EARLIER = ".earlier"  # in a student's folder: what newer hand-ins took the place of
ASIDE = ".texts"  # in the inbox: texts and links of students who handed in no file
THERE = "there already"
READ = ("time", "list")  # kinds of files that are read, not handed on
NEVER = datetime.min.replace(tzinfo=UTC)

BY_HAND = Fate("")  # of a file that no run has put there

Owner = tuple[str, str, str]
Times = dict[tuple[str, str], tuple[datetime | None, bool]]


@dataclass
class CollectRun:
    """A run of `collect`: what it is told, and what it has done.

    Attributes
    ----------
    inbox : Path
        Where the folders of students go.
    system : str
        The platform that the download is from.
    milestones : sequence of str
        Those of the course.
    milestone : str
        What the work is for; '' for all.
    earlier, fates : list of Fate
        What became of the files of former runs, and of this one.
    folders : dict
        The folder of each student; none for one who handed in no file.
    new_times, known_times : dict
        When work came by submission and milestone: of what is new, and of what was there.
    groups : dict
        Submission to its members.
    latest : dict
        The newest file by submission and name at home.
    """

    inbox: Path
    system: str
    milestones: Sequence[str]
    milestone: str = ""
    earlier: list[Fate] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    folders: dict[Owner, str] = field(default_factory=dict)
    new_times: Times = field(default_factory=dict)
    known_times: Times = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    latest: dict[tuple[str, str], Fate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_time = sorted(self.earlier, key=lambda fate: fate.submitted)
        self.latest = {(fate.submission, fate.target): fate for fate in by_time}
        self.seen = {_key(fate) for fate in self.earlier}
        self.former = {BY_HAND.sha256, *(fate.sha256 for fate in self.earlier)}

    def take(self, one: Received) -> None:
        """Put one file where it belongs, and write down what became of it."""
        if one.student is None or one.kind in READ:
            self.fates.append(Fate(one.shown, self.system, became=_describe_read(one)))
            return
        owner = owner_of(self.system, one.student)
        name = self.folders.get(owner, "")
        row = Fate(one.shown, *owner, ", ".join(one.student.members), name, target=one.target)
        if one.file.is_symlink() or (why := reason_against(one.target)):
            reason = "it is a link" if one.file.is_symlink() else why
            self.fates.append(replace(row, became=f"left out: {reason}"))
            return
        data = one.file.read_bytes()
        when = one.submitted.isoformat() if one.submitted else ""
        row = replace(row, sha256=hashlib.sha256(data).hexdigest(), submitted=when)
        row = replace(row, became=self._place(row, one.student, data))
        self.fates.append(row)
        self._note_time(row, one)
        if one.student.members and name:
            self.groups[name] = one.student.members

    def _place(self, row: Fate, student: Student, data: bytes) -> str:
        """Write `data` unless it is there; return what became of it."""
        folder = self.inbox / (row.submission or f"{ASIDE}/{folder_name(student.name)}")
        if _key(row) in self.seen or _is_below(folder, row.target, data):
            return THERE
        path = _find_free(folder, row.target)
        before = self._find_before(row)
        message = path.relative_to(self.inbox).as_posix()
        if not row.submission:
            message = f"{message}: no file was handed in, so it is not graded"
        elif before and before.submitted > row.submitted:
            path = _earlier_path(folder, row.target)
            message = f"{path.relative_to(self.inbox).as_posix()}: what is there is newer"
        elif before and (before.sha256 in self.former or before.submitted < row.submitted):
            path = folder / row.target
            kept = _earlier_path(folder, row.target)
            kept.parent.mkdir(parents=True, exist_ok=True)
            path.rename(kept)
            number = kept.relative_to(folder).parts[1]
            message = (
                f"{row.submission}/{row.target}: newer; the one before is in {EARLIER}/{number}"
            )
        if not before or before.submitted <= row.submitted:
            self.latest[row.submission, row.target] = row
        write_atomically(path, data)
        return message

    def _find_before(self, row: Fate) -> Fate | None:
        """Return what was said of the file that lies where `row` would go."""
        if not (self.inbox / row.submission / row.target).is_file():
            return None
        return self.latest.get((row.submission, row.target), BY_HAND)

    def _note_time(self, row: Fate, one: Received) -> None:
        if not row.submission:
            return
        milestone = one.milestone if one.milestone in self.milestones else self.milestone
        times = self.known_times if row.became == THERE else self.new_times
        key = (row.submission, milestone)
        when, late = times.get(key, (None, False))
        newest = max(when or NEVER, one.submitted or NEVER)
        times[key] = (newest if newest > NEVER else None, late or one.is_late)


def collect_download(
    download: Path,
    inbox: Path,
    chosen: str | None,
    zone: tzinfo | None,
    milestones: Sequence[str],
    milestone: str = "",
    worksheet: Path | None = None,
) -> CollectRun:
    """Add a platform's `download`, a folder or a zip, to an inbox.

    Parameters
    ----------
    download, inbox : Path
        What was downloaded, and where the students' folders go.
    chosen : str or None
        The platform; None to recognise it.
    zone : tzinfo or None
        That of times without one; None for this machine's.
    milestones : sequence of str
        Those of the course.
    milestone : str
        What the work is for; '' for all.
    worksheet : Path or None
        Moodle's, with the times.

    Raises
    ------
    Stop
        Where the download is none that is known.
    """
    if inbox.resolve().is_relative_to(download.resolve()):
        raise Stop("{inbox} lies in the download; name another folder with --out", inbox=inbox)
    times = read_worksheet_times(worksheet) if worksheet else {}
    with open_download(download) as folder:
        system, root = find_layout(folder, chosen)
        files = add_times(LAYOUTS[system].read(root), times)
        received = [_with_zone(one, zone) for one in files]
        inbox.mkdir(parents=True, exist_ok=True)
        with lock_folder(inbox):
            run = CollectRun(inbox, system, milestones, milestone, read_fates(inbox))
            run.folders = _name_folders(run, received)
            for one in sorted(received, key=lambda one: (one.submitted or NEVER, one.shown)):
                run.take(one)
            new = (one for one in run.fates if one.became != THERE)
            write_fates(inbox, dict.fromkeys([*run.earlier, *new]))
            write_times(inbox, run.known_times, run.new_times)
    return run


def _key(fate: Fate) -> tuple[str, str, str]:
    return fate.submission, fate.target, fate.sha256


def _with_zone(one: Received, zone: tzinfo | None) -> Received:
    if one.submitted is None:
        return one
    when = one.submitted
    aware = when if when.tzinfo else when.replace(tzinfo=zone) if zone else when.astimezone()
    return replace(one, submitted=aware.astimezone(UTC))


def _describe_read(one: Received) -> str:
    return "read: when it was handed in" if one.kind == "time" else f"left out: {one.reason}"


def _name_folders(run: CollectRun, received: Sequence[Received]) -> dict[Owner, str]:
    """Return the folder of each student who handed in a file; names of former runs stay."""
    known = {fate.owner: fate.submission for fate in run.earlier if fate.submission}
    students = {
        owner_of(run.system, one.student): one.student
        for one in received
        if one.student and not one.kind
    }
    taken = {child.name.casefold() for child in list_children(run.inbox)}
    new = {owner: student for owner, student in students.items() if owner not in known}
    counts = Counter(_base_name(student).casefold() for student in new.values())
    for owner, student in sorted(new.items()):
        choices = _list_choices(student, counts[_base_name(student).casefold()] > 1)
        known[owner] = next(name for name in choices if name.casefold() not in taken)
        taken.add(known[owner].casefold())
    return known


def _base_name(student: Student) -> str:
    return folder_name(plain_name(student.name))


def _list_choices(student: Student, has_namesakes: bool) -> Iterator[str]:
    if not has_namesakes:
        yield _base_name(student)
    if student.number:
        yield folder_name(f"{plain_name(student.name)}_{student.number}")
    digest = short_digest(f"{student.name}\0{student.number}")
    yield from (f"{_base_name(student)}-{digest}{end or ''}" for end in count())


def _is_below(folder: Path, target: str, data: bytes) -> bool:
    """Whether `data` is there under its name, or was before something newer came."""
    homes = [folder, *list_children(folder / EARLIER)]
    return any(_holds(home / target, data) for home in homes)


def _holds(file: Path, data: bytes) -> bool:
    return file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data


def _find_free(folder: Path, target: str) -> Path:
    """Return where nothing lies: at `target`, or with a number behind its first name."""
    first, *rest = PurePosixPath(target).parts
    home = PurePosixPath(first)
    names = (first if not n else f"{home.stem} ({n}){home.suffix}" for n in count())
    paths = (folder.joinpath(name, *rest) for name in names)
    return next(path for path in paths if not _is_taken(path, folder))


def _is_taken(path: Path, folder: Path) -> bool:
    above = [parent for parent in path.parents if parent.is_relative_to(folder)]
    return path.exists() or any(parent.exists() and not parent.is_dir() for parent in above)


def _earlier_path(folder: Path, target: str) -> Path:
    paths = (folder / EARLIER / str(n) / target for n in count(1))
    return next(path for path in paths if not _is_taken(path, folder))
