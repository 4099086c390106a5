"""Paths of handed-in files: made plain, passed over by rule, or left out with a reason."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from autograder.intake.rules import (
    ENVIRONMENT_MARKS,
    ENVIRONMENT_PARTS,
    JUNK,
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


def is_source(path: str) -> bool:
    """Whether a clean path is that of a source that a person wrote."""
    is_hidden = is_junk(path) or any(part.startswith(".") for part in path.split("/"))
    is_written = not is_hidden and not REPRO_SCRIPT.fullmatch(path.rpartition("/")[2])
    return is_written and path.lower().endswith(SOURCES)


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
        folders.update({str(parent): size for parent in PurePosixPath(path).parents})
    total = sum(sizes.values())
    parts = {folder: size for folder, size in folders.items() if size < total}
    has_half = [folder for folder, size in parts.items() if 2 * size > total]
    most = max(parts.values(), default=0)
    fullest = has_half or [folder for folder, size in parts.items() if size == most]
    return max(fullest, key=lambda folder: (folder.count("/"), folder), default="")
