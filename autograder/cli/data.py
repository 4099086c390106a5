"""``autograder data``: which data sets there are, where they lie, and fetching them."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.table import Table

from autograder.cli import choose
from autograder.cli.stop import Stop
from autograder.course import Milestone, load
from autograder.data import registry, store
from autograder.data.registry import DataSet, File
from autograder.data.store import DataMissing, Store
from autograder.reports.terminal import console

NEEDED = {"m3": "mnist", "m4": "mnist", "m5": "mnist", "m6": "tinyshakespeare"}  # in full


def show() -> None:
    """Print every data set: what it is, what may be done with it, where it is."""
    shelf, out = _store(), console()
    table = Table("name", "what", "size", "licence", "where", box=None, pad_edge=False)
    for dataset in registry.load().datasets:
        row = (dataset.name, dataset.title, _size(dataset), dataset.licence)
        table.add_row(*row, _where(dataset, shelf))
    out.print(table)
    out.print(f"cards: {registry.folder()}")


def _size(dataset: DataSet) -> str:
    if dataset.size < 1e5:
        return f"{dataset.size / 1e3:.0f} kB" if dataset.files else ""
    return f"{dataset.size / 1e6:.1f} MB"


def fetch(names: list[str]) -> None:
    """Download what is not there yet of the named data sets; of all when none is named."""
    chosen = [_dataset(name) for name in names] or registry.load().datasets
    shelf = _store()
    for dataset in (each for each in chosen if each.files):
        _fetch(dataset, shelf)
        print(f"{dataset.name}: {_where(dataset, shelf)}")


def path(name: str) -> None:
    """Print the folder that a data set lies in, for scripts; a Stop where it is not there."""
    dataset, shelf = _dataset(name), _store()
    if not dataset.files:
        raise Stop(f"{name} {dataset.source}: it has no files")
    found = [_find(dataset, file, shelf) for file in dataset.files]
    if None in found:
        raise Stop(f"{name} is not complete here: 'autograder data fetch {name}' gets it", 1)
    print(found[0].parent if found[0] else "")


def ready(profile: str, milestones: Sequence[Milestone], shelf: Store | None = None) -> None:
    """Have all that these milestones need, or stop with the sentence that says what to do."""
    if profile == "full":
        for name in dict.fromkeys(NEEDED[each.id] for each in milestones if each.id in NEEDED):
            _fetch(_dataset(name), shelf or _store())


def _store() -> Store:
    return store.default(load().grading.data_dir)


def _dataset(name: str) -> DataSet:
    known = registry.load()
    choose.one_of(name, [one.name for one in known.datasets], "data set")
    return known.dataset(name)


def _fetch(dataset: DataSet, shelf: Store) -> None:
    try:
        for file in dataset.files:
            shelf.fetch(dataset, file, Bar)
    except DataMissing as problem:
        raise Stop(str(problem), 1) from None


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


class Bar:
    """One download as a progress bar, in the words that pooch uses (those of tqdm)."""

    def __init__(self, file: File) -> None:
        self.total = file.size
        self._file = file
        self._bars = bars.Progress(*_columns(), console=console(), transient=True)
        self._task = self._bars.add_task(file.name, total=file.size)
        self._bars.start()

    def update(self, size: int) -> None:
        """Note that `size` more bytes have come."""
        self._bars.update(self._task, advance=size)

    def reset(self) -> None:
        """Begin again, as pooch does before it fills the bar up."""
        self._bars.reset(self._task)

    def close(self) -> None:
        """Take the bar away."""
        self._bars.stop()

    def __enter__(self) -> Self:
        """Lend the bar to a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Take the bar away, whatever happened."""
        self.close()


def _columns() -> list[bars.ProgressColumn]:
    return [
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.DownloadColumn(),
        bars.TransferSpeedColumn(), bars.TimeRemainingColumn(),
    ]  # fmt: skip
