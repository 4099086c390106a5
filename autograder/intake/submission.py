"""An entry as it was handed in, and the private copy of it that is graded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.rules import SOURCES


class Unusable(ValueError):
    """An entry that cannot be graded; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A folder, an archive or a file that was handed in, and the name it is graded under."""

    name: str
    path: Path
    is_link: bool = False  # found in a class folder as a link, maybe to another's work
    module: str = ""  # the module that a lone file under another name is graded as


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
    notes : tuple of str
        What was left out, and why.
    """

    id: str
    folder: Path
    sha256: str
    files: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def holds(self, module: str) -> bool:
        """Whether `module` was handed in, as ``.py`` or as notebook."""
        return any(f"{module}{suffix}" in self.files for suffix in SOURCES)


def find_misnamed(files: Sequence[str], modules: Sequence[str]) -> list[str]:
    """Return all of `files` if none has the name of a module, else none."""
    module_files = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    return [] if module_files & {*files} else list(files)
