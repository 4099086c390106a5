"""What ``check`` finds out after the verdicts: which small mistakes explain them."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.course import Course, Part
from autograder.intake.submission import Entry
from autograder.judge.settings import Settings
from autograder.language.catalogue import translate
from autograder.reports.record import Record, Unreadable, read_record
from autograder.reports.terminal import open_console, print_mistakes
from autograder.run.configure import limit_threads
from autograder.run.entry import staged_submission
from autograder.run.proving import (
    LEARNER_TRIALS,
    can_be_proven,
    learner_launchers,
    prove_score,
    with_trials,
)
from autograder.score import Score

LOOKING = "looking for the mistake (Ctrl-C: that is enough) ..."
UNKNOWN = "No more was found than the messages say: no known mistake, no small change mends it."


def is_worth_looking(score: Score) -> bool:
    """Whether some check failed in a way that a mistake would explain."""
    return can_be_proven(score.checks)


def show_mistakes(
    score: Score, entry: Entry, parts: Sequence[Part], course: Course, settings: Settings
) -> None:
    """Look for the mistakes behind a score, give its checks their hints, and print them.

    Ctrl-C, or a fault of ours, ends the search, and what the answers alone show is printed: the
    verdicts stand.
    """
    out = open_console()
    try:
        out.print(f"\n{translate(LOOKING)}")
        sys.stdout.flush()  # the verdicts come first, on a pipe too
        limit_threads()
        launchers = learner_launchers(settings, parts)
        with staged_submission(entry, course.modules) as work:
            prove_score(score, work, parts, with_trials(settings, LEARNER_TRIALS), launchers)
    except KeyboardInterrupt:
        pass  # what the answers show is enough
    except Exception as problem:  # ours: the verdicts are printed, and stand
        kind = type(problem).__name__
        print(f"autograder: the search failed ({kind}: {problem}); tell us", file=sys.stderr)
    failed = [check for check in score.checks if check.hint]
    if not failed:
        out.print(translate(UNKNOWN))
    print_mistakes(failed, out, _asked_levels(entry.path))


def _asked_levels(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the hints that a learner has asked for; none where there is no record."""
    with suppress(Unreadable, OSError):
        return read_record(folder).hints
    return Record(1).hints
