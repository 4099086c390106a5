"""Functions that return another kind of thing than they should: asked once, when work fails."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder.judge.functions import Functions, Returned, functions_of
from autograder.judge.settings import JudgedMilestone
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import Launcher

SECONDS = 3.0
CPU_SECONDS, MEMORY_MB = 5, 2048
MAX_WORDS = 100  # characters of what a worker calls a kind


class Finding(msgspec.Struct):
    """A worker's answer to one row: the wrong kind that came, and the functions that ran."""

    got: str
    ran: list[str]


class Blame(NamedTuple):
    """The function that returns the wrong kind of thing, and a sentence about it."""

    name: str
    sentence: str
    returns_nothing: bool = False


def ask_returns(milestone: JudgedMilestone, folder: Path, launcher: Launcher) -> dict[str, Blame]:
    """Return whom to blame for each function in `folder` that returns the wrong kind of thing.

    That is another one where the function calls it, and is wrong for its sake.
    """
    functions = functions_of(milestone)
    if not functions.returns:
        return {}
    try:
        with launcher.start_worker(folder, CPU_SECONDS, MEMORY_MB) as worker:
            answer = worker.call_probe(
                "returns.find_wrong_kinds", _question(functions, folder), SECONDS
            )
        findings = msgspec.convert(answer, list[Finding])
    except (CheckFailure, msgspec.ValidationError):
        return {}  # what keeps it from running is said by the checks
    if len(findings) != len(functions.returns):
        return {}
    return _name_roots(functions.returns, findings)


def _question(functions: Functions, folder: Path) -> dict[str, Any]:
    rows = [{"when": row.when, "wanted": row.wanted} for row in functions.returns]
    return {"setup": functions.setup, "rows": rows, "submission": str(folder)}


def _name_roots(rows: Sequence[Returned], findings: Sequence[Finding]) -> dict[str, Blame]:
    wrong: dict[str, tuple[str, set[str]]] = {}
    nothing = {row.of for row, finding in zip(rows, findings, strict=True) if finding.got == "None"}
    for row, finding in zip(rows, findings, strict=True):
        if finding.got and row.of not in wrong:
            got = " ".join(finding.got[:MAX_WORDS].split())
            wrong[row.of] = _describe(row, got), set(finding.ran)
    roots = {name: _find_root(name, wrong) for name in wrong}
    return {name: Blame(root, wrong[root][0], root in nothing) for name, root in roots.items()}


def _find_root(name: str, wrong: Mapping[str, tuple[str, set[str]]]) -> str:
    """Return the wrong function by which `name` is wrong: itself, or one that it calls."""
    seen = [name]
    while called := [other for other in wrong if other in wrong[seen[-1]][1] and other not in seen]:
        seen.append(called[0])
    return seen[-1]


def _describe(row: Returned, got: str) -> str:
    if row.what:
        return f"{row.of}: {row.what} is {got}, wanted {row.wanted}"
    question = ": is a return missing?" if got == "None" else ""
    return f"{row.of} returned {got}, wanted {row.wanted}{question}"
