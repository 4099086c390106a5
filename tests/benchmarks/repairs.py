"""How long a learner waits for a mistake to be proven, beside the checks themselves."""

import tempfile
from dataclasses import replace
from pathlib import Path

from autograder.course import Milestone, load_course
from autograder.intake.submission import Entry
from autograder.run.configure import learner_settings, limit_threads
from autograder.run.entry import staged_submission
from autograder.run.grade import grade_submission
from autograder.run.proving import LEARNER_TRIALS, learner_launchers, prove_mistakes, with_trials
from tests.benchmarks.measure import Row, milliseconds, timed
from tests.diagnosis.corpus import list_plantings, write_submission
from tests.diagnosis.planting import Planting
from tests.mutants.mutants import short

STEP = 12  # of the planted mistakes one in so many
TARGETS = {"m1": "2,000 ms on two cores", "m3": "4,000 ms on two cores"}


def rows() -> list[Row]:
    """Time the checks and the search on planted mistakes in other people's styles."""
    limit_threads()
    return [row for id in TARGETS for row in _rows_of(id)]


def _rows_of(id: str) -> list[Row]:
    part = next(one for one in load_course().milestones if one.id == id)
    planted = [one for one in list_plantings(part) if one.base != "reference"][::STEP]
    pairs = [_times(part, one) for one in planted]
    checks, searches = ([pair[side] for pair in pairs] for side in (0, 1))
    note = f"{len(pairs)} planted mistakes"
    return [
        Row(f"{id} with a mistake: the checks", milliseconds(checks), "ms", note=note),
        Row(f"{id} with a mistake: the search", milliseconds(searches), "ms", TARGETS[id]),
    ]


def _times(part: Milestone, planted: Planting) -> tuple[float, float]:
    """Return the seconds of the checks and of the search."""
    course = load_course()
    settings = replace(learner_settings(course, None, None), only=short(part))
    settings = with_trials(settings, LEARNER_TRIALS)
    launchers = learner_launchers(settings, [part])
    with tempfile.TemporaryDirectory() as raw:
        entry = Entry(planted.base, write_submission(part, planted, Path(raw)))
        with staged_submission(entry, course.modules) as work:
            with timed() as checks:
                results = grade_submission(work, [part], settings, launchers[0]).score.checks
            with timed() as search:
                prove_mistakes(results, work, part, settings, launchers)
    return checks.seconds, search.seconds
