"""``autograder checks``: what is checked, how, for how many points, and what that needs."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course import Part, load_course
from autograder.course.tasks import Task, sort_by_task, tasks_by_check
from autograder.judge.spec import ListedCheck, list_checks
from autograder.language.catalogue import translate, translate_count
from autograder.learning.ideas import handout_name
from autograder.reports.terminal import open_console
from autograder.run import selection
from autograder.run.selection import Choice

TaskChecks = tuple[Task | None, list[ListedCheck]]
POINTS = "points"  # the column of numbers
ROOMY = 120  # columns; below, an id stands above its title, and a kind above what is needed


def run(ids: list[str]) -> None:
    """Print the checks that `ids` name, all of the course without: a table, or lines for a pipe."""
    course, out = load_course(), open_console()
    choice = selection.choose_checks(course, ids) if ids else Choice([*course.parts])
    for milestone in choice.milestones:
        every = list_checks(milestone.id, milestone.checks)
        chosen = [one for one in every if choice.only is None or one.id in choice.only]
        groups = _group_by_task(milestone, chosen)
        if out.is_terminal:
            _show(milestone, groups, out)
        else:
            print("\n".join(_line(one, task) for task, group in groups for one in group))


def _group_by_task(milestone: Part, chosen: Sequence[ListedCheck]) -> list[TaskChecks]:
    """Return the checks by the task of the handout that they belong to, in its order."""
    tasks = tasks_by_check([milestone])
    numbers = {one.id: tasks[one.id].number if one.id in tasks else 0 for one in chosen}
    return [
        (tasks.get(group[0].id), group)
        for _, members in groupby(sort_by_task(chosen, tasks), key=lambda one: numbers[one.id])
        if (group := list(members))
    ]


def _line(listed: ListedCheck, task: Task | None) -> str:
    """Return id, title, kind, points, needs and task with tabs between, for `cut`."""
    spec = listed.spec
    number = str(task.number) if task else ""
    needs = " ".join(spec.needs)
    return "\t".join((listed.id, listed.title, spec.kind, f"{spec.points:g}", needs, number))


def _show(milestone: Part, groups: Sequence[TaskChecks], out: Console) -> None:
    chosen = [one for _, group in groups for one in group]
    points = sum(listed.spec.points for listed in chosen)
    one = "{title}: {count} check, {points:g} points"
    many = "{title}: {count} checks, {points:g} points"
    title = translate(milestone.title)
    head = translate_count(one, many, len(chosen), title=title, points=points)
    out.print(Text(f"\n{milestone.id}  {head}", style="bold"))
    guide = handout_name(milestone, Path.cwd())
    tasks = 'tasks as in {guide}, "Tasks, in order"'
    out.print(Text(translate(tasks, guide=guide), style="dim"))
    out.print(_wide_table(groups) if out.width >= ROOMY else _narrow_table(groups))


def _wide_table(groups: Sequence[TaskChecks]) -> Table:
    table = _table("id", translate("title"), translate("kind"), POINTS, translate("needs"))
    for task, chosen in groups:
        if task:
            table.add_row(Text(_name(task), style="dim"), Text(translate(task.title), style="dim"))
        for listed in chosen:
            spec = listed.spec
            cells = (translate(listed.title), spec.kind, f"{spec.points:g}", " ".join(spec.needs))
            table.add_row(Text(listed.id, style="bold"), *cells)
    return table


def _narrow_table(groups: Sequence[TaskChecks]) -> Table:
    table = _table(translate("id, title"), POINTS, translate("kind, needs"))
    for task, chosen in groups:
        if task:
            table.add_row(Text(f"{_name(task)}: {translate(task.title)}", style="dim"))
        for listed in chosen:
            name = Text.assemble((listed.id, "bold"), f"\n{translate(listed.title)}")
            needs = "\n".join((listed.spec.kind, *listed.spec.needs))
            table.add_row(name, f"{listed.spec.points:g}", needs)
    return table


def _name(task: Task) -> str:
    return translate("task {number}", number=task.number)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        is_number = name == POINTS
        heading = translate("points") if is_number else name
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=is_number)
    return table
