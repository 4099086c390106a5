"""Whether files are the work of one person, as their names tell: copies, versions, or a class."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from autograder.intake.choose import find_module
from autograder.intake.gather import list_hand_in
from autograder.intake.lone import guess_module
from autograder.intake.paths import has_suffix, is_folder, list_children, split_source
from autograder.intake.rules import ARCHIVES, ENTRIES, JUNK, SOURCES
from autograder.intake.senders import GRADESCOPE_LIST, find_sender
from autograder.intake.submission import WORD, Entry, Unusable
from autograder.words import Phrase, list_shown

VERSION_WORDS = frozenset({  # of folders and files that one person has several of
    "again", "archive", "assignment", "assignments", "attempt", "autograd", "backup", "bak",
    "build", "code", "complete", "convolution", "copy", "current", "deep", "done", "draft",
    "exercise", "exercises", "export", "exports", "final", "finished", "first", "from", "given",
    "handout", "handouts", "homework", "hw", "kit", "lab", "last", "latest", "learning", "lib",
    "loop", "m", "main", "master", "micrograd", "milestone", "milestones", "mine", "ml", "mlp",
    "module", "modules", "my", "net", "nets", "network", "neural", "new", "newest", "nn",
    "notebook", "notebooks", "of", "old", "older", "one", "orig", "original", "part", "previous",
    "project", "projects", "py", "python", "scalar", "scratch", "second", "solution", "solutions",
    "solved", "source", "src", "start", "starter", "step", "stub", "stubs", "submit", "task",
    "tasks", "temp", "template", "test", "tests", "the", "third", "tmp", "todo", "transformer",
    "try", "two", "unfinished", "v", "ver", "version", "week", "work", "working",
})  # fmt: skip
KIT_FOLDERS = frozenset({"work", "notebooks"})  # of a student kit
NUMBERED = re.compile(r".+ ?\(\d+\)")  # as a browser names a second file of one name
LISTED = 5  # files in a sentence
APART = "put the files of each student into a folder of their own, and run again"
SEVERAL = 3  # people in one submission, before it is refused: two are as likely two versions


def is_version(name: str, modules: Sequence[str]) -> bool:
    """Whether a folder or file is named for a state of the work, as ``attempt 1`` or ``src``."""
    known = VERSION_WORDS.union(modules)
    words = WORD.findall(name.casefold())
    telling = [word for word in words if len(word) > 1 or word in known]  # "part b", not "b"
    return bool(telling) and known.issuperset(telling)


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
    archives = [file for file in files if has_suffix(file, ARCHIVES)]
    if any(_held_modules(file, modules) for file in archives):
        return False
    if _are_students([f for f in folders if not is_version(f.name, modules)], own, modules):
        return False
    return not _are_downloads(files, folders, own, modules)


def _exact_module(file: Path, modules: Sequence[str]) -> str:
    return next((module for module in modules if file.name in _module_files(module)), "")


def _module_files(module: str) -> set[str]:
    return {f"{module}{end}" for end in SOURCES}


def _is_kit(files: Sequence[Path], folders: Sequence[Path], modules: Sequence[str]) -> bool:
    """Whether this is the student kit: the folders that it has for work, and no work elsewhere."""
    kit = [folder for folder in folders if folder.name in KIT_FOLDERS]
    others = [folder for folder in folders if folder.name not in KIT_FOLDERS]
    is_whole = len(kit) == len(KIT_FOLDERS) and not any(has_suffix(f, ENTRIES) for f in files)
    return is_whole and not any(_held_modules(folder, modules) for folder in others)


def _held_modules(path: Path, modules: Sequence[str]) -> set[str]:
    """Return the modules in a folder or archive; what cannot be read may hold any."""
    try:
        names = list_hand_in(Entry(path.name, path)).names
    except Unusable:
        return set(modules)
    return {module for name in names if (module := find_module(name, modules))}


def _are_students(folders: Sequence[Path], own: set[str], modules: Sequence[str]) -> bool:
    """Whether one of `folders` is the work of another person than the modules beside it."""
    if any(_exact_module(child, modules) for f in folders for child in list_children(f)):
        return True
    seen = set(own)
    for folder in folders:
        held = _held_modules(folder, modules)
        if held & seen:
            return True
        seen |= held
    return False


def _are_downloads(
    files: Sequence[Path], folders: Sequence[Path], own: set[str], modules: Sequence[str]
) -> bool:
    """Whether files of several people were saved under one name, or lie beside one another."""
    sources = [file for file in files if split_source(file.name)[1]]
    others = [file for file in sources if not _exact_module(file, modules)]
    numbered = [file for file in others if _is_numbered(file, modules)]
    strangers = [file for file in others if _is_strangers(file, own, modules)]
    is_all = len(numbered) + len(own) == len(sources) and len(own) == 1 and not folders
    if numbered and is_all:
        return True
    suspects = numbered if len(numbered) > 1 else strangers if len(strangers) > 1 else []
    if suspects:
        names = [file.name for file in sources if file in suspects or _exact_module(file, modules)]
        raise Unusable(
            "whose are {names}? {advice}", names=list_shown(names, LISTED), advice=Phrase(APART)
        )
    return False


def _is_numbered(file: Path, modules: Sequence[str]) -> bool:
    stem, _ = split_source(file.name)
    return bool(NUMBERED.fullmatch(stem) and find_module(file.name, modules))


def _is_strangers(file: Path, own: set[str], modules: Sequence[str]) -> bool:
    """Whether a file, not named as a version, defines what a module that lies beside it does."""
    stem, _ = split_source(file.name)
    if is_version(stem, modules) or find_module(file.name, modules):
        return False
    return guess_module(Entry(stem, file), modules) in own
