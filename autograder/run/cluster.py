"""Grading on a Dask cluster: entries go out as bytes, scores come back and are written here."""

import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

from distributed import Client

from autograder.intake.submission import Entry
from autograder.run import dask_cluster
from autograder.run.dask_cluster import Lost, Unfit, Unreachable
from autograder.run.entry import staged
from autograder.run.faults import describe, faulty_outcome, trace_of
from autograder.run.judge_handle import Call, Reply, begin, run
from autograder.run.judge_process import About, Graded, about, grade_parcel, other_kit
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel, pack
from autograder.run.pool import Outcomes, Pool
from autograder.run.results import Order, keep, kept
from autograder.score import Environment, Outcome
from autograder.stop import Stop


@contextmanager
def pool(address: str, order: Order) -> Iterator[Pool]:
    """Lend the pool of judges on the cluster at `address`.

    Raises
    ------
    Stop
        When there is none, or it cannot do this work, or it is lost.
    """
    try:
        with dask_cluster.connected(address) as client:
            yield Cluster(client, order).grade_all
    except Unreachable as problem:
        raise Stop(str(problem)) from None
    except Unfit as problem:
        raise Stop(str(problem), 1) from None
    except Lost:
        raise Stop(
            f"the scheduler at {address} was lost; what is finished is kept: run this again", 1
        ) from None


class Cluster:
    """Workers that all judge by our checks, and an order for them."""

    def __init__(self, client: Client, order: Order) -> None:
        self.client = client
        self.order = order
        self.places = _places(client, order.settings.isolation)

    def grade_all(self, entries: Sequence[Entry]) -> Outcomes:
        """Yield the outcome of every entry, as they come."""
        parcels: dict[str, Parcel] = {}
        for entry in entries:
            taken = self._taken(entry)
            if isinstance(taken, Outcome):
                yield taken
            else:
                parcels[entry.name] = taken
        calls = {name: self._call(parcel) for name, parcel in parcels.items()}
        for name, future in dask_cluster.each(self.client, run, calls):
            yield self._settled(parcels[name], future)

    def _taken(self, entry: Entry) -> Outcome | Parcel:
        try:
            with staged(entry, self.order.modules) as submission:
                return kept(self.order, submission, self.places) or pack(submission)
        except Exception as problem:
            return self._faulty(entry.name, describe(problem), trace_of(problem))

    def _call(self, parcel: Parcel) -> Call:
        arguments = (parcel, self.order.milestones, self.order.settings)
        return Call(pickle.dumps((grade_parcel, arguments)), kit_sha256())

    def _settled(self, parcel: Parcel, future: "Future[bytes]") -> Outcome:
        if problem := future.exception():
            return self._faulty(parcel.id, dask_cluster.trouble(problem))
        reply: Reply = pickle.loads(future.result())
        if reply.fault:
            return self._faulty(parcel.id, reply.fault, reply.trace)
        return self._written(parcel, reply.value)

    def _written(self, parcel: Parcel, graded: Graded) -> Outcome:
        try:
            return keep(self.order, parcel, graded.score, graded.report)
        except Exception as problem:  # the disk is full, say
            return self._faulty(parcel.id, describe(problem), trace_of(problem))

    def _faulty(self, name: str, fault: str, trace: str = "") -> Outcome:
        return faulty_outcome(self.order.out, name, fault, trace)


def _places(client: Client, level: str) -> list[Environment]:
    """Return the environments of all workers, once it is known that they judge by our checks."""
    call = Call(pickle.dumps((about, (level,))))
    answers = dask_cluster.ask_all(client, begin, call)
    return [_fit(address, answer).environment for address, answer in answers.items()]


def _fit(address: str, answer: bytes) -> About:
    """Return what a worker is, or refuse it."""
    reply: Reply = pickle.loads(answer)
    if reply.fault:
        raise Unfit(f"the worker at {address} cannot grade: {reply.fault}")
    it: About = reply.value
    if it.checks_sha256 != kit_sha256():
        raise Unfit(f"{address}: {other_kit(it.checks_sha256, kit_sha256())}")
    return it
