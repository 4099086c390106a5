"""What a teacher is told of a choice among several files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from autograder.intake.handout import is_begun
from autograder.intake.rank import Copy, find_reason
from autograder.words import join_first

LISTED = 5  # files in a sentence


def note_copies(ranked: Sequence[Sequence[Copy]], shown: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each choice; none where all copies are equal or none is begun."""
    alike: dict[tuple[tuple[str, ...], str], list[list[Copy]]] = defaultdict(list)
    for copies in ranked:
        first, rivals = copies[0], [c for c in copies[1:] if not _is_same(copies[0], c)]
        if rivals and is_begun(first.text, first.module):
            reason = find_reason(first, rivals[0])
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


def note_fetched(copies: Sequence[Copy], root: PurePosixPath) -> Iterator[str]:
    """Yield a sentence on the modules that lie in another folder than most."""
    if copies:
        names = join_first([copy.name for copy in copies], LISTED)
        verb = "was" if len(copies) == 1 else "were"
        yield f"{names} {verb} taken too, though the others lie in {_name_folder(root)}"


def note_names(copies: Sequence[Copy], shown: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each module that has not quite the name that was asked for."""
    for copy in copies:
        if copy.name not in shown:
            yield f"{copy.name} was taken as {copy.target}"
