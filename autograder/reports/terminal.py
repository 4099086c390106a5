"""Output on a terminal: checks for a learner, a class for a TA. Plain text through a pipe."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from rich import progress as bars
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from autograder.course import load_course
from autograder.course.tasks import Task, sort_by_task
from autograder.language.catalogue import translate, translate_count
from autograder.language.sentences import translate_sentence
from autograder.reports.grid import Cell, GridLayout, Group, group_cells, render_grid, render_list
from autograder.reports.mistakes import (
    SHOWN,
    choose_mistakes,
    hint_level,
    mistake_lines,
    mistake_title,
)
from autograder.reports.own_tests import describe_own_tests
from autograder.score import (
    PUBLIC_SHARE,
    CheckResult,
    MilestoneScore,
    Outcome,
    Score,
    Status,
    list_extras,
    list_scores,
)
from autograder.words import escape_lines, escape_unseen

STATUS_MARKS: dict[Status, tuple[str, str]] = {
    "passed": ("+", "green"),
    "failed": ("x", "red"),
    "missing": (".", "yellow"),
    "blocked": ("-", "yellow"),
    "timeout": ("t", "red"),
    "crashed": ("!", "red"),
    "rejected": ("!", "red"),
    "error": ("?", "bold white on red"),
}
BEFORE_MARK = "="  # passed earlier, and did not run again
PIPE_WIDTH = 1000  # a pipe has no edge
NO_HINTS: Mapping[str, Mapping[str, str]] = {}
MOST_LISTED = 500  # rows of a class; more nobody reads in a terminal
GRADES = "grades.csv"
HEADINGS = ("submission", "points", "seconds", "checks")  # of a class; milestones between them
EXPLAINED = 3  # failures explained in full; the rest are listed
LEAST_ROWS = 8  # of a screen, for the checks of a milestone
FOOT_ROWS = 6  # of a screen, for all that stands below them, and the next prompt


class SafeConsole(Console):
    """A console that shows every text by the rule of `escape_unseen`, and steers by its own."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Yield the parts of `renderable`."""
        for part in super().render(renderable, options):
            yield part if part.control else part._replace(text=escape_lines(part.text))


def open_console() -> Console:
    """Return the console to print to, with colour on a terminal or if FORCE_COLOR asks for it."""
    out = SafeConsole(highlight=False, emoji=False, markup=False)
    if not out.is_terminal:
        out.width = PIPE_WIDTH
    return out


@dataclass(frozen=True)
class Handouts:
    """What stands beside checks: the task of each, where those are written, and what is as before.

    Attributes
    ----------
    as_before : frozenset of str
        The checks that did not run, since they passed before.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    guides: Mapping[str, str] = field(default_factory=dict)
    as_before: frozenset[str] = frozenset()


NO_HANDOUTS = Handouts()


def print_checks(
    score: Score,
    offers: Sequence[str] = (),
    handouts: Handouts = NO_HANDOUTS,
    console: Console | None = None,
    mistakes: bool = True,
) -> None:
    """Print the checks of `score` by task, failures in full, the next step, then `offers`.

    On a screen the failures come first, as many as leave room for the checks below them; a pipe
    gets every check first. Without `mistakes` nothing is said of these: they are looked for yet.
    """
    out = console or open_console()
    checks = sort_by_task(score.checks, handouts.tasks)
    failed = [check for check in checks if check.status not in ("passed", "missing", "blocked")]
    show = _print_screen if out.is_terminal else _print_all
    show(score, failed if mistakes else [_without_hint(check) for check in failed], handouts, out)
    _print_next(score, checks, out)
    for line in offers:
        out.print(Text(line, style="green"), soft_wrap=not out.is_terminal)


def _print_all(
    score: Score, failed: Sequence[CheckResult], handouts: Handouts, out: Console
) -> None:
    for part in score.parts:
        _print_lines(_render_head(part, handouts), out)
        _print_lines(render_list(_group_checks(part, handouts)), out)
        _print_lines(_render_legend(part, handouts.as_before), out)
        _print_lines(_render_own_tests(score, part, out), out)
    _print_lines(_render_failures(failed, EXPLAINED, out), out)


def _print_screen(
    score: Score, failed: Sequence[CheckResult], handouts: Handouts, out: Console
) -> None:
    count = len(score.parts)
    foot = FOOT_ROWS + sum(len([*_render_own_tests(score, part, out)]) for part in score.parts)
    space = out.height - foot - LEAST_ROWS * count
    blocks = [list(_render_failures(failed, most, out)) for most in range(EXPLAINED, 0, -1)]
    block = next((lines for lines in blocks if len(lines) <= space), blocks[-1])
    _print_lines(block, out)
    room = max(LEAST_ROWS, (out.height - foot - len(block)) // max(1, count)) - 3
    layout = GridLayout(out.width, room, failed[0].id if failed else "", "| less shows all")
    for part in score.parts:
        _print_lines(_render_head(part, handouts), out)
        _print_lines(render_grid(_group_checks(part, handouts), layout), out)
        _print_lines(_render_legend(part, handouts.as_before), out)
        _print_lines(_render_own_tests(score, part, out), out)


def _print_lines(lines: Iterable[Text], out: Console) -> None:
    for line in lines:
        out.print(line, overflow="ellipsis", no_wrap=out.is_terminal and bool(line.no_wrap))


def _render_head(part: MilestoneScore, handouts: Handouts) -> Iterator[Text]:
    head = Text(f"\n{part.id}  {translate(part.title)}", style="bold", no_wrap=True)
    if guide := handouts.guides.get(part.id):
        tasks = translate('(tasks: {guide}, "Tasks, in order")', guide=guide)
        head.append(f"  {tasks}", style="not bold dim")
    yield head


def _group_checks(part: MilestoneScore, handouts: Handouts) -> list[Group]:
    before = handouts.as_before
    return group_cells([_make_cell(c, c.id in before) for c in part.checks], handouts.tasks)


def _make_cell(check: CheckResult, is_as_before: bool) -> Cell:
    mark, style = STATUS_MARKS[check.status]
    mark = BEFORE_MARK if is_as_before else mark
    title = translate(check.title) + (f"  [{check.verdict}]" if check.verdict else "")
    is_passed = check.status == "passed"
    return Cell(check.id, title, mark, style, check.points, check.max_points, is_passed)


def _render_legend(part: MilestoneScore, as_before: Collection[str]) -> Iterator[Text]:
    ran = {check.status for check in part.checks if check.id not in as_before}
    marks = [status for status in STATUS_MARKS if status in ran]
    legend = [f"{STATUS_MARKS[status][0]} {translate(status)}" for status in marks]
    if any(check.id in as_before for check in part.checks):
        legend.insert(0, f"{BEFORE_MARK} {translate('passed, as before')}")
    yield Text(f"  {', '.join(legend)}", style="dim")


def _render_own_tests(score: Score, part: MilestoneScore, out: Console) -> Iterator[Text]:
    for sentence in describe_own_tests(score, part.id):
        yield from indent_text(sentence, out)


def _render_failures(failed: Sequence[CheckResult], most: int, out: Console) -> Iterator[Text]:
    """Yield the first `most` failures in full, and the mistakes that are recognised in any."""
    for check in failed[:most]:
        yield from _render_failure(check, out)
    if len(failed) > most:
        yield Text("")
        more = "{count} more; name one to see it: autograder check {name}"
        yield Text(translate(more, count=len(failed) - most, name=failed[most].id))
    yield from _render_mistakes(failed, out)


def _render_failure(check: CheckResult, out: Console) -> Iterator[Text]:
    yield Text("")
    yield Text(f"{check.id}: {translate(check.status)}", style=STATUS_MARKS[check.status][1])
    yield from indent_text(translate_sentence(check.message), out)
    if check.status in ("failed", "crashed") and (commands := _list_help(check.id)):
        yield Text(f"  {translate('more: {commands}', commands=commands)}", style="dim")


def _list_help(id: str) -> str:
    """Return the commands that say more of a check, as far as the course has them."""
    course = load_course()
    help = [f"autograder hint {id}"] if course.shows_hints else []
    return ", ".join([*help, *[f"autograder repro {id}"] * (not course.exam.on)])


def _without_hint(check: CheckResult) -> CheckResult:
    return msgspec.structs.replace(check, hint=None)


def print_mistakes(
    checks: Sequence[CheckResult], out: Console, asked: Mapping[str, Mapping[str, str]] = NO_HINTS
) -> None:
    """Print the mistakes that `checks` show, in as much detail as hints were `asked` for."""
    _print_lines(_render_mistakes(checks, out, asked), out)


def _render_mistakes(
    checks: Sequence[CheckResult], out: Console, asked: Mapping[str, Mapping[str, str]] = NO_HINTS
) -> Iterator[Text]:
    mistakes = choose_mistakes(checks)
    for hint, ids in mistakes[:SHOWN]:
        yield Text("")
        yield Text(mistake_title(hint, ids), style="bold")
        for line in mistake_lines(hint, hint_level(asked, ids), ids[0]):
            yield from indent_text(line, out)
    if len(mistakes) > SHOWN:
        more = translate("{count} more: fix these first", count=len(mistakes) - SHOWN)
        yield Text(f"\n{more}")


def indent_text(text: str, out: Console, style: str = "") -> Iterator[Text]:
    """Yield the lines of `text`, as wide as `out`, each two columns in."""
    for line in Text(text, style=style).wrap(out, out.width - 2):
        line.rstrip()
        yield Text("  ").append_text(line)


def _print_next(score: Score, checks: Sequence[CheckResult], out: Console) -> None:
    most = sum(part.max_points for part in score.parts)
    hidden = most / PUBLIC_SHARE - most
    reached = f"{sum(part.points for part in score.parts):g}"
    line = translate_count(
        "{reached} of {most} public points ({more} more comes from hidden twins, the same checks "
        "on other inputs, when your work is graded)",
        "{reached} of {most} public points ({more} more come from hidden twins, the same checks "
        "on other inputs, when your work is graded)",
        1 if f"{hidden:g}" == "1" else 2,
        reached=reached,
        most=f"{most:g}",
        more=f"{hidden:g}",
    )
    out.print(Text(f"\n{line}", style="bold"))
    if missing := next((check for check in checks if check.status == "missing"), None):
        message = translate_sentence(missing.message)
        out.print(Text(translate("Next to write: {id}: {message}", id=missing.id, message=message)))
    elif blocked := [check for check in checks if check.status == "blocked"]:
        others = (check for check in checks if check.status not in ("passed", "blocked"))
        first = next(others, blocked[0])
        message = translate_sentence(first.message.partition("\n")[0])
        out.print(Text(translate("Next to fix: {id}: {message}", id=first.id, message=message)))


class Progress:
    """A bar on stderr that shows done, failing and time left; silent without a terminal."""

    def __init__(self, total: int) -> None:
        columns = (
            bars.TextColumn(translate("grading")),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TextColumn(f"{{task.fields[below]}} {translate('below full marks')}"),
            bars.TimeRemainingColumn(),
        )
        self.bar = bars.Progress(*columns, console=Console(stderr=True, emoji=False))
        self.bar.disable = not self.bar.console.is_terminal
        self.task = self.bar.add_task("grading", total=total, below=0)
        self.below = 0

    def advance(self, outcome: Outcome) -> None:
        """Count one more outcome."""
        self.below += outcome.score is None or outcome.score.points < outcome.score.max_points
        self.bar.update(self.task, advance=1, below=self.below)

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()


def print_class(outcomes: Sequence[Outcome], out_folder: Path) -> None:
    """Print grader faults and one row per entry, then the files that were written."""
    out = open_console()
    for outcome in outcomes:
        if outcome.fault:
            fault = "GRADER FAULT on '{name}': {fault}"
            line = translate(fault, name=outcome.name, fault=outcome.fault)
            line += f" (traceback: {outcome.trace})" if outcome.trace else ""
            out.print(Text(line, style="bold red"))
    out.print(_build_class_table(outcomes))
    if len(outcomes) > MOST_LISTED:
        rest = "... {count:,} more, as all of them, in {file}"
        out.print(translate(rest, count=len(outcomes) - MOST_LISTED, file=GRADES))
    files = [outcome.file for outcome in outcomes if outcome.file]
    out.print(f"\n{translate('scores:')}")
    for file in files[:MOST_LISTED]:
        out.print(Text(f"  {file}"))
    if len(files) > MOST_LISTED:
        more = translate("... {count:,} more beside them", count=len(files) - MOST_LISTED)
        out.print(f"  {more}")
    isolation = {outcome.score.environment.isolation for outcome in outcomes if outcome.score}
    levels = ", ".join(sorted(isolation)) or translate("none")
    out.print(f"\n{translate('isolation: {levels}', levels=levels)}")
    out.print(translate("table: {file}", file=out_folder / GRADES))
    out.print(translate("page:  {file}", file=out_folder / "index.html"))


def _build_class_table(outcomes: Sequence[Outcome]) -> Table:
    scores = list_scores(outcomes)
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    extras = ["extras"] if list_extras(scores) else []
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (*HEADINGS[:2], *ids, *extras, *HEADINGS[2:]):
        is_text = name in ("submission", "checks")
        justify: JustifyMethod = "left" if is_text else "right"
        table.add_column(translate(name), justify=justify, overflow="fold")
    for outcome in outcomes[:MOST_LISTED]:
        table.add_row(*map(Text, _entry_cells(outcome, [*ids, *extras])))
    return table


def _entry_cells(outcome: Outcome, ids: Sequence[str]) -> list[str]:
    name = escape_unseen(outcome.name)
    if outcome.score is None:
        return [name, "-", *("-" for _ in ids), "-", translate("grader fault")]
    score = outcome.score
    points = {milestone.id: milestone.points for milestone in score.milestones}
    points["extras"] = score.bonus.earned
    seconds = translate("kept") if outcome.kept else f"{score.timing.seconds:.1f}"
    counts = Counter(check.status for check in score.checks)
    statuses = ", ".join(f"{count} {translate(status)}" for status, count in counts.items())
    by_milestone = [f"{points.get(id, 0.0):.1f}" for id in ids]
    total = f"{score.points:.1f}/{score.max_points:.0f}"
    return [name, total, *by_milestone, seconds, statuses]
