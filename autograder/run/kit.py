"""The hash of everything that decides a score: it tells whether results and clusters still fit."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from autograder.data import registry
from autograder.judge.settings import JudgedMilestone

PACKAGE = Path(__file__).parent.parent
CODE_AND_DATA = (".py", ".toml", ".ini", ".npz", ".msgpack")
UNUSED = ("cli", "learning", "exchange", "reports", "templates", "assignments", "datasets")
COURSE = "course/course.toml"  # a kit has its own; what it decides stands in the key of a score


def kit_files(package: Path = PACKAGE) -> Iterator[Path]:
    """Yield every file of `package` that a judge loads or reads, the version included."""
    for file in sorted(package.rglob("*")):
        is_used = file.relative_to(package).parts[0] not in UNUSED and not file.match(COURSE)
        is_maker = file.match("golden/make_*")  # a student's kit lacks those
        if file.suffix in CODE_AND_DATA and is_used and not is_maker:
            yield file


@cache
def kit_sha256(package: Path = PACKAGE) -> str:
    """Return the hash of `kit_files`, names and contents, and of the list of data sets."""
    digest = hashlib.sha256()
    for file in kit_files(package):
        name = file.relative_to(package).as_posix()
        digest.update(f"{name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    digest.update((registry.find_datasets() / "registry.toml").read_bytes())
    return digest.hexdigest()


def checks_sha256(parts: Sequence[JudgedMilestone]) -> str:
    """Return the hash of all that decides a score by `parts`: the kit, and what a course adds."""
    own = [part.own_sha256 for part in parts if part.own_sha256]
    if not own:
        return kit_sha256()
    return hashlib.sha256("".join([kit_sha256(), *own]).encode()).hexdigest()
