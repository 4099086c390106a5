"""Data sets that a run needs, fetched with a progress bar."""

from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich import progress as bars

from autograder.course import Part, load_course
from autograder.data import registry, store
from autograder.data.registry import DataSet, File
from autograder.data.store import DataMissing, Store
from autograder.reports.terminal import open_console
from autograder.run.selection import require_word
from autograder.stop import Stop

NEEDED = {  # in full
    "m3": "mnist",
    "m4": "mnist",
    "m5": "mnist",
    "m6": "tinyshakespeare",
    "x.makemore": "names",
}


def require_datasets(
    profile: str, milestones: Sequence[Part], data_store: Store | None = None
) -> None:
    """Fetch what these parts need, or stop with the sentence that says what to do.

    What extras alone need does not stop the milestones: few hand them in.
    """
    if profile != "full":
        return
    core = [NEEDED[part.id] for part in milestones if part.id in NEEDED and not part.is_extra]
    more = [NEEDED[part.id] for part in milestones if part.id in NEEDED and part.is_extra]
    for name in dict.fromkeys([*core, *more]):
        with suppress(*([Stop] if core and name not in core else [])):
            fetch_dataset(find_dataset(name), data_store or course_store())


def course_store() -> Store:
    """Return the store that the course in use names."""
    return store.open_store(load_course().grading.data_dir)


def find_dataset(name: str) -> DataSet:
    """Return the data set called `name`, or stop with the nearest name."""
    data_sets = registry.load_registry()
    require_word(name, [dataset.name for dataset in data_sets.datasets], "data set")
    return data_sets.dataset(name)


def fetch_dataset(dataset: DataSet, data_store: Store) -> None:
    """Download what is not there yet of `dataset`."""
    try:
        for file in dataset.files:
            data_store.fetch(dataset, file, DownloadBar)
    except DataMissing as problem:
        raise Stop(problem.phrase, 1) from None


class DownloadBar:
    """One download as a progress bar, with the methods that pooch calls (those of tqdm)."""

    def __init__(self, file: File) -> None:
        self.total = file.size
        self._file = file
        self._bars = bars.Progress(*_bar_columns(), console=open_console(), transient=True)
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


def _bar_columns() -> list[bars.ProgressColumn]:
    return [
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.DownloadColumn(),
        bars.TransferSpeedColumn(), bars.TimeRemainingColumn(),
    ]  # fmt: skip
