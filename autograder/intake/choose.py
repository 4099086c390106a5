"""The choice of the files that are graded: which copy of a module, and where it goes.

`RULES` is the whole of it: the first rule that tells two copies apart decides, and its reason is
what the teacher reads. No rule looks at a date: the newest file is often the one that was merely
opened last.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from autograder.intake.handout import count_done, is_begun, read_text
from autograder.intake.submission import Unusable
from autograder.intake.suffixes import split_source
from autograder.intake.unpack import Source, read_source
from autograder.words import join_first

COPY_NAME = re.compile(r"(?:copy of )?(.+?)(?: ?\(\d+\)| ?-? copy(?: ?\(?\d+\)?)?)?", re.IGNORECASE)
LISTED = 5  # copies of one module in a sentence


@dataclass(frozen=True)
class Copy:
    """One of the files that may be a module.

    Attributes
    ----------
    name : str
        Its path in the hand-in.
    module, suffix : str
        What it is graded as.
    text : str or None
        Its code; None where that cannot be read.
    company : int
        How many other modules that were worked on lie in its folder.
    """

    name: str
    module: str
    suffix: str
    text: str | None = ""
    company: int = 0

    @property
    def folder(self) -> PurePosixPath:
        """The folder it lies in."""
        return PurePosixPath(self.name).parent

    @property
    def target(self) -> str:
        """Its name in the copy that is graded."""
        return f"{self.module}{self.suffix}"

    @property
    def is_exact(self) -> bool:
        """Whether the name that was asked for goes first."""
        return PurePosixPath(self.name).name == self.target


class Rule(NamedTuple):
    """One reason to prefer a copy: the smaller rank wins."""

    rank: Callable[[Copy], int | str]
    reason: str


RULES = (
    Rule(lambda copy: not is_begun(copy.text, copy.module), "a stub never goes before work"),
    Rule(lambda copy: -copy.company, "modules of one folder go together"),
    Rule(lambda copy: len(copy.folder.parts), "the folder nearest to the top goes first"),
    Rule(lambda copy: -count_done(copy.text, copy.module), "what has more written goes first"),
    Rule(lambda copy: not copy.is_exact, "the name that was asked for goes first"),
    Rule(lambda copy: copy.suffix != ".py", "a .py goes before a notebook"),
    Rule(lambda copy: copy.name, "only by name, so look which is meant"),
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
        module: sorted((copy for copy in copies if copy.module == module), key=_rank_copy)
        for module in modules
    }
    taken = [copies[0] for copies in ranked.values() if copies]
    root = _find_root(taken)
    names = shown or {}
    several = [copies for copies in ranked.values() if len(copies) > 1]
    single = [copies[0] for copies in ranked.values() if len(copies) == 1]
    notes = [
        *_note_copies(several, names),
        *_note_fetched([copy for copy in single if copy.folder != root], root),
        *_note_names([copy for copy in single if not copy.is_exact], names),
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
    texts = {copy.name: _read_copy(copy, readers[copy.name]) for copy in copies}
    begun = defaultdict(set)
    for copy in copies:
        if is_begun(texts[copy.name], copy.module):
            begun[copy.folder].add(copy.module)
    return [
        Copy(
            copy.name, copy.module, copy.suffix, texts[copy.name],
            len(begun[copy.folder] - {copy.module}),
        )
        for copy in copies
    ]  # fmt: skip


def _read_copy(copy: Copy, read: Callable[[], bytes]) -> str | None:
    try:
        return read_text(read_source(read, copy.name), copy.suffix)
    except Unusable:
        return None


def _rank_copy(copy: Copy) -> list[int | str]:
    return [rule.rank(copy) for rule in RULES]


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
    kept_free = {f"{module}{end}" for module in modules for end in (".py", ".ipynb")}
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


def _note_copies(ranked: Sequence[Sequence[Copy]], shown: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each choice; none where all copies are equal or none is begun."""
    alike: dict[tuple[tuple[str, ...], str], list[list[Copy]]] = defaultdict(list)
    for copies in ranked:
        first, rivals = copies[0], [c for c in copies[1:] if not _is_same(copies[0], c)]
        if rivals and is_begun(first.text, first.module):
            reason = _find_reason(first, rivals[0])
            folders = tuple(str(copy.folder) for copy in (first, *rivals))
            is_apart = first.is_exact and folders[0] not in folders[1:]
            alike[folders if is_apart else (first.name,), reason].append([first, *rivals])
    for (folders, reason), choices in alike.items():
        if len(choices) == 1:
            names = [shown.get(copy.name, copy.name) for copy in choices[0]]
            yield _describe_choice(choices[0][0].module, names, reason)
        else:
            modules = join_first([f"{copies[0].module}.py" for copies in choices], LISTED)
            yield _describe_choices(modules, [_name_folder(folder) for folder in folders], reason)


def _describe_choice(module: str, names: Sequence[str], reason: str) -> str:
    return (
        f"{module}.py is there {_count_times(len(names))}: {join_first(names, LISTED)}; "
        f"{names[0]} was taken: {reason}"
    )


def _describe_choices(modules: str, folders: Sequence[str], reason: str) -> str:
    return (
        f"{modules} are there {_count_times(len(folders))}, in {join_first(folders, LISTED)}; "
        f"those in {folders[0]} were taken: {reason}"
    )


def _count_times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _name_folder(folder: object) -> str:
    return "the top folder" if str(folder) == "." else str(folder)


def _is_same(one: Copy, other: Copy) -> bool:
    return one.text is not None and (one.text.split() == (other.text or "").split())


def _find_reason(winner: Copy, other: Copy) -> str:
    """Return the reason of the first rule that tells them apart."""
    return next(rule.reason for rule in RULES if rule.rank(winner) != rule.rank(other))


def _note_fetched(copies: Sequence[Copy], root: PurePosixPath) -> Iterator[str]:
    """Yield a sentence on the modules that lie in another folder than most."""
    if copies:
        names = join_first([copy.name for copy in copies], LISTED)
        verb = "was" if len(copies) == 1 else "were"
        yield f"{names} {verb} taken too, though the others lie in {_name_folder(root)}"


def _note_names(copies: Sequence[Copy], shown: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each module that has not quite the name that was asked for."""
    for copy in copies:
        if copy.name not in shown:
            yield f"{copy.name} was taken as {copy.target}"
