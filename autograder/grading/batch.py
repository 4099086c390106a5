"""Many submissions: a pool of judges, results kept, and no entry that stops another."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from autograder.grading.submission import Entry
from autograder.score import Outcome

Job = Callable[[Entry], Outcome]
Pool = Callable[[Sequence[Entry]], Iterator[Outcome]]  # here or on a cluster: outcomes as they come


def grade_all(
    entries: Sequence[Entry], job: Job, jobs: int, prepare: Callable[[], None]
) -> Iterator[Outcome]:
    """Yield the outcome of every entry, as they come.

    Parameters
    ----------
    entries : sequence of Entry
        What to grade.
    job : callable
        Grades one entry; runs in another process, so it must be picklable.
    jobs : int
        Processes.
    prepare : callable
        Runs once in each process before its first job.

    Notes
    -----
    A judge process that dies takes its neighbours' work with it; those entries are done again,
    each in a process of its own, and only one that dies twice is given up.
    """
    stranded: list[Entry] = []
    for entry, future in _completed(entries, job, min(jobs, len(entries)), prepare):
        try:
            yield future.result()
        except BrokenProcessPool:
            stranded.append(entry)
    for entry in stranded:
        yield _alone(entry, job, prepare)


def _completed(
    entries: Sequence[Entry], job: Job, jobs: int, prepare: Callable[[], None]
) -> Iterator[tuple[Entry, "Future[Outcome]"]]:
    with _pool(jobs, prepare) as pool:
        futures = {pool.submit(job, entry): entry for entry in entries}
        try:
            for future in as_completed(futures):
                yield futures[future], future
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone(entry: Entry, job: Job, prepare: Callable[[], None]) -> Outcome:
    try:
        with _pool(1, prepare) as pool:
            return pool.submit(job, entry).result()
    except BrokenProcessPool:
        return Outcome(entry.name, None, fault="the judge process died twice on this entry")


def _pool(jobs: int, prepare: Callable[[], None]) -> ProcessPoolExecutor:
    """Return a pool; on Linux what `prepare` lives in is imported once, for all its processes."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload([prepare.__module__])
    return ProcessPoolExecutor(jobs, context, initializer=prepare)
