"""Many submissions: a pool of judges, results kept, and no entry that stops another.

Ctrl-C is for the process that the user started: it alone hears it, and then ends the judges.
"""

import multiprocessing
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from functools import partial

from autograder.intake.submission import Entry
from autograder.score import Outcome

Job = Callable[[Entry], Outcome]
Outcomes = Generator[Outcome, None, None]
Pool = Callable[[Sequence[Entry]], Outcomes]  # here or on a cluster: outcomes as they come


def grade_all(
    entries: Sequence[Entry], job: Job, jobs: int, prepare: Callable[[], None]
) -> Outcomes:
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
    with closing(_completed(entries, job, min(jobs, len(entries)), prepare)) as completed:
        for entry, future in completed:
            try:
                yield future.result()
            except BrokenProcessPool:
                stranded.append(entry)
    for entry in stranded:
        yield _alone(entry, job, prepare)


def _completed(
    entries: Sequence[Entry], job: Job, jobs: int, prepare: Callable[[], None]
) -> Generator[tuple[Entry, "Future[Outcome]"], None, None]:
    with _place() as place, _pool(jobs, partial(_begin, prepare, place), prepare) as pool:
        try:
            with _undisturbed():
                futures = {pool.submit(job, entry): entry for entry in entries}
            for future in as_completed(futures):
                yield futures[future], future
        except BaseException:
            for judge in multiprocessing.active_children():
                judge.kill()  # its zygotes and workers end with it; `place` is ours
            pool.shutdown(cancel_futures=True)
            raise


def _alone(entry: Entry, job: Job, prepare: Callable[[], None]) -> Outcome:
    with closing(_completed([entry], job, 1, prepare)) as completed:
        ((_, future),) = completed
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(entry.name, None, fault="the judge process died twice on this entry")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C and its like waiting; processes that begin in here do not hear them."""
    if sys.platform == "win32":
        yield
        return
    ends = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _place() -> "tempfile.TemporaryDirectory[str]":
    """Return where judges put what they borrow: gone with the run, however it ends."""
    return tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)


def _pool(jobs: int, begin: Callable[[], None], prepare: Callable[[], None]) -> ProcessPoolExecutor:
    """Return a pool; on Linux what `prepare` lives in is imported once, for all its processes."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload([prepare.__module__])
    return ProcessPoolExecutor(jobs, context, initializer=begin)


def _begin(prepare: Callable[[], None], place: str) -> None:
    """Be a judge process."""
    tempfile.tempdir = place
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
    prepare()
