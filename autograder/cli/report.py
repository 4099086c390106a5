"""``autograder report``: one page of what was built, to keep and to show."""

import sys
import webbrowser
from pathlib import Path

from autograder.learning import progress
from autograder.learning.portfolio import collect, facts_of, parts_of
from autograder.reports import record, report
from autograder.reports.record import Record
from autograder.run import selection
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable


def run(submission: Path, profile: str | None, out: Path | None, show: bool = False) -> None:
    """Run all public checks, let the learner's code draw, and write the page; open it to `show`."""
    selection.profile(profile)
    selection.folder(submission)
    file = out or submission / "report.html"
    stop_unless_writable(file)
    if sys.stderr.isatty():
        print("all checks run, then your own code draws: a minute or two", file=sys.stderr)
    score, shown = collect(submission, profile)
    known = progress.known(submission) if record.is_workspace(submission) else Record(1)
    parts = parts_of(shown)
    with stop_on_write_error(file):
        report.write_report(score, known, parts, facts_of(score), file)
    told = f"{score.points:g} of {score.max_points:g} public points"
    print(f"{file}: {told}; open it in a browser, it needs no network")
    if show:
        _open(file)


def _open(file: Path) -> None:
    if not webbrowser.open(file.resolve().as_uri()):
        raise Stop(f"there is no browser here to open {file}; copy it to where there is one", 1)
