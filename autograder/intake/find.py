"""The submissions in a folder."""

from collections.abc import Sequence
from pathlib import Path

from autograder.intake.names import make_encodable, short_digest
from autograder.intake.rules import ARCHIVES, ENTRIES, JUNK, SOURCES
from autograder.intake.submission import Entry, Unusable


def find_entries(path: Path, modules: Sequence[str]) -> list[Entry]:
    """Return the submissions at `path`: itself if it is one, else those in it.

    Raises
    ------
    FileNotFoundError
        When there is nothing at `path`.
    Unusable
        When a folder holds no entry.
    """
    if not path.exists():
        raise FileNotFoundError(
            f"there is no {path}; name a folder of submissions, or one submission"
        )
    if path.is_file():
        return [Entry(_name_entry(path.resolve()), path)]
    children = [child for child in sorted(path.iterdir()) if _is_entry(child)]
    if _has_module(path, modules) and not any(_is_submission(child, modules) for child in children):
        return [Entry(_name_entry(path.resolve()), path)]
    if not children:
        raise Unusable(f"{path} holds no submission: no folder, archive or notebook is in it")
    return _make_entries(children)


def lone_suffix(path: Path) -> str:
    """Return the suffix of a source file, in small letters; '' for all other paths."""
    return path.suffix.lower() if path.is_file() and has_suffix(path, SOURCES) else ""


def _has_module(folder: Path, modules: Sequence[str]) -> bool:
    return any((folder / f"{module}{end}").is_file() for module in modules for end in SOURCES)


def _is_submission(child: Path, modules: Sequence[str]) -> bool:
    """Whether `child` is a submission; a stray module beside it does not make a class one entry."""
    return has_suffix(child, ARCHIVES) or (child.is_dir() and _has_module(child, modules))


def _is_entry(path: Path) -> bool:
    if path.name.startswith(".") or path.name in JUNK:
        return False
    return path.is_dir() or has_suffix(path, ENTRIES)


def has_suffix(path: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name ends in one of `suffixes`, in small letters or capitals."""
    return path.name.lower().endswith(suffixes)


def _name_entry(path: Path) -> str:
    suffix = next((end for end in ENTRIES if has_suffix(path, (end,))), "")
    name = path.name[: len(path.name) - len(suffix)] if path.is_file() else path.name
    return make_encodable(name)


def _make_entries(paths: list[Path]) -> list[Entry]:
    stems = [_name_entry(path) for path in paths]
    names = [
        stem if stems.count(stem) == 1 else make_encodable(path.name)
        for stem, path in zip(stems, paths, strict=True)
    ]
    unique = [
        name if names.count(name) == 1 else f"{name}-{short_digest(path.name)}"
        for name, path in zip(names, paths, strict=True)
    ]
    return [Entry(name, path, path.is_symlink()) for name, path in zip(unique, paths, strict=True)]
