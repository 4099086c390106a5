"""What a terminal shows: checks for a learner, a class for a TA. Plain text through a pipe."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.score import PUBLIC_SHARE, CheckResult, MilestoneScore, Outcome, Score, Status
from autograder.words import few

LOOKS: dict[Status, tuple[str, str]] = {
    "passed": ("+", "green"),
    "failed": ("x", "red"),
    "missing": (".", "yellow"),
    "blocked": ("-", "yellow"),
    "timeout": ("t", "red"),
    "crashed": ("!", "red"),
    "rejected": ("!", "red"),
    "error": ("?", "bold white on red"),
}
WIDE = 1000  # a pipe has no edge
TOLD = 3  # failures explained in full; the rest are listed


def console() -> Console:
    """Return where to print: colour on a terminal, or where FORCE_COLOR asks for it."""
    seen = Console(highlight=False, emoji=False, markup=False)
    if not seen.is_terminal:
        seen.width = WIDE
    return seen


def show_checks(score: Score, offers: Sequence[str] = ()) -> None:
    """Print every check of `score`, explain the first failures, say what is left; then `offers`."""
    out = console()
    for milestone in score.milestones:
        _show_milestone(milestone, out)
    told = [check for check in score.checks if check.status not in ("passed", "missing", "blocked")]
    for check in told[:TOLD]:
        _explain(check, out)
    if len(told) > TOLD:
        out.print(
            f"\n{len(told) - TOLD} more; name one to see it: autograder check {told[TOLD].id}"
        )
    _name_mistakes(told, out)
    _say_next(score, out)
    for line in offers:
        out.print(Text(line, style="green"), soft_wrap=True)


def _show_milestone(milestone: MilestoneScore, out: Console) -> None:
    out.print(Text(f"\n{milestone.id}  {milestone.title}", style="bold"))
    for check in milestone.checks:
        mark, style = LOOKS[check.status]
        line = Text(f"  {mark} ", style=style)
        line.append(f"{check.points:>5.2f}/{check.max_points:.2f}  ", style="dim")
        line.append(f"{check.id.partition('.')[2]:<26}{check.title}")
        out.print(line, overflow="ellipsis", no_wrap=out.is_terminal)
    marks = [status for status in LOOKS if any(c.status == status for c in milestone.checks)]
    legend = ", ".join(f"{LOOKS[status][0]} {status}" for status in marks)
    out.print(Text(f"  {legend}", style="dim"))


def _explain(check: CheckResult, out: Console) -> None:
    out.print(Text(f"\n{check.id}: {check.status}", style=LOOKS[check.status][1]))
    out.print(*indented(check.message, out), sep="\n")
    if check.status in ("failed", "crashed"):
        out.print(
            Text(f"  more: autograder hint {check.id}, autograder repro {check.id}", style="dim")
        )


def _name_mistakes(told: Sequence[CheckResult], out: Console) -> None:
    hints = {check.hint.pitfall: check.hint.text for check in told if check.hint}
    for pitfall, text in hints.items():
        where = [check.id for check in told if check.hint and check.hint.pitfall == pitfall]
        out.print(Text(f"\nlikely mistake: {pitfall} ({few(where, TOLD)})", style="bold"))
        out.print(*indented(text, out), sep="\n")


def indented(text: str, out: Console, style: str = "") -> Iterator[Text]:
    """Yield the lines of `text`, as wide as `out`, each two columns in."""
    for line in Text(text, style=style).wrap(out, out.width - 2):
        line.rstrip()
        yield Text("  ").append_text(line)


def _say_next(score: Score, out: Console) -> None:
    hidden = score.max_points / PUBLIC_SHARE - score.max_points
    reached = f"{score.points:g} of {score.max_points:g} public points"
    come = "comes" if f"{hidden:g}" == "1" else "come"
    more = f"{hidden:g} more {come} from hidden twins, the same checks on other inputs"
    out.print(Text(f"\n{reached} ({more}, when your work is graded)", style="bold"))
    for status, what in (("missing", "write"), ("blocked", "mend")):
        first = next((check for check in score.checks if check.status == status), None)
        if first:
            out.print(Text(f"Next to {what}: {first.id}: {first.message}"))
            return


class Progress:
    """A bar on stderr that shows done, failing and time left; silent where nobody watches."""

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
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self.bar.stop()


def class_table(outcomes: Sequence[Outcome], out_folder: Path) -> None:
    """Print one row an entry, then what needs a person's eye."""
    out = console()
    for outcome in outcomes:
        if outcome.fault:
            trace = f" (traceback: {outcome.trace})" if outcome.trace else ""
            line = f"GRADER FAULT on {outcome.name!r}: {outcome.fault}{trace}"
            out.print(Text(line, style="bold red"))
    out.print(_table(outcomes))
    out.print("\nscores:")
    for outcome in outcomes:
        if outcome.file:
            out.print(Text(f"  {outcome.file}"))
    isolation = {outcome.score.environment.isolation for outcome in outcomes if outcome.score}
    out.print(f"\nisolation: {', '.join(sorted(isolation)) or 'none'}")
    out.print(f"table: {out_folder / 'grades.csv'}\npage:  {out_folder / 'index.html'}")


def _table(outcomes: Sequence[Outcome]) -> Table:
    scores = [outcome.score for outcome in outcomes if outcome.score]
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("submission", "points", *ids, "seconds", "checks"):
        is_text = name in ("submission", "checks")
        table.add_column(name, justify="left" if is_text else "right", overflow="fold")
    for outcome in outcomes:
        table.add_row(*map(Text, _cells(outcome, ids)))
    return table


def _cells(outcome: Outcome, ids: Sequence[str]) -> list[str]:
    name = repr(outcome.name)[1:-1]
    if outcome.score is None:
        return [name, "-", *("-" for _ in ids), "-", "grader fault"]
    score = outcome.score
    points = {milestone.id: milestone.points for milestone in score.milestones}
    seconds = "kept" if outcome.kept else f"{score.timing.seconds:.1f}"
    counts = Counter(check.status for check in score.checks)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    by_milestone = [f"{points.get(id, 0.0):.1f}" for id in ids]
    total = f"{score.points:.1f}/{score.max_points:.0f}"
    return [name, total, *by_milestone, seconds, told]
