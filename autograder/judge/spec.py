"""The properties of a check, and the list of all checks.

A check is a pytest function named ``check_...``. Its name gives the id, by which the milestone's
`table` adds title, kind, points and hints; `check` says what it needs. A parametrised check has
one `row` per id.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.judge import table
from autograder.judge.table import TableError
from autograder.score import PUBLIC_SHARE, Kind
from autograder.words import join_first

DEFAULT_SECONDS = 3.0  # of wall-clock time for one check, unless it has its own
LONG_SECONDS = 20.0  # the deadline from which a check may take long: it runs after all others
MAX_LISTED = 5  # ids in an error


@dataclass(frozen=True)
class Requirements:
    """What the code says of a check.

    Attributes
    ----------
    needs : tuple of str
        The learner's objects without which it cannot pass: ``("Value.backward",)``.
    places : tuple of str
        Where a learner should look when it fails, first of all what the check is about; its own
        helpers may stand there that the stub names.
    twin : bool
        Whether a hidden twin draws other inputs.
    seconds : float
        Its deadline.
    memory_mb : int
        Address space that it needs at least; 0 for the course's setting.
    """

    needs: tuple[str, ...]
    places: tuple[str, ...]
    twin: bool = True
    seconds: float = DEFAULT_SECONDS
    memory_mb: int = 0


@dataclass(frozen=True, kw_only=True)
class CheckSpec(Requirements):
    """What the score and the learner need to know of a check: the code's part, and the table's.

    Attributes
    ----------
    kind : Kind
        Its sort of evidence.
    points : float
        Together with its hidden twin's.
    hints : tuple of str
        Three, from a question to nearly the answer.
    """

    kind: Kind
    points: float
    hints: tuple[str, ...]


@dataclass(frozen=True)
class ListedCheck:
    """A check of the catalogue: one public id, with or without a hidden twin."""

    id: str
    title: str
    spec: CheckSpec

    @property
    def milestone(self) -> str:
        """The id of its milestone or unit: ``m1``, ``x.norm``."""
        return self.id.rpartition(".")[0]

    def points_for(self, visibility: str) -> float:
        """Return the points of the public or the hidden half."""
        if not self.spec.twin:
            return self.spec.points
        share = PUBLIC_SHARE if visibility == "public" else 1 - PUBLIC_SHARE
        return self.spec.points * share


def check(
    needs: str,
    *,
    look: str = "",
    twin: bool = True,
    seconds: float = DEFAULT_SECONDS,
    memory_mb: int = 0,
) -> pytest.MarkDecorator:
    """Mark a function as a check.

    Parameters
    ----------
    needs : str
        Learner objects, separated by blanks; the first is what the check is about.
    look : str
        What a failure points to before those, where that is something else.
    twin, seconds, memory_mb : bool, float and int
        As in `Requirements`.
    """
    needed = tuple(dict.fromkeys(needs.split()))
    places = tuple(dict.fromkeys([*look.split(), *needed]))
    return pytest.mark.check(Requirements(needed, places, twin, seconds, memory_mb))


def row(id: str, value: Any, mark: pytest.MarkDecorator) -> Any:
    """Return one row of a parametrised check: its own id, the value it gets, and its `check`."""
    return pytest.param(value, id=id, marks=mark)


def list_checks(milestone: str, modules: Sequence[ModuleType]) -> list[ListedCheck]:
    """Return all checks of `modules` in the order of their table, found without pytest.

    Raises
    ------
    TableError
        When the table beside the modules is wrong, or lists other checks than the code.
    """
    file = Path(str(modules[0].__file__)).with_name(table.TABLE_NAME)
    entries, pairs = table.read_table(file), list(_checks_in_code(milestone, modules))
    by_id, ids = dict(pairs), [id for id, _ in pairs]
    _refuse(file, [id for id in entries if id not in by_id], "no function or row has that id")
    _refuse(file, [id for id in by_id if id not in entries], "the table lacks it")
    _refuse(file, [id for id in by_id if ids.count(id) > 1], "more than one function has that id")
    return [_join_entry(entry, by_id[id]) for id, entry in entries.items()]


def has_any(milestone: str, module: ModuleType, ids: Collection[str]) -> bool:
    """Whether one of the checks in `module` is among `ids`."""
    return any(id in ids for id, _ in _checks_in_code(milestone, [module]))


def _refuse(file: Path, ids: Sequence[str], why: str) -> None:
    if ids:
        raise TableError(f"{file}: {join_first(ids, MAX_LISTED)}: {why}")


def _join_entry(entry: table.TableRow, requirements: Requirements) -> ListedCheck:
    spec = CheckSpec(**vars(requirements), kind=entry.kind, points=entry.points, hints=entry.hints)
    return ListedCheck(entry.id, entry.title, spec)


def _checks_in_code(
    milestone: str, modules: Sequence[ModuleType]
) -> Iterator[tuple[str, Requirements]]:
    """Yield the id of every check in the code, and what it needs."""
    for module in modules:
        for name, item in vars(module).items():
            if name.startswith("check_"):
                yield from ((f"{milestone}.{id}", needed) for id, needed in _marks_of(item))


def _marks_of(function: Callable[..., Any]) -> Iterator[tuple[str, Requirements]]:
    for mark in getattr(function, "pytestmark", []):
        if mark.name == "check":
            yield function.__name__.removeprefix("check_"), mark.args[0]
        if mark.name == "parametrize":
            for param in mark.args[1]:
                yield param.id, param.marks[0].args[0]
