"""The store in which the files of data sets lie, and the download of those that are missing."""

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
from autograder.stop import Refusal
from autograder.words import Phrase

DATA_DIR_VARIABLE = "AUTOGRADER_DATA_DIR"
TIMEOUT = 30.0  # seconds without a byte before a mirror counts as dead
RETRIES = 2  # after the first try, at each mirror

Bar = Callable[[File], AbstractContextManager[Any]]  # with total, update, reset, close for pooch


class DataMissing(Refusal):
    """A file is not available; the message says what was tried and which folder to fill."""


@dataclass(frozen=True)
class Store:
    """The folders in which data sets lie, one per data set: ``mnist/train-images-idx3-ubyte.gz``.

    Attributes
    ----------
    cache : Path
        The folder for downloads.
    user_folder : Path or None
        A folder that somebody filled, searched first and never written to.
    retries : int
        After the first try, at each mirror.
    """

    cache: Path
    user_folder: Path | None = None
    retries: int = field(default=RETRIES, repr=False)

    def find(self, dataset: DataSet, file: File) -> Path | None:
        """Return the path of a file with the right content, None where there is none.

        Raises
        ------
        DataMissing
            When the user's folder has a file of this name with another content.
        """
        provided = self.user_folder / dataset.name / file.name if self.user_folder else None
        if provided and provided.is_file():
            if not has_content(provided, file):
                wrong = "{path} is not the file it should be: {wanted}"
                raise DataMissing(wrong, path=provided, wanted=_describe_file(file))
            return provided
        home = self.cache if dataset.mirrors else registry.find_datasets()
        cached = home / dataset.name / file.name
        return cached if cached.is_file() and has_content(cached, file) else None

    def holds(self, dataset: DataSet) -> bool:
        """Whether all of a data set lies here; nothing is downloaded."""
        return all(self.find(dataset, file) for file in dataset.files)

    def fetch(self, dataset: DataSet, file: File, bar: Bar | None = None) -> Path:
        """Return the path of a file, downloaded where it is missing or has another content.

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
                problems.append(f"{urlsplit(mirror).netloc}: {_describe_problem(problem)}")
        raise DataMissing(self._describe_failure(dataset, file, problems))

    def _download_from(self, mirror: str, dataset: DataSet, file: File, bar: Bar | None) -> Path:
        import pooch  # noqa: PLC0415  (a network library: only where it is needed)

        pooch.get_logger().setLevel("ERROR")
        files = pooch.create(
            self.cache / dataset.name,
            mirror,
            registry={file.name: f"sha256:{file.sha256}"},
            retry_if_failed=self.retries,
        )
        with bar(file) if bar else nullcontext(False) as progress:
            loader = pooch.HTTPDownloader(progressbar=progress, timeout=TIMEOUT)
            return Path(files.fetch(file.name, downloader=loader))

    def _describe_failure(self, dataset: DataSet, file: File, problems: list[str]) -> Phrase:
        if not dataset.mirrors:
            path = registry.find_datasets() / dataset.name / file.name
            return Phrase(
                "{path} comes with the kit, and is missing or changed: install the kit again, or "
                "put it there: {wanted}",
                path=path,
                wanted=_describe_file(file),
            )
        return Phrase(
            "{name} could not be downloaded ({problems}). Put the file into {folder}, or set "
            "{variable} to a folder that holds {name}: {wanted}",
            name=f"{dataset.name}/{file.name}",
            problems="; ".join(problems),
            folder=self.cache / dataset.name,
            variable=DATA_DIR_VARIABLE,
            wanted=_describe_file(file),
        )


def open_store(data_dir: str = "") -> Store:
    """Return the store of this machine; `data_dir` is the course's, the environment goes first."""
    import pooch  # noqa: PLC0415

    folder = os.environ.get(DATA_DIR_VARIABLE) or data_dir
    return Store(Path(pooch.os_cache("autograder")), Path(folder).expanduser() if folder else None)


def has_content(path: Path, file: File) -> bool:
    """Whether the content of `path` is that of `file`."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() == file.sha256:
        return True
    try:
        unpacked = gzip.decompress(content) if file.content_sha256 else b""
    except (OSError, EOFError, zlib.error):
        return False
    return hashlib.sha256(unpacked).hexdigest() == file.content_sha256


def _describe_file(file: File) -> Phrase:
    return Phrase("{size:,} bytes, SHA-256 {sha256}", size=file.size, sha256=file.sha256)


def _describe_problem(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:  # the disk's fault, not the network's
        return problem.strerror
    return "another content" if isinstance(problem, ValueError) else type(problem).__name__
