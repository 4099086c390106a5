"""``autograder data``: which data sets there are, where they lie, and fetching them."""

from rich.table import Table

from autograder.data import registry
from autograder.data.registry import DataSet
from autograder.data.store import DataMissing, Store
from autograder.language.catalogue import translate
from autograder.language.phrases import translate_phrase
from autograder.reports.terminal import open_console
from autograder.run import datasets
from autograder.run.datasets import course_store, find_dataset
from autograder.stop import Stop
from autograder.words import Phrase

COLUMNS = ("name", "what", "size", "licence", "where")


def list_datasets() -> None:
    """Print every data set: what it is, what may be done with it, where it is."""
    data_store, out = course_store(), open_console()
    table = Table(*map(translate, COLUMNS), box=None, pad_edge=False)
    for dataset in registry.load_registry().datasets:
        row = (dataset.name, translate(dataset.title), _size(dataset), translate(dataset.licence))
        table.add_row(*row, _describe_location(dataset, data_store))
    out.print(table)
    out.print(translate("cards: {folder}", folder=registry.find_datasets()))


def _size(dataset: DataSet) -> str:
    if dataset.size < 1e5:
        return f"{dataset.size / 1e3:.0f} kB" if dataset.files else ""
    return f"{dataset.size / 1e6:.1f} MB"


def fetch_datasets(names: list[str]) -> None:
    """Download what is not there yet of the named data sets; of all when none is named."""
    chosen = [find_dataset(name) for name in names] or registry.load_registry().datasets
    data_store = course_store()
    for dataset in chosen:
        if dataset.files:
            datasets.fetch_dataset(dataset, data_store)
            print(f"{dataset.name}: {_describe_location(dataset, data_store)}")


def print_path(name: str) -> None:
    """Print the folder that a data set lies in, for scripts; a Stop where it is not there."""
    dataset, data_store = find_dataset(name), course_store()
    if not dataset.files:
        source = Phrase(dataset.source)
        raise Stop("{name} has no files: it is {source}", name=name, source=source)
    try:
        paths = [data_store.find(dataset, file) for file in dataset.files]
    except DataMissing as problem:
        raise Stop(problem.phrase, 1) from None
    if None in paths:
        raise Stop(
            "{name} is not complete here: 'autograder data fetch {name}' gets it", 1, name=name
        )
    print(paths[0].parent if paths[0] else "")


def _describe_location(dataset: DataSet, data_store: Store) -> str:
    if not dataset.files:
        return translate(dataset.source)
    try:
        paths = [data_store.find(dataset, file) for file in dataset.files]
    except DataMissing as problem:
        return translate_phrase(problem.phrase)
    if missing := paths.count(None):
        part, none = "{count} of {total} files not here yet", "not here yet"
        text = none if missing == len(paths) else part
        return translate(text, count=missing, total=len(paths))
    return ", ".join(dict.fromkeys(str(path.parent) for path in paths if path))
