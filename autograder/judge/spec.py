"""What a check says about itself, and the list of all checks.

A check is a pytest function named ``check_...``; its name gives the id, the first line of its
docstring the title, and `check` the rest. A parametrised check has one `row` a table entry.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from autograder.score import PUBLIC_SHARE, Kind

SECONDS = 3.0  # of wall-clock time for one check, unless it says otherwise


@dataclass(frozen=True)
class Spec:
    """What the score and the learner need to know of a check.

    Attributes
    ----------
    kind : Kind
        What sort of evidence it is.
    points : float
        With its hidden twin's.
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
        Address space that it needs at least; 0 for what the course gives every check.
    """

    kind: Kind
    points: float
    needs: tuple[str, ...]
    hints: tuple[str, ...]
    twin: bool = True
    seconds: float = SECONDS
    title: str = ""
    memory_mb: int = 0


@dataclass(frozen=True)
class Listed:
    """A check of the catalogue: one public id, with or without a hidden twin."""

    id: str
    title: str
    spec: Spec

    def points(self, visibility: str) -> float:
        """Return what the public or the hidden half is worth."""
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
    seconds: float = SECONDS,
    memory_mb: int = 0,
) -> pytest.MarkDecorator:
    """Mark a function as a check; `needs` names learner objects, separated by blanks."""
    spec = Spec(kind, points, tuple(needs.split()), tuple(hints), twin, seconds, "", memory_mb)
    return pytest.mark.check(spec)


def row(id: str, title: str, value: Any, mark: pytest.MarkDecorator) -> Any:
    """Return one row of a parametrised check: the value it gets, its own id, title and mark."""
    spec = mark.args[0]
    titled = Spec(**{**vars(spec), "title": title})
    return pytest.param(value, id=id, marks=pytest.mark.check(titled))


def catalogue(milestone: str, modules: Sequence[ModuleType]) -> list[Listed]:
    """Return all checks of `modules` in order, found without pytest."""
    named = [pair for module in modules for pair in vars(module).items()]
    functions = [item for name, item in named if name.startswith("check_")]
    return [listed for function in functions for listed in _listed(milestone, function)]


def _listed(milestone: str, function: Callable[..., Any]) -> Iterator[Listed]:
    marks = getattr(function, "pytestmark", [])
    for mark in marks:
        if mark.name == "check":
            name = function.__name__.removeprefix("check_")
            yield Listed(f"{milestone}.{name}", first_line(function), mark.args[0])
        if mark.name == "parametrize":
            for param in mark.args[1]:
                spec = param.marks[0].args[0]
                yield Listed(f"{milestone}.{param.id}", spec.title, spec)


def first_line(function: Callable[..., Any]) -> str:
    """Return the first line of a docstring, without its full stop."""
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
