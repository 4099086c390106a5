"""``autograder report``: one page of what was built, to keep and to show."""

import sys
import webbrowser
from pathlib import Path

from autograder.course import load_course
from autograder.language.catalogue import translate
from autograder.learning import progress
from autograder.learning.portfolio import (
    add_journey,
    collect_portfolio,
    page_parts,
    record_demos,
    score_facts,
)
from autograder.reports import record, report
from autograder.reports.record import Record
from autograder.run import selection
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable


def run(submission: Path, profile: str | None, out: Path | None, show: bool = False) -> None:
    """Run all public checks, let the learner's code draw, and write the page; open it to `show`."""
    selection.require_profile(profile)
    selection.require_folder(submission)
    file = out or submission / "report.html"
    stop_unless_writable(file)
    if sys.stderr.isatty():
        waiting = translate("all checks run, then your own code draws: a minute or two")
        print(waiting, file=sys.stderr)
    score, showcase = collect_portfolio(submission, profile)
    saved = progress.read_progress(submission) if record.is_workspace(submission) else Record(1)
    parts = page_parts(showcase)
    add_journey(parts, score, load_course())
    parts.demos = None if load_course().exam.on else record_demos(submission)
    with stop_on_write_error(file):
        report.write_report(score, saved, parts, score_facts(score), file)
    done = "{file}: {points:g} of {most:g} public points; open it in a browser, it needs no network"
    print(translate(done, file=file, points=score.points, most=score.max_points))
    if show and not webbrowser.open(file.resolve().as_uri()):
        raise Stop(
            "there is no browser here to open {file}; copy it to where there is one", 1, file=file
        )
