"""The choice of the files that are graded: which copy of a module, and where it goes."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from autograder.intake.handout import is_begun, read_text
from autograder.intake.paths import split_source
from autograder.intake.rank import Copy, rank_copy
from autograder.intake.rules import MAX_READ, SOURCES
from autograder.intake.submission import Unusable
from autograder.intake.tell import note_copies, note_fetched, note_names
from autograder.intake.unpack import Source, read_source

COPY_NAME = re.compile(  # as systems and browsers name one: in English, German, French, Spanish
    r"(?:copy of |kopie von |copie de |copia de )?(.+?)"
    r"(?: ?\(\d+\)| ?-? (?:copy|kopie|copie|copia)(?: ?\(?\d+\)?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Choice:
    """What is graded of a hand-in.

    Attributes
    ----------
    targets : dict
        Each file that is taken, to its path in the copy.
    notes : list of str
        What was decided, a sentence each.
    """

    targets: dict[str, str]
    notes: list[str] = field(default_factory=list)


def choose_sources(
    sources: Sequence[Source], modules: Sequence[str], shown: Mapping[str, str] | None = None
) -> Choice:
    """Return what is graded: one copy of each module, and the files that they may import.

    The folder of most modules becomes the root. Below it all paths stay; modules from other
    folders come into the root, with the other files of their folder.

    Parameters
    ----------
    sources : sequence
        Name and reader of each source.
    modules : sequence of str
        The module names of the course.
    shown : mapping, optional
        Other names for sources, for the notes.
    """
    copies = _find_copies([name for name, _ in sources], modules)
    if _needs_texts(copies):
        copies = _read_texts(copies, dict(sources))
    ranked = {
        module: sorted((copy for copy in copies if copy.module == module), key=rank_copy)
        for module in modules
    }
    taken = [copies[0] for copies in ranked.values() if copies]
    root = _find_root(taken)
    names = shown or {}
    several = [copies for copies in ranked.values() if len(copies) > 1]
    single = [copies[0] for copies in ranked.values() if len(copies) == 1]
    notes = [
        *note_copies(several, names),
        *note_fetched([copy for copy in single if copy.folder != root], root),
        *note_names([copy for copy in single if not copy.is_exact], names),
    ]
    return Choice(_find_targets([name for name, _ in sources], taken, root, modules), notes)


def find_module(name: str, modules: Sequence[str]) -> str:
    """Return the module that a file is a copy of by its name; '' where it is none.

    ``Engine.py``, ``engine (1).py`` and ``engine - Copy.py`` are copies of ``engine.py``.
    """
    stem, _ = split_source(name)
    match = COPY_NAME.fullmatch(stem)
    home = match[1].strip().casefold() if match else ""
    return home if home in modules else ""


def _find_copies(names: Sequence[str], modules: Sequence[str]) -> list[Copy]:
    found = ((name, find_module(name, modules)) for name in names)
    return [Copy(name, module, split_source(name)[1]) for name, module in found if module]


def _needs_texts(copies: Sequence[Copy]) -> bool:
    """Whether there is a choice at all; else nothing has to be read twice."""
    return any(count > 1 for count in Counter(copy.module for copy in copies).values())


def _read_texts(copies: Sequence[Copy], readers: Mapping[str, Callable[[], bytes]]) -> list[Copy]:
    """Return the copies with their texts, and what these say of each other."""
    left = MAX_READ
    read = []
    for copy in copies:
        data = _read_copy(copy, readers[copy.name]) if left > 0 else None
        left -= len(data or b"")
        read.append(replace(copy, text=None if data is None else read_text(data, copy.suffix)))
    begun = defaultdict(set)
    for copy in read:
        if is_begun(copy.text, copy.module):
            begun[copy.folder].add(copy.module)
    return [replace(copy, company=len(begun[copy.folder] - {copy.module})) for copy in read]


def _read_copy(copy: Copy, read: Callable[[], bytes]) -> bytes | None:
    try:
        return read_source(read, copy.name)
    except Unusable:
        return None


def _find_root(taken: Sequence[Copy]) -> PurePosixPath:
    """Return the folder of most modules; of several, the nearest to the top."""
    counts = Counter(copy.folder for copy in taken)
    folders = sorted(counts, key=lambda folder: (-counts[folder], len(folder.parts), str(folder)))
    return folders[0] if folders else PurePosixPath(".")


def _find_targets(
    names: Sequence[str], taken: Sequence[Copy], root: PurePosixPath, modules: Sequence[str]
) -> dict[str, str]:
    targets = {copy.name: copy.target for copy in taken}
    used = {*targets.values()}
    kept_free = {f"{module}{end}" for module in modules for end in SOURCES}
    for folder in dict.fromkeys([root, *(copy.folder for copy in taken)]):
        for name in names:
            path = PurePosixPath(name)
            if name in targets or not path.is_relative_to(folder):
                continue
            stem, suffix = split_source(name)
            target = path.with_name(f"{stem}{suffix}" if suffix else path.name)
            target_name = target.relative_to(folder).as_posix()
            is_module = bool(find_module(name, modules)) and not (
                folder == root and stem.isidentifier()
            )
            if target_name not in used | kept_free and not is_module:
                targets[name] = target_name
                used.add(target_name)
    return targets
