"""``autograder data``: which data sets there are, where they lie, and fetching them."""

from pathlib import Path

from rich.table import Table

from autograder.data import registry
from autograder.data.registry import DataSet, File
from autograder.data.store import DataMissing, Store
from autograder.reports.terminal import open_console
from autograder.run import datasets
from autograder.run.datasets import dataset_named, own_store
from autograder.stop import Stop


def show() -> None:
    """Print every data set: what it is, what may be done with it, where it is."""
    shelf, out = own_store(), open_console()
    table = Table("name", "what", "size", "licence", "where", box=None, pad_edge=False)
    for dataset in registry.load_registry().datasets:
        size = f"{dataset.size / 1e6:.1f} MB" if dataset.files else ""
        table.add_row(dataset.name, dataset.title, size, dataset.licence, _where(dataset, shelf))
    out.print(table)
    out.print(f"cards: {registry.find_datasets()}")


def fetch(names: list[str]) -> None:
    """Download what is not there yet of the named data sets; of all when none is named."""
    chosen = [dataset_named(name) for name in names] or registry.load_registry().datasets
    shelf = own_store()
    for dataset in (each for each in chosen if each.files):
        datasets.fetch(dataset, shelf)
        print(f"{dataset.name}: {_where(dataset, shelf)}")


def path(name: str) -> None:
    """Print the folder that a data set lies in, for scripts; a Stop where it is not there."""
    dataset, shelf = dataset_named(name), own_store()
    if not dataset.files:
        raise Stop(f"{name} {dataset.source}: it has no files")
    found = [_find(dataset, file, shelf) for file in dataset.files]
    if None in found:
        raise Stop(f"{name} is not complete here: 'autograder data fetch {name}' gets it", 1)
    print(found[0].parent if found[0] else "")


def _find(dataset: DataSet, file: File, shelf: Store) -> Path | None:
    try:
        return shelf.find(dataset, file)
    except DataMissing as problem:
        raise Stop(str(problem), 1) from None


def _where(dataset: DataSet, shelf: Store) -> str:
    if not dataset.files:
        return dataset.source
    try:
        found = [shelf.find(dataset, file) for file in dataset.files]
    except DataMissing as problem:
        return str(problem)
    lost = found.count(None)
    if lost:
        return (
            "not here yet" if lost == len(found) else f"{lost} of {len(found)} files not here yet"
        )
    return ", ".join(dict.fromkeys(str(each.parent) for each in found if each))
