"""What was handed in: found, unpacked with care, copied to a folder of our own, and hashed.

The copy holds only Python files and notebooks, so that nothing in it can surprise and nothing
that happens to the original while grading matters.
"""

import ast
import errno
import gzip
import hashlib
import io
import re
import shutil
import stat
import sys
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from autograder.grading.notebook import NoNotebook, slim
from autograder.source import NO_PYTHON, parsed

ARCHIVES = (".zip", ".tar.gz", ".tgz")
FOREIGN = (".rar", ".7z", ".tar", ".tar.bz2", ".tar.xz", ".tar.zst", ".tbz2", ".txz", ".zipx")
SOURCES = (".py", ".ipynb")
ENTRIES = (*ARCHIVES, *FOREIGN, *SOURCES)
MAX_FILES = 500  # entries of one submission that are looked at
MAX_FILE = 16 << 20  # bytes of one file: a notebook may carry pictures
MAX_SOURCE = 512 << 10  # bytes of the code in one file
MAX_TOTAL = 4 << 20  # bytes of the code in all files
MAX_READ = 64 << 20  # bytes of all files that count, pictures in notebooks included
MAX_ARCHIVE = 64 << 20  # bytes of an archive
MAX_UNPACKED = 256 << 20  # bytes of a tar archive, unpacked
MAX_LOOKED = 20 * MAX_FILES  # entries of a folder or an archive
ZIP_MEMBER = b"PK\x01\x02"  # stands before each member in a zip's directory
LONGEST_NAME = 200  # bytes
RESERVED = frozenset(
    {"grades.csv", "index.html", "changes.csv", "similarity.csv", "feedback"}
)  # what a grading run puts beside the scores
MADE = "repro_modules"  # what `repro` makes of notebooks
SCRIPT = re.compile(r"repro_m\d_\w+\.py")  # what `repro` writes
JUNK = frozenset({"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", MADE})
FREE_IMPORTS = frozenset(sys.stdlib_module_names) | {"numpy"}
OURS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)


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


def entries(path: Path, modules: Sequence[str]) -> list[Entry]:
    """Return the submissions at `path`: itself if it is one, else what lies in it.

    Raises
    ------
    FileNotFoundError
        When there is nothing at `path`.
    Unusable
        When a folder holds no entry.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}; name a folder of submissions, or one")
    if path.is_file():
        return [Entry(_stem(path.resolve()), path)]
    found = [child for child in sorted(path.iterdir()) if _is_entry(child)]
    if _has_module(path, modules) and not any(_is_whole(child, modules) for child in found):
        return [Entry(_stem(path.resolve()), path)]
    if not found:
        raise Unusable(f"{path} holds no submission: no folder, archive or notebook is in it")
    return _named(found)


def lone_suffix(path: Path) -> str:
    """Return the kind of source that `path` is, in small letters; nothing for all else."""
    return path.suffix.lower() if path.is_file() and _ends(path, SOURCES) else ""


def _has_module(folder: Path, modules: Sequence[str]) -> bool:
    return any((folder / f"{module}{end}").is_file() for module in modules for end in SOURCES)


def _is_whole(child: Path, modules: Sequence[str]) -> bool:
    """Whether `child` is a submission: a stray module does not make a class one entry."""
    return _ends(child, ARCHIVES) or (child.is_dir() and _has_module(child, modules))


def _is_entry(path: Path) -> bool:
    if path.name.startswith(".") or path.name in JUNK:
        return False
    return path.is_dir() or _ends(path, ENTRIES)


def _ends(path: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether a name ends so, in capitals too: some systems write them."""
    return path.name.lower().endswith(suffixes)


def _stem(path: Path) -> str:
    suffix = next((end for end in ENTRIES if _ends(path, (end,))), "")
    name = path.name[: len(path.name) - len(suffix)] if path.is_file() else path.name
    return _encodable(name)


def _named(paths: list[Path]) -> list[Entry]:
    stems = [_stem(path) for path in paths]
    names = [
        stem if stems.count(stem) == 1 else _encodable(path.name)
        for stem, path in zip(stems, paths, strict=True)
    ]
    unique = [
        name if names.count(name) == 1 else f"{name}-{_digest(path.name)}"
        for name, path in zip(names, paths, strict=True)
    ]
    return [Entry(name, path, path.is_symlink()) for name, path in zip(unique, paths, strict=True)]


def _encodable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def folder_name(name: str) -> str:
    """Return `name` as one safe file name; two different names never meet."""
    plain = "".join(char if _is_plain(char) else "_" for char in name)
    safe = plain.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
    if safe and safe == name and not name.startswith(".") and name.lower() not in RESERVED:
        return name
    return f"{safe.lstrip('.')}-{_digest(name)}"


def _is_plain(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or char in " -_.@+"


def stage(entry: Entry, modules: Sequence[str], into: Path) -> Submission:
    """Copy what counts of `entry` to the empty folder `into`.

    Parameters
    ----------
    entry : Entry
        Folder, archive, notebook or module.
    modules : sequence of str
        The module names of the course; the shallowest folder that holds one becomes the root.
    into : Path
        Where the copy goes.

    Raises
    ------
    Unusable
        When the entry cannot be read or is too large.
    """
    if entry.is_link:
        raise Unusable("it is a symbolic link; wanted the work itself")
    sources = _readable(entry)
    placed = _placed([name for name, _ in sources], modules)
    total = looked = 0
    for name, read in sources:
        if name not in placed:
            continue
        data = _data(read, name)
        looked += len(data)
        total += _copy(data, into / placed[name], name)
        if total > MAX_TOTAL or looked > MAX_READ:
            raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")
    submission = _submission(entry.name, into, modules)
    if not submission.files:
        _require_unpacked(entry.path)
    return submission


Source = tuple[str, Callable[[], bytes]]
TOO_MANY = f"it holds more than {MAX_LOOKED} files"


def _require_unpacked(path: Path) -> None:
    """Say where the work lies in an archive inside of the entry."""
    for name in _names(path):
        if _ends(Path(name), (*ARCHIVES, *FOREIGN)) and name.isprintable():
            raise Unusable(
                f"it holds no source file but {name}: unpack that, and hand in its files"
            )


def _names(path: Path) -> list[str]:
    if path.is_dir():
        return sorted(child.name for child in islice(path.iterdir(), MAX_LOOKED))
    if _ends(path, (".zip",)):
        with zipfile.ZipFile(path) as archive:
            return [PurePosixPath(name).name for name in archive.namelist()]
    return []


def _readable(entry: Entry) -> list[Source]:
    path = entry.path
    try:
        _require_kind(path)
        sources = list(_take(_sources(path, entry.module)))
    except Unusable:
        raise
    except Exception as it:  # a broken archive raises what it likes: zlib.error, struct.error
        _require_theirs(it)
        told = it or type(it).__name__
        raise Unusable(f"{_encodable(path.name)} cannot be read: {told}") from None
    return sorted(sources, key=lambda source: source[0])


def _require_kind(path: Path) -> None:
    """Refuse what may never end, a pipe or a device, and archives that are too large."""
    if not (path.is_dir() or path.is_file()):
        raise Unusable(f"{_encodable(path.name)} is neither a folder nor a file")
    if path.is_file() and _ends(path, FOREIGN):
        raise Unusable(f"{_encodable(path.name)} is not read; wanted {', '.join(ARCHIVES)}")
    if path.is_file() and _ends(path, ARCHIVES) and path.stat().st_size > MAX_ARCHIVE:
        raise Unusable(f"{_encodable(path.name)} is larger than {MAX_ARCHIVE >> 20} MiB")


def _take(sources: Iterator[Source]) -> Iterator[Source]:
    for count, source in enumerate(sources):
        if count >= MAX_FILES:
            raise Unusable(f"it holds more than {MAX_FILES} source files")
        yield source


def _sources(path: Path, module: str) -> Iterator[Source]:
    if path.is_dir():
        return _folder_sources(path)
    if _ends(path, (".zip",)):
        return _zip_sources(path)
    if _ends(path, ARCHIVES):
        return _tar_sources(path)
    name = f"{module}{lone_suffix(path)}" if module else path.name
    return iter([(name, lambda: _read_file(path))] if _counts(name) else [])


def _folder_sources(path: Path) -> Iterator[Source]:
    looked = 0
    pending = [path]
    while pending:
        for child in sorted(pending.pop().iterdir()):
            looked += 1
            if looked > MAX_LOOKED:
                raise Unusable(TOO_MANY)
            mode = child.lstat().st_mode
            if stat.S_ISDIR(mode) and child.name not in JUNK:
                pending.append(child)
            elif stat.S_ISREG(mode) and _counts(child.relative_to(path).as_posix()):
                yield child.relative_to(path).as_posix(), lambda child=child: _read_file(child)  # type: ignore[misc]


def _read_file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def _zip_sources(path: Path) -> Iterator[Source]:
    if path.read_bytes().count(ZIP_MEMBER) > MAX_LOOKED:
        raise Unusable(TOO_MANY)
    with zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if _zip_counts(info)]
    for info in members:
        yield info.filename, lambda info=info: _read_zip(path, info)  # type: ignore[misc]


def _zip_counts(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not info.is_dir() and _counts(info.filename)


def _read_zip(path: Path, info: zipfile.ZipInfo) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
        return stream.read(MAX_FILE + 1)


def _tar_sources(path: Path) -> Iterator[Source]:
    read = 0
    with gzip.open(path) as packed, tarfile.open(fileobj=_Bounded(packed), mode="r|") as archive:
        for looked, info in enumerate(archive):
            if looked > MAX_LOOKED:
                raise Unusable(TOO_MANY)
            if info.isfile() and _counts(info.name):
                data = _read_tar(archive, info)
                read += len(data)
                if read > MAX_READ:
                    raise Unusable(f"its source files exceed {MAX_READ >> 20} MiB in total")
                yield info.name.removeprefix("./"), lambda data=data: data  # type: ignore[misc]


class _Bounded(io.BufferedIOBase):
    """A stream that ends with an error where a bomb would go on."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self.stream = stream
        self.left = MAX_UNPACKED

    def read(self, size: int | None = -1, /) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Unusable(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB")
        return data


def _read_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(info)
    return stream.read(MAX_FILE + 1) if stream else b""


def _counts(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or "\0" in name
    hidden = any(part in JUNK or part.startswith(".") for part in path.parts)
    hidden = hidden or SCRIPT.fullmatch(path.name) is not None
    legible = name.isprintable() and all(len(part.encode()) <= LONGEST_NAME for part in path.parts)
    reachable = not outside and not hidden and len(path.parts) < 20
    return path.suffix.lower() in SOURCES and legible and reachable


def _placed(names: list[str], modules: Sequence[str]) -> dict[str, str]:
    """Where each source goes: the root's files keep their place, stray modules join the root."""
    wanted = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    found = sorted(
        (name for name in names if PurePosixPath(name).name in wanted),
        key=lambda name: (len(PurePosixPath(name).parts), name),
    )
    root = PurePosixPath(found[0]).parent if found else PurePosixPath(".")
    placed = {
        name: PurePosixPath(name).relative_to(root).as_posix()
        for name in names
        if PurePosixPath(name).is_relative_to(root)
    }
    for name in found:
        target = PurePosixPath(name).name
        if target not in placed.values():
            placed[name] = target
    return placed


def _data(read: Callable[[], bytes], name: str) -> bytes:
    try:
        data = read()
    except Exception as it:  # as in `_readable`
        _require_theirs(it)
        raise Unusable(f"{name} cannot be read: {it or type(it).__name__}") from None
    if len(data) > MAX_FILE:
        raise Unusable(f"{name} is larger than {MAX_FILE >> 20} MiB")
    return data


def _copy(data: bytes, target: Path, name: str) -> int:
    data = _slim(data) if name.lower().endswith(".ipynb") else data
    if len(data) > MAX_SOURCE:
        raise Unusable(f"{name} holds more than {MAX_SOURCE >> 10} KiB of code")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as it:  # one name as file and as folder, too long a path
        _require_theirs(it)
        raise Unusable(f"{name} cannot be unpacked: {it.strerror}") from None
    return len(data)


def _slim(notebook: bytes) -> bytes:
    try:
        return slim(notebook)
    except NoNotebook:
        return notebook[:1000]  # enough for a hash; `_refused` tells


def _require_theirs(problem: Exception) -> None:
    """Raise again what this machine is to blame for: nobody's work is refused for a full disk."""
    if isinstance(problem, OSError) and problem.errno in OURS:
        raise problem


def _submission(name: str, folder: Path, modules: Sequence[str]) -> Submission:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(path.relative_to(folder).as_posix() for path in paths)
    digest = hashlib.sha256()
    for file, path in zip(files, paths, strict=True):
        data = path.read_bytes()
        digest.update(f"{file}\0{len(data)}\0".encode() + data)
    return Submission(name, folder.resolve(), digest.hexdigest(), files, _refused(folder, modules))


def _refused(folder: Path, modules: Sequence[str]) -> dict[str, str]:
    own = {path.stem for path in folder.iterdir()}
    reasons = {module: _why_not(folder, module, own) for module in modules}
    return {module: reason for module, reason in reasons.items() if reason}


def _why_not(folder: Path, module: str, own: set[str]) -> str:
    file, notebook = (folder / f"{module}{suffix}" for suffix in SOURCES)
    if file.is_file():
        return _forbidden(file, own)
    return _unreadable(notebook) if notebook.is_file() else ""


def _forbidden(file: Path, own: set[str]) -> str:
    bad = sorted(_imported(file) - FREE_IMPORTS - own)
    told = "only the standard library and NumPy may be imported"
    return f"{file.name} imports {', '.join(bad)}; {told}" if bad else ""


def _unreadable(notebook: Path) -> str:
    try:
        slim(notebook.read_bytes())
    except NoNotebook as problem:
        return f"{notebook.name} is no notebook: {problem}; save it in Jupyter, hand in that file"
    return ""


def _imported(file: Path) -> set[str]:
    try:
        # Not by the encoding that the file declares: decoding Punycode takes for ever.
        tree = parsed(file.read_bytes().decode("utf-8-sig"))
    except NO_PYTHON:
        return set()  # the worker tells what is wrong with it
    return {name for node in tree.body for name in _top_names(node)}


def _top_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []


def remove(submission: Submission) -> None:
    """Delete the private copy."""
    shutil.rmtree(submission.folder, ignore_errors=True)
