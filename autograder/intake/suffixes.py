"""What the end of a file's name says of it."""

from pathlib import Path, PurePosixPath

from autograder.intake.rules import SOURCES

DISGUISES = {  # a browser or an editor added its own: the file is read as what it was before
    ".py.txt": ".py",
    ".ipynb.txt": ".ipynb",
    ".ipynb.json": ".ipynb",
}


def has_suffix(path: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name ends in one of `suffixes`, in small letters or capitals."""
    return path.name.lower().endswith(suffixes)


def lone_suffix(path: Path) -> str:
    """Return the suffix of a source file, in small letters; '' for all other paths."""
    return path.suffix.lower() if path.is_file() and has_suffix(path, SOURCES) else ""


def split_source(name: str) -> tuple[str, str]:
    """Return stem and suffix of a source by its name, disguises taken off; ('', '') of no source.

    ``engine.py.txt`` is ``engine`` and ``.py``.
    """
    file = PurePosixPath(name).name
    for end in (*DISGUISES, *SOURCES):
        if file.lower().endswith(end) and len(file) > len(end):
            return file[: -len(end)], DISGUISES.get(end, end)
    return "", ""


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder itself, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def list_children(folder: Path) -> list[Path]:
    """Return what lies in a folder, sorted; nothing where it may not be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
