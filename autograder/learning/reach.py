"""The learner's modules that the checks of a milestone can reach, and the hash of their content.

Where that hash is what it was, so is everything that those checks can see. ``check`` remembers by
it what passed, and ``watch`` finds by it what a save affects.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from autograder.course import Part, folders
from autograder.course.parts import Unit
from autograder.intake.rules import JUNK, MAX_FILE, SOURCES
from autograder.worker.source import PARSE_ERRORS, parse_source

WORD = re.compile(r"[^\W\d]\w*")
IMPORT = re.compile(r"\b(?:from|import) +(?:autograder\.worker\.probes import +)?([^\W\d]\w*)")
QUOTED = re.compile(r"""["']([^\W\d]\w*)["']""")
INDIRECT = frozenset({"importlib", "runpy", "pkgutil", "__import__", "exec", "eval", "open"})
PACKAGE = Path(__file__).parents[1]
CHECKS, PROBES = PACKAGE / "checks", PACKAGE / "worker" / "probes"
TRAINED = "trained.py"  # what several probe modules build on


class Reach:
    """What the modules in a folder import of each other.

    Parameters
    ----------
    folder : Path
        The learner's, or a private copy of it; modules lie in it directly.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._imports: dict[bytes, frozenset[str]] = {}  # by the content they stand in

    def find_modules(self, part: Part) -> set[str]:
        """Return the modules that the checks of `part` can reach, as far as they are there.

        A name of the standard library that lies beside them may be reached through any import.
        """
        present = self._list_modules()
        pending = [part.module, *_list_asked(part.folder, part.home), *sys.stdlib_module_names]
        reachable: set[str] = set()
        while pending:
            name = pending.pop()
            if name in present and name not in reachable:
                reachable.add(name)
                pending += [n for file in self._files_of(name) for n in self._read_imports(file)]
        return reachable

    def hash_modules(self, part: Part) -> str:
        """Return the hash of names and contents of all that the checks of `part` can reach."""
        digest = hashlib.sha256()
        for file in self._list_reachable(part):
            content = read_content(file)
            name = file.relative_to(self.folder).as_posix()
            digest.update(f"{name}\0{_size(file)}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def _list_reachable(self, part: Part) -> list[Path]:
        modules = sorted(self.find_modules(part))
        files = {file for module in modules for file in self._files_of(module)}
        names = part.documents if isinstance(part, Unit) else []
        return sorted(files | {self.folder / name for name in names})

    def _list_modules(self) -> set[str]:
        return {
            path.stem if path.suffix in SOURCES else path.name
            for path in self._list_folder()
            if path.suffix in SOURCES or (path.is_dir() and path.name.isidentifier())
        }

    def _list_folder(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if path.name not in JUNK]

    def _files_of(self, module: str) -> Iterator[Path]:
        """Yield the files of a module or a package."""
        yield from (f for end in SOURCES if (f := self.folder / f"{module}{end}").exists())
        for path in sorted((self.folder / module).rglob("*.py")):
            if path.is_file() and not JUNK & {*path.parts}:
                yield path

    def _read_imports(self, file: Path) -> frozenset[str]:
        content = read_content(file)
        key = hashlib.sha256(content).digest()
        if key not in self._imports:
            text = content.decode("utf-8-sig", "replace")
            self._imports[key] = find_imports(text, file.suffix == ".py")
        return self._imports[key]


def find_imports(text: str, is_python: bool = True) -> frozenset[str]:
    """Return the modules that `text` may import; each of its words where it cannot be parsed.

    Where it has means to import by a name in a string, or to read a file, the words of its strings
    count, too.
    """
    if not is_python:
        return frozenset(WORD.findall(text))
    try:
        tree = parse_source(text)
    except PARSE_ERRORS:
        return frozenset(WORD.findall(text))
    names = {*_imported_names(tree)}
    if INDIRECT & {*names, *_used_names(tree)}:
        names |= {*_string_words(tree)}
    return frozenset(names)


def _imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
            if node.level:
                yield from (alias.name for alias in node.names)


def _used_names(tree: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _string_words(tree: ast.AST) -> Iterator[str]:
    """Yield the words of all strings that are used: of no docstring."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield from WORD.findall(node.value)


@cache
def _list_asked(folder: str, home: str) -> frozenset[str]:
    """Return the modules that the probes and the programs of a milestone's checks import."""
    files = (
        [Path(home, folders.PROBE), Path(home, folders.CHECKS)]
        if home
        else [PROBES / f"{folder}.py", *(CHECKS / folder).glob("*.py")]
    )
    asked = {name for file in files for name in IMPORT.findall(file.read_text())}
    asked |= {*QUOTED.findall(files[0].read_text())}  # one may import by a name in a string
    shared = (PROBES / TRAINED).read_text() if "trained" in asked else ""
    return frozenset({*asked, *IMPORT.findall(shared)})


def read_content(file: Path) -> bytes:
    """Return the start of `file`; a pipe or a device is not opened: it may never end."""
    try:
        if not file.is_file():
            return b""
        with file.open("rb") as stream:
            return stream.read(MAX_FILE)
    except OSError:
        return b""  # deleted meanwhile, or closed to this user


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1
