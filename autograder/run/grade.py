"""From the runs of one submission to its score: twins settled, mistakes named, points summed."""

import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from autograder import __version__
from autograder.course.bonus import sum_bonus
from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.changes import describe_mistake
from autograder.diagnosis.explanation import name_pitfalls
from autograder.intake.handout import is_begun, read_text
from autograder.intake.rules import SOURCES
from autograder.intake.submission import Submission
from autograder.judge import session, table
from autograder.judge.outcome import CheckRun
from autograder.judge.own_tests import try_own_tests
from autograder.judge.plugin import Session
from autograder.judge.reading import read_unusual
from autograder.judge.running import twin_id
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.numerics.failure import Missed
from autograder.numerics.thresholds import find_results
from autograder.run.earlier import NO_PASSES, EarlierPasses, run_others
from autograder.run.explain import MISTAKE_STATUSES, explain_failures
from autograder.run.few_passes import list_few_passes
from autograder.run.kit import checks_sha256
from autograder.run.proving import prove_score
from autograder.run.slowness import explain_timeouts
from autograder.run.steadiness import INPUTS, name_unsteady
from autograder.sandbox.handle import Launcher
from autograder.score import (
    CheckResult,
    Environment,
    ExtraScore,
    GradedWork,
    Hint,
    Kit,
    Score,
    Timing,
    score_milestone,
    sum_points,
)


@dataclass
class Grade:
    """A score, with pytest's report and the judge's own runs."""

    score: Score
    report: dict[str, Any]
    runs: list[CheckRun]


def grade_submission(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
    earlier: EarlierPasses = NO_PASSES,
) -> Grade:
    """Return the score of `submission`; checks that passed `earlier` do not run again.

    Raises
    ------
    GraderFault
        When pytest and the judge do not agree on what ran.
    """
    start = time.perf_counter()
    everything, milestones = milestones, _drop_absent(milestones, submission, settings)
    submission, timed = session.read_submission(submission, settings, launcher)
    judged = run_others(submission, milestones, timed, launcher, earlier)
    settle_twins(judged.runs)
    name_unsteady(judged.runs, submission, milestones, settings, launcher)
    explain_timeouts(judged.runs, submission, milestones, settings, launcher)
    pitfalls = name_mistakes(judged.runs, milestones) if settings.hints else {}
    explain_failures(judged.runs, milestones, pitfalls, launcher)
    own_tests = try_own_tests(judged.runs, submission, settings, launcher)
    timing = _build_timing(judged, time.perf_counter() - start)
    score = _build_score(submission, everything, settings, judged.runs, timing)
    score.own_tests = own_tests
    return Grade(score, judged.report, judged.runs)


def _drop_absent(
    parts: Sequence[JudgedMilestone], submission: Submission, settings: Settings
) -> list[JudgedMilestone]:
    """Return `parts` without the extras that were not handed in, unless they were asked for.

    A stub is not handed in: it lies in the kit, and costs nothing.
    """
    return [
        part
        for part in parts
        if not part.is_extra or settings.only is not None or _is_handed_in(part, submission)
    ]


def _is_handed_in(part: JudgedMilestone, submission: Submission) -> bool:
    files = [submission.folder / f"{part.module}{suffix}" for suffix in SOURCES]
    texts = [read_text(file.read_bytes(), file.suffix) for file in files if file.is_file()]
    return any(is_begun(text, part.module) for text in texts)


def grade_for_class(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    launcher: Launcher,
) -> Grade:
    """Return the score of `submission`, and in the report what its teacher may want to look at.

    The submission pays for the time that its code takes to be read.
    """
    start = time.perf_counter()
    unusual = read_unusual(submission, launcher)
    left = replace(settings, seconds=settings.seconds - (time.perf_counter() - start))
    graded = grade_submission(submission, milestones, left, launcher)
    if settings.trials:
        prove_score(graded.score, submission, milestones, settings, [launcher])
    graded.report["unusual"] = [*unusual, *list_few_passes(graded.score.checks)]
    return graded


def settle_twins(runs: Sequence[CheckRun]) -> None:
    """Take the points of public checks whose hidden twin did not pass.

    Work that passes on known inputs and fails on others has not solved the task.
    """
    by_id = {run.result.id: run for run in runs}
    for run in runs:
        twin = by_id.get(twin_id(run.listed.id, "hidden"))
        is_public_pass = run.result.visibility == "public" and run.result.status == "passed"
        if twin and is_public_pass and twin.result.status != "passed":
            run.result.status, run.result.points = "failed", 0.0
            run.result.message = _twin_note(twin)


def _twin_note(twin: CheckRun) -> str:
    """Return why a public pass does not count; training that fell short says by how much."""
    told = "right on the public inputs, but its hidden twin, the same check on other inputs,"
    if isinstance(twin.wrong_answer, Missed):
        return f"{told} did not reach what is wanted: {twin.result.message}"
    status = twin.result.status
    return f"{told} did not pass ({status}): {INPUTS}"


def name_mistakes(
    runs: Sequence[CheckRun], milestones: Sequence[JudgedMilestone]
) -> dict[str, Pitfall]:
    """Give failing checks the hint of the pitfall that their answers show; return those."""
    named: dict[str, Pitfall] = {}
    for milestone in milestones:
        ran = [run for run in runs if run.listed.milestone == milestone.id]
        evidence = {
            run.listed.id: [exchange.fingerprint() for exchange in run.exchanges]
            for run in ran
            if run.result.visibility == "public" and _can_show_mistake(run)
        }
        judged = {
            run.listed.id for run in ran if run.result.status in ("passed", *MISTAKE_STATUSES)
        }
        pitfalls = name_pitfalls(milestone.id, evidence, judged)
        named |= pitfalls
        for run in ran:
            pitfall = pitfalls.get(run.listed.id)
            if pitfall and _can_show_mistake(run):
                change = describe_mistake(milestone.id, pitfall.name)
                run.result.hint = Hint(pitfall.name, pitfall.text, change=change)
    return named


def _can_show_mistake(run: CheckRun) -> bool:
    return run.result.status in MISTAKE_STATUSES and bool(run.exchanges)


def _build_score(
    submission: Submission,
    milestones: Sequence[JudgedMilestone],
    settings: Settings,
    runs: Sequence[CheckRun],
    timing: Timing,
) -> Score:
    results = {part.id: _list_results(part, runs) for part in milestones}
    parts = [
        score_milestone(part.id, part.title, results[part.id])
        for part in milestones
        if not part.is_extra
    ]
    extras = [_score_extra(part, results[part.id]) for part in milestones if part.is_extra]
    core = [check for part in parts for check in part.checks]
    return Score(
        submission=GradedWork(
            submission.id, submission.sha256, list(submission.paths or submission.files)
        ),
        kit=Kit(__version__, checks_sha256(milestones), settings.profile, settings.seed),
        environment=local_environment(settings.isolation),
        points=sum_points(core)[0],
        max_points=sum_points(core)[1],
        milestones=parts,
        timing=timing,
        extras=extras,
        bonus=sum_bonus(extras, core, settings.cap),
    )


def _list_results(part: JudgedMilestone, runs: Sequence[CheckRun]) -> list[CheckResult]:
    return [run.result for run in runs if run.listed.milestone == part.id]


def _score_extra(part: JudgedMilestone, checks: list[CheckResult]) -> ExtraScore:
    """Return the score of an extra, and whether a person has to read what was handed in."""
    score = ExtraScore(part.id, part.title, *_sum_extra(part, checks), checks)
    if checks and part.questions:
        score.needs_person = True
        score.person_points, score.rubric = part.most_by_person, list(part.questions)
    return score


def _sum_extra(part: JudgedMilestone, checks: list[CheckResult]) -> tuple[float, float]:
    """Return the points of an extra and its maximum, which is that of its table without a file."""
    reached, most = sum_points(checks)
    file = Path(str(part.checks[0].__file__)).with_name(table.TABLE_NAME) if not checks else None
    return reached, sum(row.points for row in table.read_table(file).values()) if file else most


def _build_timing(judged: Session, seconds: float) -> Timing:
    runs = judged.runs
    peak = max([judged.shared_memory_mb, *(run.peak_memory_mb for run in runs)])
    return Timing(
        graded_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        seconds=round(seconds, 4),
        peak_memory_mb=round(peak, 1),
        checks={name: seconds for run in runs for name, seconds in _list_timings(run)},
    )


def _list_timings(run: CheckRun) -> Iterator[tuple[str, float]]:
    """Yield a check's seconds, and what a training run measured: ``m4.epoch.seconds_per_epoch``."""
    yield run.result.id, round(run.seconds, 4)
    for name, seconds in run.clock.items():
        yield f"{run.result.id}.{name}", round(seconds, 4)
    trains = run.clock or find_results(run.result.measurements)
    if trains and run.peak_memory_mb:
        yield f"{run.result.id}.peak_memory_mb", round(run.peak_memory_mb, 1)


def local_environment(isolation: str) -> Environment:
    """Return the versions, the platform and the isolation that this machine grades with."""
    machine = f"{platform.system()} {platform.machine()}"
    return Environment(platform.python_version(), np.__version__, machine, isolation)
