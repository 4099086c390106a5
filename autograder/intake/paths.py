"""Paths of handed-in files: what they say, made plain, passed over, or left out."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePath, PurePosixPath

from autograder.intake.rules import (
    DISGUISES,
    ENVIRONMENT_MARKS,
    ENVIRONMENT_PARTS,
    JUNK,
    KEPT_MODULE,
    LONGEST_NAME,
    LONGEST_PATH,
    MAX_DEPTH,
    REPRO_SCRIPT,
    SOURCES,
)

DRIVE = re.compile(r"[A-Za-z]:(?=[\\/])")


def clean_path(name: str) -> str:
    """Return a name from an archive or a folder as a relative path.

    Archivers write back-slashes, drives, roots and names in Latin-1. The file goes into a copy, so
    where its path leads to outside does not matter.
    """
    parts: list[str] = []
    for part in DRIVE.sub("", _decode_name(name)).replace("\\", "/").split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _decode_name(name: str) -> str:
    """Return `name` with its bytes that are not UTF-8 read as Latin-1."""
    data = name.encode("utf-8", "surrogateescape") if not name.isascii() else b""
    try:
        return data.decode() if data else name
    except UnicodeDecodeError:
        return data.decode("latin-1")


def has_suffix(path: PurePath, suffixes: tuple[str, ...]) -> bool:
    """Whether a name ends in one of `suffixes`, in small letters or capitals."""
    return path.name.lower().endswith(suffixes)


def split_source(name: str) -> tuple[str, str]:
    """Return stem and suffix of a source by its name, disguises taken off; ('', '') of no source.

    ``engine.py.txt`` is ``engine`` and ``.py``.
    """
    file = name.rpartition("/")[2]
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


def is_source(path: str) -> bool:
    """Whether a clean path is that of a source that a person wrote."""
    name = path.rpartition("/")[2]
    is_made = any(pattern.fullmatch(name) for pattern in (REPRO_SCRIPT, KEPT_MODULE))
    return bool(split_source(path)[1]) and not is_made and not is_hidden(path)


def is_archive(path: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a clean path is that of an archive with one of `suffixes`."""
    return path.lower().endswith(suffixes) and not is_hidden(path)


def is_hidden(path: str) -> bool:
    """Whether a clean path is passed over: a name in it begins with a dot, or is one of tools."""
    return path.startswith(".") or "/." in path or is_junk(path)


def is_junk(path: str) -> bool:
    """Whether a clean path lies in a folder that is passed over by its name."""
    return not JUNK.isdisjoint(path.split("/"))


def find_environments(paths: Iterable[str]) -> set[str]:
    """Return the folders among clean paths that are virtual environments; '' is the root."""
    return {
        "/".join(parts[:depth])
        for parts in (path.split("/") for path in paths)
        for depth, part in enumerate(parts)
        if part in ENVIRONMENT_MARKS
    }


def is_in_environment(path: str, environments: Collection[str]) -> bool:
    """Whether an environment's own files lie at `path`: somebody may work in its root."""
    parts = path.split("/")
    return bool(environments) and any(
        part in ENVIRONMENT_PARTS and "/".join(parts[:depth]) in environments
        for depth, part in enumerate(parts)
    )


def reason_against(target: str) -> str:
    """Return why a file cannot be graded under the path `target`; '' where it can."""
    parts = target.split("/")
    if not target.isprintable():
        return "its name has characters that cannot be seen"
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        return f"its name is longer than {LONGEST_NAME} bytes"
    if len(parts) > MAX_DEPTH or len(target.encode()) > LONGEST_PATH:
        return f"it lies more than {MAX_DEPTH} folders deep"
    return ""


def find_fullest(sizes: Mapping[str, int]) -> str:
    """Return the folder that holds most of `sizes`, path to size; '' where none holds a part.

    It is the deepest one with more than half; the one that holds all is no part.
    """
    folders: Counter[str] = Counter()
    for path, size in sizes.items():
        near = PurePosixPath(*PurePosixPath(path).parts[:MAX_DEPTH])
        folders.update({str(parent): size for parent in near.parents})
    total = sum(sizes.values())
    parts = {folder: size for folder, size in folders.items() if size < total}
    has_half = [folder for folder, size in parts.items() if 2 * size > total]
    most = max(parts.values(), default=0)
    fullest = has_half or [folder for folder, size in parts.items() if size == most]
    return max(fullest, key=lambda folder: (folder.count("/"), folder), default="")
