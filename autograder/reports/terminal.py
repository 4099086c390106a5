"""Output on a terminal: checks for a learner, a class for a TA. Plain text through a pipe."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from autograder.reports.mistakes import (
    SHOWN,
    choose_mistakes,
    hint_level,
    mistake_lines,
    mistake_title,
)
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
PIPE_WIDTH = 1000  # a pipe has no edge
NO_HINTS: Mapping[str, Mapping[str, str]] = {}
EXPLAINED = 3  # failures explained in full; the rest are listed


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


def print_checks(score: Score, offers: Sequence[str] = (), mistakes: bool = True) -> None:
    """Print every check of `score`, the first failures in full, the next step, then `offers`.

    Without `mistakes` nothing is said of these: they are looked for yet.
    """
    out = open_console()
    for part in score.parts:
        _print_milestone(part, out)
    failed = [
        check for check in score.checks if check.status not in ("passed", "missing", "blocked")
    ]
    for check in failed[:EXPLAINED]:
        _print_failure(check, out)
    if len(failed) > EXPLAINED:
        out.print(
            f"\n{len(failed) - EXPLAINED} more; name one to see it: "
            f"autograder check {failed[EXPLAINED].id}"
        )
    if mistakes:
        print_mistakes(failed, out)
    _print_next(score, out)
    for line in offers:
        out.print(Text(line, style="green"), soft_wrap=True)


def _print_milestone(milestone: MilestoneScore, out: Console) -> None:
    out.print(Text(f"\n{milestone.id}  {milestone.title}", style="bold"))
    for check in milestone.checks:
        mark, style = STATUS_MARKS[check.status]
        line = Text(f"  {mark} ", style=style)
        line.append(f"{check.points:>5.2f}/{check.max_points:.2f}  ", style="dim")
        line.append(f"{check.id.rpartition('.')[2]:<26}{check.title}")
        if check.verdict:
            line.append(f"  [{check.verdict}]", style=f"bold {style}")
        out.print(line, overflow="ellipsis", no_wrap=out.is_terminal)
    marks = [status for status in STATUS_MARKS if any(c.status == status for c in milestone.checks)]
    legend = ", ".join(f"{STATUS_MARKS[status][0]} {status}" for status in marks)
    out.print(Text(f"  {legend}", style="dim"))


def _print_failure(check: CheckResult, out: Console) -> None:
    out.print(Text(f"\n{check.id}: {check.status}", style=STATUS_MARKS[check.status][1]))
    out.print(*indent_text(check.message, out), sep="\n")
    if check.status in ("failed", "crashed"):
        out.print(
            Text(f"  more: autograder hint {check.id}, autograder repro {check.id}", style="dim")
        )


def print_mistakes(
    checks: Sequence[CheckResult], out: Console, asked: Mapping[str, Mapping[str, str]] = NO_HINTS
) -> None:
    """Print the mistakes that `checks` show, in as much detail as hints were `asked` for."""
    mistakes = choose_mistakes(checks)
    for hint, ids in mistakes[:SHOWN]:
        out.print(Text(f"\n{mistake_title(hint, ids)}", style="bold"))
        for line in mistake_lines(hint, hint_level(asked, ids), ids[0]):
            out.print(*indent_text(line, out), sep="\n")
    if len(mistakes) > SHOWN:
        out.print(f"\n{len(mistakes) - SHOWN} more: fix these first")


def indent_text(text: str, out: Console, style: str = "") -> Iterator[Text]:
    """Yield the lines of `text`, as wide as `out`, each two columns in."""
    for line in Text(text, style=style).wrap(out, out.width - 2):
        line.rstrip()
        yield Text("  ").append_text(line)


def _print_next(score: Score, out: Console) -> None:
    most = sum(part.max_points for part in score.parts)
    hidden = most / PUBLIC_SHARE - most
    reached = f"{sum(part.points for part in score.parts):g} of {most:g} public points"
    verb = "comes" if f"{hidden:g}" == "1" else "come"
    more = f"{hidden:g} more {verb} from hidden twins, the same checks on other inputs"
    out.print(Text(f"\n{reached} ({more}, when your work is graded)", style="bold"))
    if missing := next((check for check in score.checks if check.status == "missing"), None):
        out.print(Text(f"Next to write: {missing.id}: {missing.message}"))
    elif blocked := [check for check in score.checks if check.status == "blocked"]:
        others = (check for check in score.checks if check.status not in ("passed", "blocked"))
        first = next(others, blocked[0])
        out.print(Text(f"Next to fix: {first.id}: {first.message.partition(chr(10))[0]}"))


class Progress:
    """A bar on stderr that shows done, failing and time left; silent without a terminal."""

    def __init__(self, total: int) -> None:
        columns = (
            bars.TextColumn("grading"),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TextColumn("{task.fields[below]} below full marks"),
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
            trace = f" (traceback: {outcome.trace})" if outcome.trace else ""
            line = f"GRADER FAULT on '{outcome.name}': {outcome.fault}{trace}"
            out.print(Text(line, style="bold red"))
    out.print(_build_class_table(outcomes))
    out.print("\nscores:")
    for outcome in outcomes:
        if outcome.file:
            out.print(Text(f"  {outcome.file}"))
    isolation = {outcome.score.environment.isolation for outcome in outcomes if outcome.score}
    out.print(f"\nisolation: {', '.join(sorted(isolation)) or 'none'}")
    out.print(f"table: {out_folder / 'grades.csv'}\npage:  {out_folder / 'index.html'}")


def _build_class_table(outcomes: Sequence[Outcome]) -> Table:
    scores = list_scores(outcomes)
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    extras = ["extras"] if list_extras(scores) else []
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("submission", "points", *ids, *extras, "seconds", "checks"):
        is_text = name in ("submission", "checks")
        table.add_column(name, justify="left" if is_text else "right", overflow="fold")
    for outcome in outcomes:
        table.add_row(*map(Text, _entry_cells(outcome, [*ids, *extras])))
    return table


def _entry_cells(outcome: Outcome, ids: Sequence[str]) -> list[str]:
    name = escape_unseen(outcome.name)
    if outcome.score is None:
        return [name, "-", *("-" for _ in ids), "-", "grader fault"]
    score = outcome.score
    points = {milestone.id: milestone.points for milestone in score.milestones}
    points["extras"] = score.bonus.earned
    seconds = "kept" if outcome.kept else f"{score.timing.seconds:.1f}"
    counts = Counter(check.status for check in score.checks)
    statuses = ", ".join(f"{count} {status}" for status, count in counts.items())
    by_milestone = [f"{points.get(id, 0.0):.1f}" for id in ids]
    total = f"{score.points:.1f}/{score.max_points:.0f}"
    return [name, total, *by_milestone, seconds, statuses]
