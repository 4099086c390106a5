"""A Dask cluster: reached, asked what it is, and given work; what can go wrong is one sentence."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from typing import TypeVar

from distributed import Client, KilledWorker, Security
from distributed.core import rpc

REACHED = 5.0  # seconds in which a scheduler answers
JOINED = 15.0  # seconds in which a worker comes
CLOSED = 3.0  # seconds to take leave

Call = TypeVar("Call")
Key = TypeVar("Key")


class Unreachable(Exception):
    """There is no scheduler at the address."""


class Unfit(Exception):
    """The cluster cannot do this work."""


class Lost(Exception):
    """The scheduler is gone."""


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Lend a client of the scheduler at `address`.

    Raises
    ------
    Unreachable
        When no scheduler answers there.
    Unfit
        When it has no worker.
    """
    for logger in ("distributed", "tornado"):  # they tell in pages what we tell in a sentence
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    _greet(address)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions: ours are compared with more care
        client = Client(address, timeout=REACHED, set_as_default=False)
    try:
        _wait_for_a_worker(client, address)
        yield client
    finally:
        client.close(CLOSED)


def _greet(address: str) -> None:
    """Ask who is there: the client itself would wait for ever for one who never answers."""
    try:
        kind = asyncio.run(_kind(address))
    except (OSError, ValueError, TypeError) as problem:
        why = str(problem) or f"no answer in {REACHED:g} seconds"
        raise Unreachable(_told(address, why)) from None
    if kind != "Scheduler":
        raise Unreachable(_told(address, f"a {kind} answers there"))


async def _kind(address: str) -> str:
    security = Security().get_connection_args("client")
    async with asyncio.timeout(REACHED), rpc(address, REACHED - 1, connection_args=security) as it:
        return str((await it.identity())["type"])


def _told(address: str, why: str) -> str:
    return (
        f"no Dask scheduler at {address!r} ({why}); "
        "wanted the address that 'dask scheduler' prints, such as tcp://10.0.0.5:8786"
    )


def _wait_for_a_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=JOINED)
    except TimeoutError:
        raise Unfit(
            f"the scheduler at {address} has no worker: start some with 'dask worker {address}'"
        ) from None


def ask_all(
    client: Client, function: Callable[[Call], Awaitable[bytes]], call: Call
) -> dict[str, bytes]:
    """Return what each worker answers, by its address, beside all tasks.

    Raises
    ------
    Unfit
        When the scheduler or a worker does not know `function`.
    """
    try:
        client.run_on_scheduler(_touch, function)
    except Exception as problem:  # it opens what it hands on
        raise Unfit(_unable("scheduler", problem)) from None
    answers = client.run(function, call, on_error="return")
    for address, answer in answers.items():
        if isinstance(answer, Exception):
            raise Unfit(_unable(f"worker at {address}", answer))
    return dict(answers)


def _touch(_: object) -> None:
    """Do nothing: to come here, the argument must have been understood."""


def _unable(who: str, problem: Exception) -> str:
    return f"the {who} does not know this kit ({trouble(problem)}): install the same one there"


def each(
    client: Client, function: Callable[[Call], bytes], calls: Mapping[Key, Call]
) -> Iterator[tuple[Key, "Future[bytes]"]]:
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
                raise Lost
            yield futures[future], future
    finally:
        executor.shutdown(wait=False)


def trouble(problem: BaseException) -> str:
    """Return why a call failed that no worker answered."""
    if isinstance(problem, KilledWorker):
        return f"{problem.allowed_failures + 1} workers died while they graded this entry"
    return f"{type(problem).__name__}: {problem}".partition("\n")[0]
