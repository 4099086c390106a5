"""The properties of a check, and the list of all checks.

A check is a pytest function named ``check_...``; its name gives the id, the first line of its
docstring the title, and `check` the rest. A parametrised check has one `row` per table entry.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from autograder.score import PUBLIC_SHARE, Kind

DEFAULT_SECONDS = 3.0  # of wall-clock time for one check, unless it has its own


@dataclass(frozen=True)
class CheckSpec:
    """The properties of a check that the score and the learner need.

    Attributes
    ----------
    kind : Kind
        Its sort of evidence.
    points : float
        Together with its hidden twin's.
    needs : tuple of str
        The learner's objects without which it cannot pass: ``("Value.backward",)``.
    hints : tuple of str
        Three, from a question to nearly the answer.
    twin : bool
        Whether a hidden twin draws other inputs.
    seconds : float
        Its deadline.
    title : str
        For table rows; a function's docstring gives it otherwise.
    memory_mb : int
        Address space that it needs at least; 0 for the course's setting.
    """

    kind: Kind
    points: float
    needs: tuple[str, ...]
    hints: tuple[str, ...]
    twin: bool = True
    seconds: float = DEFAULT_SECONDS
    title: str = ""
    memory_mb: int = 0


@dataclass(frozen=True)
class ListedCheck:
    """A check of the catalogue: one public id, with or without a hidden twin."""

    id: str
    title: str
    spec: CheckSpec

    def points_for(self, visibility: str) -> float:
        """Return the points of the public or the hidden half."""
        if not self.spec.twin:
            return self.spec.points
        share = PUBLIC_SHARE if visibility == "public" else 1 - PUBLIC_SHARE
        return self.spec.points * share


def check(
    kind: Kind,
    points: float,
    needs: str,
    hints: Sequence[str],
    *,
    twin: bool = True,
    seconds: float = DEFAULT_SECONDS,
    memory_mb: int = 0,
) -> pytest.MarkDecorator:
    """Mark a function as a check; `needs` names learner objects, separated by blanks."""
    spec = CheckSpec(kind, points, tuple(needs.split()), tuple(hints), twin, seconds, "", memory_mb)
    return pytest.mark.check(spec)


def row(id: str, title: str, value: Any, mark: pytest.MarkDecorator) -> Any:
    """Return one row of a parametrised check: the value it gets, its own id, title and mark."""
    spec = mark.args[0]
    titled = CheckSpec(**{**vars(spec), "title": title})
    return pytest.param(value, id=id, marks=pytest.mark.check(titled))


def list_checks(milestone: str, modules: Sequence[ModuleType]) -> list[ListedCheck]:
    """Return all checks of `modules` in order, found without pytest."""
    items = [pair for module in modules for pair in vars(module).items()]
    functions = [item for name, item in items if name.startswith("check_")]
    return [check for function in functions for check in _expand_check(milestone, function)]


def _expand_check(milestone: str, function: Callable[..., Any]) -> Iterator[ListedCheck]:
    marks = getattr(function, "pytestmark", [])
    for mark in marks:
        if mark.name == "check":
            name = function.__name__.removeprefix("check_")
            yield ListedCheck(f"{milestone}.{name}", first_line(function), mark.args[0])
        if mark.name == "parametrize":
            for param in mark.args[1]:
                spec = param.marks[0].args[0]
                yield ListedCheck(f"{milestone}.{param.id}", spec.title, spec)


def first_line(function: Callable[..., Any]) -> str:
    """Return the first line of a docstring, without its full stop."""
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
