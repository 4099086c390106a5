"""Where the files of a data set lie, and getting those that are not there yet."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autograder.data import registry
from autograder.data.registry import DataSet, File

VARIABLE = "AUTOGRADER_DATA_DIR"
TIMEOUT = 30.0  # seconds without a byte before a mirror counts as dead
RETRIES = 2  # after the first try, at each mirror

Bar = Callable[[File], AbstractContextManager[Any]]  # with total, update, reset, close for pooch


class DataMissing(Exception):
    """A file is not there and cannot be had; says what was tried and which folder to fill."""


@dataclass(frozen=True)
class Store:
    """The places where data sets lie, a folder each: ``mnist/train-images-idx3-ubyte.gz``.

    Attributes
    ----------
    cache : Path
        Where downloads go.
    given : Path or None
        A folder that somebody filled, looked into first and never written to.
    retries : int
        After the first try, at each mirror.
    """

    cache: Path
    given: Path | None = None
    retries: int = field(default=RETRIES, repr=False)

    def find(self, dataset: DataSet, file: File) -> Path | None:
        """Return the right file where it lies already, else None.

        Raises
        ------
        DataMissing
            When the given folder has a file of this name with another content.
        """
        given = self.given / dataset.name / file.name if self.given else None
        if given and given.is_file():
            if not is_right(given, file):
                raise DataMissing(f"{given} is not the file it should be: {_wanted(file)}")
            return given
        home = self.cache if dataset.mirrors else registry.folder()
        cached = home / dataset.name / file.name
        return cached if cached.is_file() and is_right(cached, file) else None

    def holds(self, dataset: DataSet) -> bool:
        """Whether all of a data set lies here; nothing is downloaded."""
        return all(self.find(dataset, file) for file in dataset.files)

    def fetch(self, dataset: DataSet, file: File, bar: Bar | None = None) -> Path:
        """Return the file, downloaded where it is not there yet or not what it should be.

        Raises
        ------
        DataMissing
            When no mirror has it, or when there is no network.
        """
        return self.find(dataset, file) or self._download(dataset, file, bar)

    def _download(self, dataset: DataSet, file: File, bar: Bar | None) -> Path:
        problems = []
        for mirror in dataset.mirrors:
            try:
                return self._download_from(mirror, dataset, file, bar)
            except (OSError, ValueError) as problem:  # no connection, or another content
                problems.append(f"{urlsplit(mirror).netloc}: {_reason(problem)}")
        raise DataMissing(self._told(dataset, file, problems))

    def _download_from(self, mirror: str, dataset: DataSet, file: File, bar: Bar | None) -> Path:
        import pooch  # noqa: PLC0415  (a network library: only where it is needed)

        pooch.get_logger().setLevel("ERROR")
        shelf = pooch.create(
            self.cache / dataset.name,
            mirror,
            registry={file.name: f"sha256:{file.sha256}"},
            retry_if_failed=self.retries,
        )
        with bar(file) if bar else nullcontext(False) as shown:
            loader = pooch.HTTPDownloader(progressbar=shown, timeout=TIMEOUT)
            return Path(shelf.fetch(file.name, downloader=loader))

    def _told(self, dataset: DataSet, file: File, problems: list[str]) -> str:
        if not dataset.mirrors:
            return (
                f"{registry.folder() / dataset.name / file.name} comes with the kit, and is "
                f"missing or changed: install the kit again, or put it there: {_wanted(file)}"
            )
        folder = self.cache / dataset.name
        return (
            f"{dataset.name}/{file.name} could not be downloaded ({'; '.join(problems)}). "
            f"Put the file into {folder}, or set {VARIABLE} to a folder that holds "
            f"{dataset.name}/{file.name}: {_wanted(file)}"
        )


def default(data_dir: str = "") -> Store:
    """Return the store of this machine; `data_dir` is the course's, the environment goes first."""
    import pooch  # noqa: PLC0415

    given = os.environ.get(VARIABLE) or data_dir
    return Store(Path(pooch.os_cache("autograder")), Path(given).expanduser() if given else None)


def is_right(path: Path, file: File) -> bool:
    """Whether the content of `path` is that of `file`."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() == file.sha256:
        return True
    try:
        unpacked = gzip.decompress(content) if file.content_sha256 else b""
    except (OSError, EOFError, zlib.error):
        return False
    return hashlib.sha256(unpacked).hexdigest() == file.content_sha256


def _wanted(file: File) -> str:
    return f"{file.size:,} bytes, SHA-256 {file.sha256}"


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:  # the disk's fault, not the network's
        return problem.strerror
    return "another content" if isinstance(problem, ValueError) else type(problem).__name__
