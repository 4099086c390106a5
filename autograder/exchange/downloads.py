"""A download as a folder: what it is, or its zip unpacked for as long as it is read."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.intake.archives import is_plain_member, member_path
from autograder.stop import Stop

MAX_UNPACKED = 16 << 30  # bytes of a class


@contextmanager
def open_download(download: Path) -> Iterator[Path]:
    """Give the folder that a download is, or that its zip holds.

    Raises
    ------
    Stop
        Where it is neither, or a zip that cannot be read.
    """
    if download.is_dir():
        yield download
        return
    if not download.exists():
        raise Stop(
            "there is no {download}; name a platform's download, a folder or a zip",
            download=download,
        )
    if not zipfile.is_zipfile(download):
        raise Stop(
            "{download} is neither a folder nor a zip; name what the platform gave you to download",
            download=download,
        )
    with tempfile.TemporaryDirectory(prefix="autograder-collect-") as name:
        try:
            _unpack(download, Path(name))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as problem:
            raise Stop(
                "{download} cannot be read ({problem}); download it again",
                download=download,
                problem=problem,
            ) from None
        yield Path(name)


def _unpack(download: Path, into: Path) -> None:
    with zipfile.ZipFile(download) as archive:
        members = [info for info in archive.infolist() if is_plain_member(info)]
        if sum(info.file_size for info in members) > MAX_UNPACKED:
            raise Stop(
                "{download} unpacks to more than {size} GiB: is it a class?",
                download=download,
                size=MAX_UNPACKED >> 30,
            )
        for info in members:
            target = into / member_path(info)
            if target.is_relative_to(into) and target != into:
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
