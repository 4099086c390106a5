"""Many submissions: a pool of judge processes, in which no entry stops another.

Only the process that the user started takes Ctrl-C, and then ends the judges. They end with it,
however it ends.
"""

import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path

from autograder.intake.submission import Entry
from autograder.sandbox.run_folder import find_run_folder, temporary_folder
from autograder.score import Outcome

MAX_SOCKET_FOLDER = 70  # characters: what is added makes 102, and a system takes 107
Job = Callable[[Entry], Outcome]
Outcomes = Generator[Outcome, None, None]
Pool = Callable[[Sequence[Entry]], Outcomes]  # here or on a cluster: outcomes as they come


def grade_in_processes(
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
    with closing(_run_jobs(entries, job, min(jobs, len(entries)), prepare)) as completed:
        for entry, future in completed:
            try:
                yield future.result()
            except BrokenProcessPool:
                stranded.append(entry)
    for entry in stranded:
        yield _grade_alone(entry, job, prepare)


def _run_jobs(
    entries: Sequence[Entry], job: Job, jobs: int, prepare: Callable[[], None]
) -> Generator[tuple[Entry, "Future[Outcome]"], None, None]:
    with (  # the folder of the judges' temporary files goes with the run, however it ends
        temporary_folder() as scratch,
        _process_pool(jobs, prepare, str(scratch)) as pool,
    ):
        try:
            with _block_signals():
                futures = {pool.submit(job, entry): entry for entry in entries}
            for future in as_completed(futures):
                yield futures.pop(future), future  # a result that is kept is memory that is kept
        except BaseException:
            for judge in multiprocessing.active_children():
                judge.kill()  # its zygotes and workers end with it; the folder is ours
            pool.shutdown(cancel_futures=True)
            raise


def _grade_alone(entry: Entry, job: Job, prepare: Callable[[], None]) -> Outcome:
    with closing(_run_jobs([entry], job, 1, prepare)) as completed:
        ((_, future),) = completed
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(entry.name, None, fault="the judge process died twice on this entry")


@contextmanager
def _block_signals() -> Iterator[None]:
    """Block Ctrl-C and its like; processes that start meanwhile inherit that."""
    if sys.platform == "win32":
        yield
        return
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _process_pool(jobs: int, prepare: Callable[[], None], scratch: str) -> ProcessPoolExecutor:
    """Return a pool; on Linux the module of `prepare` is imported once, for all its processes."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        _place_sockets(find_run_folder())
        context.set_forkserver_preload([prepare.__module__])
    return ProcessPoolExecutor(jobs, context, initializer=_start_judge, initargs=(prepare, scratch))


def _place_sockets(folder: Path) -> None:
    """Let multiprocessing keep its sockets in `folder`, where what a killed run leaves is swept.

    Their names may have some hundred characters: in too deep a folder they stay where they are.
    """
    if len(str(folder)) > MAX_SOCKET_FOLDER:
        return
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        multiprocessing.util.get_temp_dir()  # made once a process
    finally:
        tempfile.tempdir = before


def _start_judge(prepare: Callable[[], None], scratch: str) -> None:
    """Prepare this process to judge."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tempfile.tempdir = scratch
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
    prepare()


def _end_with_parent() -> None:
    """Wait for the pipe to the process that started the pool to close, and end.

    The zygote of this process sees its own pipe close, and ends its workers. What a killed run
    leaves is its folder of temporary files.
    """
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
