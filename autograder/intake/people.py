"""Whether files are the work of one person, as their names tell: copies, versions, or a class."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from autograder.intake.choose import find_module
from autograder.intake.gather import HandIn, list_hand_in
from autograder.intake.handout import guess_modules, read_text
from autograder.intake.lone import guess_module
from autograder.intake.paths import has_suffix, is_folder, list_children, split_source
from autograder.intake.recognise import recognise_file
from autograder.intake.rules import ARCHIVES, ENTRIES, JUNK, SOURCES
from autograder.intake.senders import GRADESCOPE_LIST, find_sender
from autograder.intake.submission import Entry, Unusable
from autograder.intake.unpack import read_source
from autograder.intake.versions import is_version
from autograder.words import Phrase, list_shown

KIT_FOLDERS = frozenset({"work", "notebooks"})  # of a student kit
NUMBERED = re.compile(r".+ ?\(\d+\)")  # as a browser names a second file of one name
LISTED = 5  # files in a sentence
SEARCHED = 20  # sources in a folder or an archive, for what they define
APART = "put the files of each student into a folder of their own, and run again"
SEVERAL = 3  # people in one submission, before it is refused: two are as likely two versions


def find_people(names: Sequence[str], modules: Sequence[str]) -> list[str]:
    """Return the folders, or the names in files, that look like several people's work.

    Parameters
    ----------
    names : sequence of str
        The paths of the sources.
    modules : sequence of str
        The module names of the course.
    """
    paths = _strip_common([PurePosixPath(name) for name in names])
    senders = [find_sender(path.parts[0], modules, len(path.parts) > 1) for path in paths]
    platforms = sorted({sender.student for sender in senders if sender and sender.platform})
    if len(platforms) > 1:
        return platforms
    if any(len(path.parts) == 1 and find_module(path.name, modules) for path in paths):
        return []  # one work, with other files below it
    owners: dict[str, set[str]] = defaultdict(set)  # module to the folders or names that have it
    for path, sender in zip(paths, senders, strict=True):
        owner = path.parts[0] if len(path.parts) > 1 else sender.student if sender else ""
        file = sender.file if sender and len(path.parts) == 1 else path.name
        module = find_module(file, modules)
        if owner and module and not is_version(owner, modules):
            owners[module].add(owner)
    most: set[str] = max(owners.values(), key=len, default=set())
    return sorted(most) if len(most) > 1 else []


def _strip_common(paths: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """Return the paths below the folder that holds all of them."""
    found = list(paths)
    while found and len({path.parts[0] for path in found}) == 1 and len(found[0].parts) > 1:
        if any(len(path.parts) == 1 for path in found):
            break
        found = [PurePosixPath(*path.parts[1:]) for path in found]
    return found


def is_one_submission(children: Sequence[Path], modules: Sequence[str]) -> bool:
    """Whether all of these are the work of one person; `Unusable` where that would be a guess."""
    files = [child for child in children if child.is_file() and not child.is_symlink()]
    folders = [child for child in children if is_folder(child) and child.name not in JUNK]
    if any(file.name == GRADESCOPE_LIST for file in files):
        return False
    own = {module for file in files if (module := _exact_module(file, modules))}
    if not own:
        return _is_kit(files, folders, modules)
    kinds = {file: recognise_file(file, modules)[0] for file in files}
    entries = {
        file: Entry(file.name, file, kind="" if has_suffix(file, ENTRIES) else kind)
        for file, kind in kinds.items()
    }
    archives = [_read(entries[file], modules) for file in files if kinds[file] in ARCHIVES]
    if any(_held_modules(one, modules) or _is_work_of_any_name(one, modules) for one in archives):
        return False
    if _are_students([f for f in folders if not is_version(f.name, modules)], own, modules):
        return False
    sources = [entries[file] for file in files if kinds[file] in SOURCES]
    return not _are_downloads(sources, folders, own, modules)


def _exact_module(file: Path, modules: Sequence[str]) -> str:
    return next((module for module in modules if file.name in _module_files(module)), "")


def _module_files(module: str) -> set[str]:
    return {f"{module}{end}" for end in SOURCES}


def _is_kit(files: Sequence[Path], folders: Sequence[Path], modules: Sequence[str]) -> bool:
    """Whether this is the student kit: the folders that it has for work, and no work elsewhere."""
    kit = [folder for folder in folders if folder.name in KIT_FOLDERS]
    others = [folder for folder in folders if folder.name not in KIT_FOLDERS]
    is_whole = len(kit) == len(KIT_FOLDERS) and not any(has_suffix(f, ENTRIES) for f in files)
    return is_whole and not any(
        _held_modules(_read(Entry(folder.name, folder), modules), modules) for folder in others
    )


def _read(entry: Entry, modules: Sequence[str]) -> HandIn | None:
    """Return what lies in a folder or archive; None where that cannot be told."""
    try:
        return list_hand_in(entry, modules)
    except Unusable:
        return None


def _held_modules(hand_in: HandIn | None, modules: Sequence[str]) -> set[str]:
    """Return the modules that files are named for; what cannot be read may hold any."""
    if hand_in is None:
        return set(modules)
    return {module for name in hand_in.names if (module := find_module(name, modules))}


def _is_work_of_any_name(hand_in: HandIn | None, modules: Sequence[str]) -> bool:
    """Whether files define what a module does, however they are named."""
    if hand_in is None:
        return True
    try:
        data = {name: read_source(read, name) for name, read in hand_in.sources[:SEARCHED]}
    except Unusable:
        return True
    texts = (read_text(data[name], split_source(name)[1]) for name in data)
    return any(guess_modules(text or "", modules) for text in texts)


def _are_students(folders: Sequence[Path], own: set[str], modules: Sequence[str]) -> bool:
    """Whether one of `folders` is the work of another person than the modules beside it."""
    children = [child for folder in folders for child in list_children(folder)]
    if any(_exact_module(one, modules) or one.name == GRADESCOPE_LIST for one in children):
        return True
    seen = set(own)
    for folder in folders:
        hand_in = _read(Entry(folder.name, folder), modules)
        held = _held_modules(hand_in, modules)
        is_class = hand_in is not None and len(find_people(hand_in.names, modules)) > 1
        if held & seen or is_class:
            return True
        if not held and _is_work_of_any_name(hand_in, modules):
            return True
        seen |= held
    return False


def _are_downloads(
    sources: Sequence[Entry], folders: Sequence[Path], own: set[str], modules: Sequence[str]
) -> bool:
    """Whether files of several people were saved under one name, or lie beside one another."""
    others = [one for one in sources if not _exact_module(one.path, modules)]
    numbered = [one for one in others if _is_numbered(one.path, modules)]
    is_all = len(numbered) + len(own) == len(sources) and len(own) == 1 and not folders
    if numbered and is_all:
        return True
    strangers = [one for one in others if _is_strangers(one, own, modules)]
    if suspects := numbered if len(numbered) > 1 else strangers:
        known = [one for one in sources if one in suspects or _exact_module(one.path, modules)]
        names = list_shown([one.name for one in known], LISTED)
        raise Unusable("whose are {names}? {advice}", names=names, advice=Phrase(APART))
    return False


def _is_numbered(file: Path, modules: Sequence[str]) -> bool:
    stem, _ = split_source(file.name)
    return bool(NUMBERED.fullmatch(stem) and find_module(file.name, modules))


def _is_strangers(entry: Entry, own: set[str], modules: Sequence[str]) -> bool:
    """Whether a file, not named as a version, defines what the module does that lies beside it.

    Or what the module does that it is named for, as ``bob_nn.py``.
    """
    name = entry.read_as.name
    sender = find_sender(name, modules)
    is_own = is_version(split_source(name)[0], modules) or find_module(name, modules)
    if is_own and not (sender and sender.platform):
        return False
    named = {find_module(sender.file, modules)} if sender else set()
    return guess_module(entry, modules) in own | named - {""}
