"""Every entry of an inbox graded: by processes here, or by the judges of a cluster."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograder.intake.find import Inbox, find_inbox
from autograder.intake.refuse import Imports, bar_modules
from autograder.intake.rules import SOURCES
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Unusable
from autograder.lazy import Lazy
from autograder.reports.plans import EntryPlan
from autograder.reports.terminal import Progress
from autograder.run import datasets
from autograder.run.configure import best_isolation, limit_threads, shared_launcher
from autograder.run.entry import grade_and_write
from autograder.run.longest import sort_longest_first
from autograder.run.pool import Pool, grade_in_processes
from autograder.run.results import GradingOrder
from autograder.sandbox.run_folder import temporary_folder
from autograder.sandbox.sources import read_imports
from autograder.score import NoScore, Outcome, read_score
from autograder.stop import STOPPED, Stop


def read_inbox(path: Path, modules: list[str]) -> Inbox:
    """Return who is who at `path`; a `Stop` where that is nobody, or would be a guess."""
    try:
        return find_inbox(path, modules)
    except Unusable as problem:
        raise Stop(problem.phrase) from None
    except OSError as problem:
        raise Stop(str(problem)) from None


def plan_entries(entries: Sequence[Entry], modules: Sequence[str]) -> list[EntryPlan]:
    """Return what would be graded of every entry, without grading."""
    return [_plan_entry(entry, modules) for entry in entries]


def _plan_entry(entry: Entry, modules: Sequence[str]) -> EntryPlan:
    """Copy an entry as if it were graded: what is written there, or too large, counts too."""
    try:
        with temporary_folder() as folder:
            copy = stage_entry(entry, modules, folder)
            work = bar_modules(copy, _read_here)
    except Unusable as problem:
        return EntryPlan(entry.name, problem=str(problem))
    homes = dict(zip(work.files, work.paths, strict=True))
    first = [f"{module}{end}" for module in modules for end in SOURCES]
    order = [*(file for file in first if file in homes), *sorted({*homes} - {*first})]
    barred = dict.fromkeys([*work.refused.values(), *work.blocked.values()])
    return EntryPlan(entry.name, {file: homes[file] for file in order}, (*work.notes, *barred))


def _read_here(folder: Path) -> Imports:
    return read_imports(folder, shared_launcher(best_isolation(), ()))


@contextmanager
def open_pool(order: GradingOrder, jobs: int | None, cluster: str | None) -> Iterator[Pool]:
    """Lend the pool that grades, the longest first: processes here, or the judges of a cluster."""
    with _open_any_pool(order, jobs, cluster) as pool:
        yield lambda entries: pool(sort_longest_first(entries, order.milestones))


@contextmanager
def _open_any_pool(order: GradingOrder, jobs: int | None, cluster: str | None) -> Iterator[Pool]:
    if cluster is None:
        datasets.require_datasets(order.settings.profile, order.milestones)
        limit_threads()  # what is started from here inherits it
        job = partial(grade_and_write, order)
        count = jobs or os.cpu_count() or 1
        yield partial(grade_in_processes, job=job, jobs=count, prepare=limit_threads)
    else:
        with _open_cluster(cluster, order) as pool:
            yield pool


def _open_cluster(address: str, order: GradingOrder) -> AbstractContextManager[Pool]:
    try:
        from autograder.run.cluster import cluster_pool  # noqa: PLC0415  (slow, and an extra)
    except ModuleNotFoundError as problem:
        raise Stop(
            "--cluster needs the extra 'cluster', and {name} is not installed: run pip install "
            "distributed",
            name=problem.name,
        ) from None
    return cluster_pool(address, order)


def grade_entries(entries: Sequence[Entry], pool: Pool) -> Sequence[Outcome]:
    """Return the outcome of every entry, in order, behind a progress bar.

    A score is as large as the messages in it: it stays in its file until somebody looks at it.
    """
    outcomes: dict[str, Outcome] = {}
    try:
        with Progress(len(entries)) as progress, closing(pool(entries)) as graded:
            for outcome in graded:
                outcomes[outcome.name] = replace(outcome, score=None) if outcome.file else outcome
                progress.advance(outcome)
    except KeyboardInterrupt:
        raise Stop(
            "stopped: {done} of {count} graded and kept; run the same command again for the rest "
            "(grades.csv and index.html come at the end)",
            STOPPED,
            done=len(outcomes),
            count=len(entries),
        ) from None
    return Lazy([outcomes[entry.name] for entry in entries], _with_score)


def _with_score(outcome: Outcome) -> Outcome:
    """Return `outcome` with the score that was written to its file."""
    if outcome.file is None:
        return outcome
    try:
        return replace(outcome, score=read_score(outcome.file))
    except (OSError, NoScore) as problem:
        raise Stop(
            "{file} was removed or changed while this ran ({problem}): run the same command again",
            1,
            file=outcome.file,
            problem=problem,
        ) from None
