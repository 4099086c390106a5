"""The properties of a check, and the list of all checks.

A check is a pytest function named ``check_...``. Its name gives the id, by which the milestone's
`table` adds title, kind, points and hints; `check` says what it needs. A parametrised check has
one `row` per id.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class CodedCheck:
    """A check of the catalogue with its code.

    Attributes
    ----------
    listed : ListedCheck
        What the table says of it.
    function : callable
        The pytest function.
    row : mapping
        The arguments that a parametrised check gets for this id.
    """

    listed: ListedCheck
    function: Callable[..., None]
    row: Mapping[str, Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the function takes beside its row, by name."""
        return tuple(name for name in parameters_of(self.function) if name not in self.row)


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the arguments that a function takes."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def list_checks(milestone: str, modules: Sequence[ModuleType]) -> list[ListedCheck]:
    """Return all checks of `modules` in the order of their table, found without pytest.

    Raises
    ------
    TableError
        When the table beside the modules is wrong, or lists other checks than the code.
    """
    return [check.listed for check in find_checks(milestone, modules)]


def find_checks(milestone: str, modules: Sequence[ModuleType]) -> list[CodedCheck]:
    """Return all checks of `modules` with their code, as `list_checks` does."""
    file = Path(str(modules[0].__file__)).with_name(table.TABLE_NAME)
    entries, found = table.read_table(file), list(_marks_in_code(milestone, modules))
    by_id, ids = {mark.id: mark for mark in found}, [mark.id for mark in found]
    _refuse(file, [id for id in entries if id not in by_id], "no function or row has that id")
    _refuse(file, [id for id in by_id if id not in entries], "the table lacks it")
    _refuse(file, [id for id in by_id if ids.count(id) > 1], "more than one function has that id")
    return [by_id[id].join_entry(entry) for id, entry in entries.items()]


def _refuse(file: Path, ids: Sequence[str], why: str) -> None:
    if ids:
        raise TableError(f"{file}: {join_first(ids, MAX_LISTED)}: {why}")


@dataclass(frozen=True)
class _MarkedCheck:
    """A check as it stands in the code."""

    id: str
    function: Callable[..., None]
    requirements: Requirements
    row: Mapping[str, Any] = field(default_factory=dict)

    def join_entry(self, entry: table.TableRow) -> CodedCheck:
        """Return it with what its table says."""
        spec = CheckSpec(
            **vars(self.requirements), kind=entry.kind, points=entry.points, hints=entry.hints
        )
        return CodedCheck(ListedCheck(entry.id, entry.title, spec), self.function, self.row)


def _marks_in_code(milestone: str, modules: Sequence[ModuleType]) -> Iterator[_MarkedCheck]:
    for module in modules:
        for name, item in vars(module).items():
            if name.startswith("check_"):
                yield from _marks_of(milestone, item)


def _marks_of(milestone: str, function: Callable[..., Any]) -> Iterator[_MarkedCheck]:
    for mark in getattr(function, "pytestmark", []):
        if mark.name == "check":
            id = f"{milestone}.{function.__name__.removeprefix('check_')}"
            yield _MarkedCheck(id, function, mark.args[0])
        if mark.name == "parametrize":
            for param in mark.args[1]:
                row, requirements = {mark.args[0]: param.values[0]}, param.marks[0].args[0]
                yield _MarkedCheck(f"{milestone}.{param.id}", function, requirements, row)
