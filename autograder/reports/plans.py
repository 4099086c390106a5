"""``grade --dry-run``: who is who, and which files would be graded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rich.table import Table
from rich.text import Text

from autograder.reports.terminal import open_console
from autograder.words import escape_unseen

SHOWN = 6  # files of one submission: as many as there are modules


@dataclass(frozen=True)
class EntryPlan:
    """What would be graded of one entry.

    Attributes
    ----------
    name : str
        The row that it gets.
    files : mapping
        Names in the copy, modules first, each to where the file lies.
    notes : sequence of str
        What was chosen or left out, and what may not run.
    problem : str
        Why nothing would be graded.
    """

    name: str
    files: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    problem: str = ""


def print_plans(plans: Sequence[EntryPlan]) -> None:
    """Print a row for each submission."""
    out = open_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("submission", overflow="fold", ratio=1)
    table.add_column("files that count", overflow="fold", ratio=2)
    for plan in plans:
        table.add_row(Text(escape_unseen(plan.name)), Text(_describe_files(plan)))
    out.print(table)
    count = "1 submission" if len(plans) == 1 else f"{len(plans)} submissions"
    out.print(f"\ndry run: {count}; nothing was graded or written")


def _describe_files(plan: EntryPlan) -> str:
    if plan.problem:
        return f"none: {plan.problem}"
    files = [_describe_file(name, path) for name, path in plan.files.items()]
    more = f", and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    return ", ".join(files[:SHOWN]) + more if files else "none: it has no .py and no .ipynb"


def _describe_file(name: str, path: str) -> str:
    is_renamed = PurePosixPath(path).name != PurePosixPath(name).name
    return f"{path} as {name}" if is_renamed else path
