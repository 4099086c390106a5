"""The data sets that the course knows, from ``datasets/registry.toml``."""

from functools import cache
from pathlib import Path

import msgspec

PACKAGE = Path(__file__).parent.parent


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a data set.

    Attributes
    ----------
    name : str
        As the mirrors call it.
    size : int
        Bytes, as the mirrors have it.
    sha256 : str
        Of those bytes.
    content_sha256 : str
        Of a ``.gz`` file unpacked: two packings of one content differ.
    """

    name: str
    size: int
    sha256: str
    content_sha256: str = ""


class DataSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One data set; a generated one has no files, one that comes with the kit no mirrors."""

    name: str
    title: str
    licence: str
    source: str
    mirrors: list[str] = []
    files: list[File] = []

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)

    def file(self, name: str) -> File:
        """Return the file called `name`."""
        return next(file for file in self.files if file.name == name)


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All data sets."""

    datasets: list[DataSet]

    def dataset(self, name: str) -> DataSet:
        """Return one data set.

        Raises
        ------
        LookupError
            With the names there are.
        """
        by_name = {dataset.name: dataset for dataset in self.datasets}
        if name not in by_name:
            raise LookupError(f"there is no data set {name!r}; there are {', '.join(by_name)}")
        return by_name[name]


def find_datasets() -> Path:
    """Return the folder of registry and cards, in an installed package or in a checkout."""
    installed = PACKAGE / "datasets"
    return installed if installed.is_dir() else PACKAGE.parent / "datasets"


@cache
def load_registry() -> Registry:
    """Return the registry."""
    return msgspec.toml.decode((find_datasets() / "registry.toml").read_bytes(), type=Registry)
