"""Grading on a Dask cluster: entries go out as bytes, scores come back and are written here."""

import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

from distributed import Client

from autograder.intake.submission import Entry
from autograder.run import dask_cluster
from autograder.run.dask_cluster import NoScheduler, SchedulerLost, UnfitCluster
from autograder.run.entry import add_hand_in, staged_submission
from autograder.run.faults import describe_fault, fault_outcome, format_trace
from autograder.run.judge_handle import Call, CallReply, call_fresh_judge, call_judge
from autograder.run.judge_process import (
    GradedParcel,
    JudgeInfo,
    describe_judge,
    grade_parcel,
    kit_mismatch,
)
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel, pack_submission
from autograder.run.pool import Outcomes, Pool
from autograder.run.results import GradingOrder, find_kept, write_outcome
from autograder.score import Environment, Outcome
from autograder.stop import Stop


@contextmanager
def cluster_pool(address: str, order: GradingOrder) -> Iterator[Pool]:
    """Lend the pool of judges on the cluster at `address`.

    Raises
    ------
    Stop
        When there is none, or it cannot do this work, or it is lost.
    """
    try:
        with dask_cluster.connect_client(address) as client:
            yield Cluster(client, order).grade_all
    except NoScheduler as problem:
        raise Stop(problem.phrase) from None
    except UnfitCluster as problem:
        raise Stop(problem.phrase, 1) from None
    except SchedulerLost:
        raise Stop(
            "the scheduler at {address} was lost; what is finished is kept: run this again",
            1,
            address=address,
        ) from None


class Cluster:
    """The workers of a cluster, all with our checks, and what they grade."""

    def __init__(self, client: Client, order: GradingOrder) -> None:
        self.client = client
        self.order = order
        self.environments = _worker_environments(client, order.settings.isolation)

    def grade_all(self, entries: Sequence[Entry]) -> Outcomes:
        """Yield the outcome of every entry, as they come."""
        parcels: dict[str, Parcel] = {}
        for entry in entries:
            kept_or_parcel = self._find_kept_or_pack(entry)
            if isinstance(kept_or_parcel, Outcome):
                yield kept_or_parcel
            else:
                parcels[entry.name] = kept_or_parcel
        calls = {name: self._make_call(parcel) for name, parcel in parcels.items()}
        for name, future in dask_cluster.run_calls(self.client, call_judge, calls):
            yield self._read_reply(parcels[name], future)

    def _find_kept_or_pack(self, entry: Entry) -> Outcome | Parcel:
        try:
            with staged_submission(entry, self.order.modules) as submission:
                kept = find_kept(self.order, submission, self.environments)
                return add_hand_in(kept, submission) if kept else pack_submission(submission)
        except Exception as problem:
            return self._fault_outcome(entry.name, describe_fault(problem), format_trace(problem))

    def _make_call(self, parcel: Parcel) -> Call:
        arguments = (parcel, self.order.milestones, self.order.settings)
        return Call(pickle.dumps((grade_parcel, arguments)), kit_sha256())

    def _read_reply(self, parcel: Parcel, future: "Future[bytes]") -> Outcome:
        if problem := future.exception():
            return self._fault_outcome(parcel.id, dask_cluster.describe_failure(problem))
        reply: CallReply = pickle.loads(future.result())
        if reply.fault:
            return self._fault_outcome(parcel.id, reply.fault, reply.trace)
        return self._write_score(parcel, reply.value)

    def _write_score(self, parcel: Parcel, graded: GradedParcel) -> Outcome:
        try:
            outcome = write_outcome(self.order, parcel, graded.score, graded.report)
            return add_hand_in(outcome, parcel)
        except Exception as problem:  # the disk is full, say
            return self._fault_outcome(parcel.id, describe_fault(problem), format_trace(problem))

    def _fault_outcome(self, name: str, fault: str, trace: str = "") -> Outcome:
        return fault_outcome(self.order.out, name, fault, trace)


def _worker_environments(client: Client, isolation: str) -> list[Environment]:
    """Return the environments of all workers; refuse the cluster if one has other checks."""
    call = Call(pickle.dumps((describe_judge, (isolation,))))
    answers = dask_cluster.ask_workers(client, call_fresh_judge, call)
    return [_require_same_kit(address, answer).environment for address, answer in answers.items()]


def _require_same_kit(address: str, answer: bytes) -> JudgeInfo:
    """Return what a worker says of itself, or refuse it."""
    reply: CallReply = pickle.loads(answer)
    if reply.fault:
        raise UnfitCluster(f"the worker at {address} cannot grade: {reply.fault}")
    info: JudgeInfo = reply.value
    if info.checks_sha256 != kit_sha256():
        raise UnfitCluster(f"{address}: {kit_mismatch(info.checks_sha256, kit_sha256())}")
    return info
