"""A Dask cluster: connected to, asked what it is, and given work; each failure is one sentence."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from distributed import Client, KilledWorker, Security
from distributed.core import rpc

from autograder.stop import Refusal

REPLY_SECONDS = 5.0  # seconds in which a scheduler answers
JOIN_SECONDS = 15.0  # seconds in which a worker comes
CLOSE_SECONDS = 3.0  # seconds to disconnect

CallT = TypeVar("CallT")
KeyT = TypeVar("KeyT")


class NoScheduler(Refusal):
    """There is no scheduler at the address."""


class UnfitCluster(Refusal):
    """The cluster cannot do this work."""


class SchedulerLost(Exception):
    """The scheduler is gone."""


@contextmanager
def connect_client(address: str) -> Iterator[Client]:
    """Lend a client of the scheduler at `address`.

    Raises
    ------
    Unreachable
        When no scheduler answers there.
    Unfit
        When it has no worker.
    """
    for logger in ("distributed", "tornado"):  # they log in pages what we say in a sentence
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    _require_scheduler(address)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions: ours are compared with more care
        client = Client(address, timeout=REPLY_SECONDS, set_as_default=False)
    try:
        _wait_for_worker(client, address)
        yield client
    finally:
        client.close(CLOSE_SECONDS)


def _require_scheduler(address: str) -> None:
    """Require that a scheduler answers: the client itself would wait forever."""
    try:
        with ThreadPoolExecutor(1) as thread:  # the caller's own may have a loop that runs
            kind = thread.submit(asyncio.run, _read_server_type(address)).result()
    except (OSError, ValueError, TypeError) as problem:
        reason = str(problem) or f"no answer in {REPLY_SECONDS:g} seconds"
        raise NoScheduler(_unreachable_message(address, reason)) from None
    if kind != "Scheduler":
        raise NoScheduler(_unreachable_message(address, f"a {kind} answers there"))


async def _read_server_type(address: str) -> str:
    security = Security().get_connection_args("client")
    async with (
        asyncio.timeout(REPLY_SECONDS),
        rpc(address, REPLY_SECONDS - 1, connection_args=security) as server,
    ):
        return str((await server.identity())["type"])


def _unreachable_message(address: str, reason: str) -> str:
    return (
        f"no Dask scheduler at {address!r} ({reason}); "
        "wanted the address that 'dask scheduler' prints, such as tcp://10.0.0.5:8786"
    )


def _wait_for_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=JOIN_SECONDS)
    except TimeoutError:
        raise UnfitCluster(
            f"the scheduler at {address} has no worker: start some with 'dask worker {address}'"
        ) from None


def ask_workers(
    client: Client, function: Callable[[CallT], Awaitable[bytes]], call: CallT
) -> dict[str, bytes]:
    """Return the answer of each worker, by its address; no task waits for it.

    Raises
    ------
    Unfit
        When the scheduler or a worker does not know `function`.
    """
    try:
        client.run_on_scheduler(_do_nothing, function)
    except Exception as problem:  # the scheduler unpickles what it passes on
        raise UnfitCluster(_mismatch_message("scheduler", problem)) from None
    answers = client.run(function, call, on_error="return")
    for address, answer in answers.items():
        if isinstance(answer, Exception):
            raise UnfitCluster(_mismatch_message(f"worker at {address}", answer))
    return dict(answers)


def _do_nothing(_: object) -> None:
    """Do nothing: whoever gets here has unpickled the argument."""


def _mismatch_message(who: str, problem: Exception) -> str:
    reason = describe_failure(problem)
    return f"the {who} does not know this kit ({reason}): install the same one there"


def run_calls(
    client: Client, function: Callable[[CallT], bytes], calls: Mapping[KeyT, CallT]
) -> Iterator[tuple[KeyT, "Future[bytes]"]]:
    """Have every call done by some worker; yield them as they come, done or failed.

    Raises
    ------
    Lost
        When the scheduler went away; what was not yielded by then is not done.
    """
    executor = client.get_executor(pure=False)
    futures = {executor.submit(function, call): key for key, call in calls.items()}
    try:
        for future in as_completed(futures):
            if future.cancelled():
                raise SchedulerLost
            yield futures.pop(future), future  # one that is kept is done again if its worker dies
    finally:
        executor.shutdown(wait=False)


def describe_failure(problem: BaseException) -> str:
    """Return in one line why no worker answered a call."""
    if isinstance(problem, KilledWorker):
        return f"{problem.allowed_failures + 1} workers died while they graded this entry"
    return f"{type(problem).__name__}: {problem}".partition("\n")[0]
