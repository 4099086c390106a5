"""An entry as it was handed in, and the private copy of it that is graded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.intake.rules import SOURCES
from autograder.stop import Refusal

WORD = re.compile(r"[^\W\d_]+")


class Unusable(Refusal, ValueError):
    """An entry that cannot be graded; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A folder, an archive or a file that was handed in, and the name it is graded under."""

    name: str
    path: Path
    is_link: bool = False  # found in a class folder as a link, maybe to another's work
    module: str = ""  # the module that a lone file under another name is graded as
    kind: str = ""  # the suffix that `path` should have, where it has another
    parts: tuple["Entry", ...] = ()  # files that are one submission; `path` is the first

    @property
    def read_as(self) -> Path:
        """The name of the file or folder, with the suffix that it is read by."""
        return self.path.with_name(self.path.name + self.kind) if self.kind else self.path

    @property
    def paths(self) -> tuple[Path, ...]:
        """What was handed in."""
        return tuple(part.path for part in self.parts) or (self.path,)


@dataclass(frozen=True)
class Unread:
    """What is to be known of a submission of which nobody has read the imports.

    Attributes
    ----------
    modules : tuple of str
        The modules of the course: one that is lacking is no forbidden import.
    damaged : dict
        The notebooks that cannot be read, each with the reason.
    """

    modules: tuple[str, ...]
    damaged: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """A private copy of the files of one entry.

    Attributes
    ----------
    id : str
        The entry's name.
    folder : Path
        The copy; modules lie in it directly.
    sha256 : str
        Over names and contents of all files.
    files : tuple of str
        Relative names, sorted.
    refused : dict
        Module name to the reason why it may not run.
    blocked : dict
        Module name to the reason why it cannot run: what it needs was not handed in.
    paths : tuple of str
        Where each of `files` lay in what was handed in.
    notes : tuple of str
        What was chosen among several, taken under another name or left out, and why.
    unread : Unread or None
        What `bar_modules` needs to find what is `refused` and `blocked`; None once it has.
    seconds : float
        How long it took to copy it: part of its time.
    withheld : dict
        Documents that cannot be read, each with the reason.
    """

    id: str
    folder: Path
    sha256: str
    files: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unread: Unread | None = None
    seconds: float = 0.0
    withheld: dict[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """Those of `files` that are Python files or notebooks."""
        return tuple(file for file in self.files if file.endswith(SOURCES))

    def holds(self, module: str) -> bool:
        """Whether `module` was handed in, as ``.py`` or as notebook."""
        return any(f"{module}{suffix}" in self.files for suffix in SOURCES)


def find_misnamed(files: Sequence[str], modules: Sequence[str]) -> list[str]:
    """Return all sources among `files` if none has the name of a module, else none."""
    module_files = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    sources = [file for file in files if file.endswith(SOURCES)]
    return [] if module_files & {*files} else sources


def find_lookalikes(files: Sequence[str], modules: Sequence[str]) -> dict[str, str]:
    """Return modules that are not among `files`, each with a file that has its name in its own."""
    if find_misnamed(files, modules):
        return {}
    held = {module for module in modules for end in SOURCES if f"{module}{end}" in files}
    return {
        module: file
        for module in modules
        for file in files
        if file.endswith(SOURCES)
        and module not in held
        and module in WORD.findall(PurePosixPath(file).stem.casefold())
    }
