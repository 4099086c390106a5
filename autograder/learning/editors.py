"""Opening a file at a line, in the learner's own editor."""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from autograder.files import explain_os_error
from autograder.stop import Stop
from autograder.words import Phrase

PLACE = r"(?P<file>[\w.-]+\.(?:py|ipynb))(?:\[(?P<cell>\d+)\])?:(?P<line>\d+)"
POINTED = re.compile(rf"^look at {PLACE}", re.MULTILINE)
RAISED = re.compile(rf"^ +{PLACE} in ", re.MULTILINE)  # a line of a traceback
VARIABLES = ("VISUAL", "EDITOR")  # in this order, as everywhere
PLUS_LINE = frozenset(
    {"vi", "vim", "nvim", "gvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak"}
    | {"joe", "jed", "mg", "ne", "gedit", "kate"}
)  # they take +12 before the file
COLON_LINE = frozenset({"hx", "helix", "subl", "zed"})  # file:12
GO_TO = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})  # -g file:12


@dataclass(frozen=True)
class Location:
    """A line of a file of the learner's; of a notebook the line in that cell."""

    file: Path
    line: int
    cell: int = 0

    def __str__(self) -> str:
        return f"{self.file}{f'[{self.cell}]' * bool(self.cell)}:{self.line}"


def find_location(message: str, folder: Path) -> Location | None:
    """Return the first place that a failure's message points to, if that file is in `folder`."""
    for match in (*POINTED.finditer(message), *reversed(list(RAISED.finditer(message)))):
        file = folder / match["file"]
        if file.is_file():
            return Location(file, int(match["line"]), int(match["cell"] or 0))
    return None


def open_location(location: Location) -> None:
    """Open the learner's editor there, and wait for it; stop with one sentence where that fails."""
    words = find_editor()
    if not words:
        raise Stop(
            "the failure is at {location}, and no editor is set to open it: set EDITOR, such as "
            "EDITOR=nano, or install VS Code's command 'code'",
            location=location,
        )
    command = [*words, *_arguments(Path(words[0]).stem.lower(), location)]
    try:
        code = subprocess.call(command)
    except OSError as problem:
        reason = explain_os_error(problem)
        raise Stop(
            "cannot start the editor {editor}: {reason}; set EDITOR to another",
            editor=words[0],
            reason=Phrase(reason),
        ) from None
    if code:
        raise Stop("the editor {editor} ended with exit code {code}", 1, editor=words[0], code=code)


def find_editor() -> list[str]:
    """Return the command of the learner's editor; VS Code's where none is named and it is there."""
    named = next((os.environ[name] for name in VARIABLES if os.environ.get(name, "").strip()), "")
    if named:
        try:
            return [named] if shutil.which(named) else shlex.split(named, posix=os.name != "nt")
        except ValueError:
            return [named]
    return [found] if (found := shutil.which("code")) else []


def _arguments(editor: str, location: Location) -> list[str]:
    file = str(location.file)
    if location.cell:  # a line of a cell is none of the file
        return [file]
    if editor in GO_TO:
        return ["-g", f"{file}:{location.line}"]
    if editor in COLON_LINE:
        return [f"{file}:{location.line}"]
    return [f"+{location.line}", file] if editor in PLUS_LINE else [file]
