"""``autograder checks``: what is checked, how, for how many points, and what that needs."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course import Part, load_course
from autograder.judge.spec import ListedCheck, list_checks
from autograder.reports.terminal import open_console
from autograder.run import selection
from autograder.run.selection import Choice

ROOMY = 120  # columns; below, an id stands above its title, and a kind above what is needed


def run(ids: list[str]) -> None:
    """Print the checks that `ids` name, all of the course without: a table, or lines for a pipe."""
    course, out = load_course(), open_console()
    choice = selection.choose_checks(course, ids) if ids else Choice([*course.parts])
    for milestone in choice.milestones:
        every = list_checks(milestone.id, milestone.checks)
        chosen = [one for one in every if choice.only is None or one.id in choice.only]
        if out.is_terminal:
            _show(milestone, chosen, out)
        else:
            print("\n".join(map(_line, chosen)))


def _line(listed: ListedCheck) -> str:
    """Return id, title, kind, points and needs with tabs between, for `cut`."""
    spec = listed.spec
    return "\t".join((listed.id, listed.title, spec.kind, f"{spec.points:g}", " ".join(spec.needs)))


def _show(milestone: Part, chosen: Sequence[ListedCheck], out: Console) -> None:
    points = sum(listed.spec.points for listed in chosen)
    count = f"{len(chosen)} check{'s' * (len(chosen) != 1)}"
    head = f"\n{milestone.id}  {milestone.title}: {count}, {points:g} points"
    out.print(Text(head, style="bold"))
    out.print(_wide_table(chosen) if out.width >= ROOMY else _narrow_table(chosen))


def _wide_table(chosen: Sequence[ListedCheck]) -> Table:
    table = _table("id", "title", "kind", "points", "needs")
    for listed in chosen:
        spec = listed.spec
        cells = (listed.title, spec.kind, f"{spec.points:g}", " ".join(spec.needs))
        table.add_row(Text(listed.id, style="bold"), *cells)
    return table


def _narrow_table(chosen: Sequence[ListedCheck]) -> Table:
    table = _table("id, title", "points", "kind, needs")
    for listed in chosen:
        name = Text.assemble((listed.id, "bold"), f"\n{listed.title}")
        needs = "\n".join((listed.spec.kind, *listed.spec.needs))
        table.add_row(name, f"{listed.spec.points:g}", needs)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        is_number = name == "points"
        table.add_column(name, justify="right" if is_number else "left", no_wrap=is_number)
    return table
