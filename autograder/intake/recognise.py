"""What a file in an inbox is, by its first bytes, where its name does not say."""

import codecs
import re
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from autograder.intake.archives import KINDS, Member, archive_kind, open_archive
from autograder.intake.handout import guess_modules, head_of, read_text
from autograder.intake.notebook import is_notebook
from autograder.intake.paths import has_suffix, is_source, split_source
from autograder.intake.rules import ENTRIES, MAX_NOTEBOOK, MAX_SOURCE, WANTED_ARCHIVES
from autograder.intake.submission import Unusable
from autograder.intake.unpack import Source, raise_machine_fault, read_whole
from autograder.worker.statements import is_python

FOREIGN = "neither Python, a notebook nor an archive of them"
EMPTY = "empty"
HEAD = 1024  # bytes that tell a picture from a text
SEARCHED = 20  # files that may be work under another suffix
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OWN_SUFFIX = "|".join(re.escape(end) for end in ENTRIES)
OTHER_SUFFIX = re.compile(
    rf"(?P<stem>.+?)(?:(?:{OWN_SUFFIX})(?:\.[^./]*|[ ~.w]+)?|\.(?:txt|json|gz|bak|part))?",
    re.IGNORECASE | re.DOTALL,
)  # of a file that is graded by what is in it
BROKEN = "an archive that is cut off or broken: fetch it again"
PACKED = "packed without tar: unpack it"
UNREADABLE = "a file that may not be read here"
NO_FILE = "neither a folder nor a file"
LINK = "a link: put the work itself there"


def recognise_file(path: Path, modules: Sequence[str]) -> tuple[str, str]:
    """Return the suffix that `path` is graded by, or '' and the reason why it is not.

    A name that says what it is goes before the content: why such a file cannot be read is told in
    its own row.
    """
    if has_suffix(path, ENTRIES):
        return next(end for end in ENTRIES if has_suffix(path, (end,))), ""
    if path.is_symlink() or not path.is_file():
        return "", LINK if path.is_symlink() else NO_FILE
    try:
        return _recognise_content(path, modules)
    except PermissionError:
        return "", UNREADABLE


def _recognise_content(path: Path, modules: Sequence[str]) -> tuple[str, str]:
    kind = archive_kind(path)
    if kind == "empty":
        return "", EMPTY
    if kind.endswith(" archive"):
        return "", f"{kind}; hand in a {WANTED_ARCHIVES}"
    return _recognise_archive(path, kind) if kind in KINDS else _recognise_text(path, modules)


def _recognise_archive(path: Path, kind: str) -> tuple[str, str]:
    """Recognise an archive that holds a source; documents of an office are zips as well."""
    try:
        members = open_archive(path)
    except Unusable as problem:
        return "", str(problem)
    except Exception as problem:  # a broken archive raises anything
        raise_machine_fault(problem)
        is_other = isinstance(problem, tarfile.ReadError) and kind != "tar"
        return "", PACKED if is_other else BROKEN
    holds_source = any(is_source(member.path) for member in members)
    return (KINDS[kind], "") if holds_source else ("", FOREIGN)


def _recognise_text(path: Path, modules: Sequence[str]) -> tuple[str, str]:
    if suffix := split_source(path.name)[1]:
        return suffix, ""
    with path.open("rb") as stream:
        data = stream.read(MAX_NOTEBOOK)
    kind = recognise_source(data, modules)
    return (kind, "") if kind else ("", FOREIGN)


def recognise_others(members: Sequence[Member], modules: Sequence[str]) -> dict[str, Source]:
    """Return the files among others that are work by their content, each under its true name.

    Returns
    -------
    dict
        The path of a file, to the source that it is: ``engine.txt`` to ``engine.py``.
    """
    found: dict[str, Source] = {}
    for member in members[:SEARCHED]:
        with suppress(Unusable):  # what cannot be read is no work
            kind = _recognise_member(member, modules)
            match = OTHER_SUFFIX.fullmatch(member.path)
            if kind and match:
                found[member.path] = (f"{match['stem']}{kind}", partial(member.read, MAX_NOTEBOOK))
    return found


def _recognise_member(member: Member, modules: Sequence[str]) -> str:
    head = read_whole(partial(member.read, HEAD), member.path)
    if b"\0" in head and not head.startswith(UTF_16_MARKS):
        return ""
    return recognise_source(read_whole(partial(member.read, MAX_NOTEBOOK), member.path), modules)


def recognise_source(data: bytes, modules: Sequence[str]) -> str:
    """Return the suffix that a text is graded by; '' where it is no work."""
    if is_notebook(data):
        return ".ipynb"
    text = read_text(data, ".py") if len(data) <= MAX_SOURCE else ""
    is_work = text and guess_modules(text, modules) and is_python(head_of(text))
    return ".py" if is_work else ""
