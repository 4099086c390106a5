"""One thing handed in, and the private copy of it that is graded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.rules import SOURCES


class Unusable(ValueError):
    """An entry that cannot be graded, with the sentence that says why."""


@dataclass(frozen=True)
class Entry:
    """One thing handed in: a folder, an archive or a notebook, and the name it is graded under."""

    name: str
    path: Path
    is_link: bool = False  # found in a class folder as a link, maybe to another's work
    module: str = ""  # what a file that is handed in alone, under another name, is taken as


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
        Module name to the sentence why it may not run.
    """

    id: str
    folder: Path
    sha256: str
    files: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)

    def holds(self, module: str) -> bool:
        """Whether `module` was handed in, as ``.py`` or as notebook."""
        return any(f"{module}{suffix}" in self.files for suffix in SOURCES)


def instead(files: Sequence[str], modules: Sequence[str]) -> list[str]:
    """Return the sources that were handed in where none has the name of a module."""
    wanted = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    return [] if wanted & {*files} else list(files)
