"""A learner's module as a file, ``engine.py`` or ``engine.ipynb``, beside the stub it began as."""

import difflib
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Part
from autograder.course.assignments import find_assignments
from autograder.course.tasks import tasks_by_check
from autograder.files import explain_os_error, lock_folder, write_atomically
from autograder.intake.rules import MAX_FILE, SOURCES
from autograder.judge.spec import ListedCheck
from autograder.language.catalogue import translate
from autograder.learning.functions import (
    Extent,
    cut_lines,
    find_functions,
    replace_lines,
    split_lines,
)
from autograder.stop import Stop, stop_on_write_error
from autograder.words import Phrase
from autograder.worker import magics
from autograder.worker.imports import raw_cells
from autograder.worker.source import PARSE_ERRORS

CELL_LINE = "# %%\n"  # between the cells of a notebook, where it is shown as one text
ADVICE = "nothing was changed"


class Broken(Exception):
    """A text that cannot be parsed; the message says where, and why."""


@dataclass(frozen=True)
class CodeText:
    """A cell of a notebook, or a whole ``.py``: as it stands, and as Python of as many lines."""

    text: str
    python: str


@dataclass(frozen=True)
class LearnerModule:
    """A file of the learner's."""

    part: Part
    file: Path

    @property
    def stub(self) -> Path:
        """What ``start`` made of it."""
        return find_assignments() / self.part.folder / f"{self.part.module}{self.file.suffix}"

    def read(self) -> bytes:
        """Return its content, or stop where that is impossible."""
        try:
            if self.file.stat().st_size > MAX_FILE:
                large = "{path} is larger than {size} MiB: is it a module?"
                raise Stop(large, 1, path=self.file, size=MAX_FILE >> 20)
            return self.file.read_bytes()
        except OSError as problem:
            reason = Phrase(explain_os_error(problem))
            raise Stop("cannot read {path}: {reason}", 1, path=self.file, reason=reason) from None


def find_learner_module(part: Part, folder: Path) -> LearnerModule | None:
    """Return the file of `part` in `folder`; a ``.py`` goes before a notebook, as in grading."""
    files = (folder / f"{part.module}{suffix}" for suffix in SOURCES)
    return next((LearnerModule(part, file) for file in files if file.is_file()), None)


def require_learner_module(part: Part, folder: Path) -> LearnerModule:
    """Return the file of `part` in `folder`, or stop with one sentence."""
    if module := find_learner_module(part, folder):
        return module
    names = translate(" or ").join(f"{part.module}{suffix}" for suffix in SOURCES)
    command = f"autograder start --extras {part.id}" if part.is_extra else "autograder start"
    absent = "there is no {names} in {folder}; '{command}' puts a stub there"
    raise Stop(absent, 1, names=names, folder=folder, command=command)


def functions_for_check(listed: ListedCheck, module: LearnerModule) -> list[str]:
    """Return the functions of the stub that a check is about, the first of all first.

    A check's list of places names all that it runs through. What its task asks for is what it is
    about; where the task asks for nothing new, all of them are.
    """
    stub = _names_in(module.stub)
    places = [name for name in listed.spec.places if name in stub]
    if not places:  # a class that inherits all that is asked for
        owners = (name.partition(".")[0] for name in listed.spec.places)
        return [name for name in dict.fromkeys(owners) if name in stub][:1]
    task = tasks_by_check([module.part]).get(listed.id)
    asked = {name.rpartition(".")[2] for name in task.functions} if task else set()
    named = [name for name in places if {*name.split(".")} & asked]
    return list(dict.fromkeys([*places[:1], *named])) if named else places


@cache
def _names_in(stub: Path) -> frozenset[str]:
    cells = _read_cells(stub.read_bytes(), stub)
    return frozenset(name for cell in cells for name in find_functions(cell.python))


def put_back(module: LearnerModule, names: Sequence[str]) -> bytes:
    """Return the module with the functions `names` as in its stub.

    Raises
    ------
    Broken
        When its text, or the cell that may hold a function, cannot be parsed.
    LookupError
        When it does not define one of them.
    """
    data = module.read()
    stubs = {name: _stub_of(module, name) for name in names}
    if module.file.suffix == ".ipynb":
        return _edit_notebook(data, stubs, module.file)
    for name, stub in stubs.items():
        cell, extent = _find_definition(_read_cells(data, module.file), name, module.file)
        text = replace_lines(cell.text, extent, stub)
        data = text.encode("utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8")
    return data


def _stub_of(module: LearnerModule, name: str) -> str:
    cells = _read_cells(module.stub.read_bytes(), module.stub)
    cell, extent = _find_definition(cells, name, module.stub)
    return cut_lines(cell.text, extent)


def _decode(data: bytes, file: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        values = {"file": file.name, "reason": problem.reason}
        raise Broken(translate("{file} is not UTF-8 ({reason})", **values)) from None


def _read_cells(data: bytes, file: Path) -> list[CodeText]:
    """Return the texts of a module: of a notebook each code cell."""
    if file.suffix != ".ipynb":
        text = _decode(data, file)
        return [CodeText(text, text)]
    try:
        return [CodeText(text, magics.python_source(text)) for text in raw_cells(data)]
    except ImportError as problem:
        raise Broken(f"{file.name} is {problem}") from None


def _find_definition(cells: Sequence[CodeText], name: str, file: Path) -> tuple[CodeText, Extent]:
    """Return the last of `cells` that defines `name`, and where in it."""
    broken = ""
    for number, cell in reversed(list(enumerate(cells, start=1))):
        where = file.name if file.suffix != ".ipynb" else f"{file.name}[{number}]"
        try:
            if extent := find_functions(cell.python).get(name):
                return cell, extent
        except SyntaxError as problem:
            values = {"where": where, "line": problem.lineno, "problem": problem.msg}
            broken = translate("{where}, line {line}: {problem}", **values)
        except PARSE_ERRORS as problem:
            broken = f"{where}: {problem}"
    if broken:
        raise Broken(broken)
    raise LookupError(translate("{file} has no {name} of its own", file=file.name, name=name))


def _edit_notebook(data: bytes, stubs: dict[str, str], file: Path) -> bytes:
    cells = _read_cells(data, file)
    notebook: Any = json.loads(data)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for name, stub in stubs.items():
        cell, extent = _find_definition(cells, name, file)
        text, index = replace_lines(cell.text, extent, stub), cells.index(cell)
        cells[index] = CodeText(text, magics.python_source(text))
        is_text = isinstance(code[index]["source"], str)
        code[index]["source"] = text if is_text else text.splitlines(keepends=True)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def swap_file(module: LearnerModule, word: str, make: Callable[[], bytes]) -> Path | None:
    """Write what `make` returns in place of a module, and keep what stood there beside it.

    Parameters
    ----------
    module : LearnerModule
        The file.
    word : str
        ``reset``, for ``engine.before-reset-1.py``.
    make : callable
        Returns the new content; called while no other command can change the file.

    Returns
    -------
    Path or None
        The name that the old content has now; None where it is the same already, or was none.
    """
    with stop_on_write_error(module.file, ADVICE), lock_folder(module.file.parent):
        if not module.file.exists():
            write_atomically(module.file, make())
            return None
        old, new = module.read(), make()
        if old == new:
            return None
        kept = _keep(module.file, word, old)
        try:
            write_atomically(module.file, new)
        except OSError:
            kept.unlink(missing_ok=True)
            raise
        return kept


def _keep(file: Path, word: str, data: bytes) -> Path:
    for number in range(1, 10_000):
        kept = file.with_name(f"{file.stem}.before-{word}-{number}{file.suffix}")
        try:
            stream = kept.open("xb")
        except FileExistsError:
            continue
        try:
            with stream:
                stream.write(data)
        except OSError:
            kept.unlink(missing_ok=True)
            raise
        return kept
    raise FileExistsError(f"too many files {file.stem}.before-{word}-N{file.suffix}")


def compare_with_stub(module: LearnerModule, names: Sequence[str] = ()) -> list[str]:
    """Return the unified diff from the stub to the learner's text, of all or of some functions."""
    before = _shown_lines(module.stub.read_bytes(), module.stub, names)
    after = _shown_lines(module.read(), module.file, names)
    labels = f"stub/{module.file.name}", module.file.name
    return list(difflib.unified_diff(before, after, *labels, lineterm=""))


def _shown_lines(data: bytes, file: Path, names: Sequence[str]) -> list[str]:
    """Return a module as lines without their ends: what differs there alone is no difference."""
    cells = _read_cells(data, file)
    parts = [
        cut_lines(cell.text, extent)
        for cell, extent in (_find_definition(cells, name, file) for name in names)
    ]
    texts, between = (parts, "\n") if names else ([cell.text for cell in cells], CELL_LINE)
    joined = between.join(f"{text.rstrip()}\n" for text in texts)
    return [line.rstrip("\r\n") for line in split_lines(joined)]
