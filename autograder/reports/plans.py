"""``grade --dry-run``: who is who, and which files would be graded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rich.table import Table
from rich.text import Text

from autograder.language.catalogue import translate, translate_count
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
    table.add_column(translate("submission"), overflow="fold", ratio=1)
    table.add_column(translate("files that count"), overflow="fold", ratio=2)
    for plan in plans:
        table.add_row(Text(escape_unseen(plan.name)), Text(_describe_files(plan)))
    out.print(table)
    line = translate_count(
        "dry run: {count} submission; nothing was graded or written",
        "dry run: {count} submissions; nothing was graded or written",
        len(plans),
    )
    out.print(f"\n{line}")


def _describe_files(plan: EntryPlan) -> str:
    if plan.problem:
        return translate("none: {problem}", problem=plan.problem)
    files = [_describe_file(name, path) for name, path in plan.files.items()]
    more = translate(", and {count} more", count=len(files) - SHOWN) if len(files) > SHOWN else ""
    if not files:
        return translate("none: it has no .py and no .ipynb")
    return ", ".join(files[:SHOWN]) + more


def _describe_file(name: str, path: str) -> str:
    is_renamed = PurePosixPath(path).name != PurePosixPath(name).name
    return translate("{path} as {name}", path=path, name=name) if is_renamed else path
