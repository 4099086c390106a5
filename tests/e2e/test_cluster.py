"""``grade --cluster`` on a real Dask cluster: a scheduler here, workers in processes of their own."""

import json
import os
import pickle
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from autograder.course import Course
from autograder.intake.find import find_inbox
from autograder.intake.submission import Entry
from autograder.run import cluster, judge_handle
from autograder.run.configure import make_settings
from autograder.run.kit import kit_sha256
from autograder.run.results import GradingOrder
from autograder.score import Outcome
from autograder.stop import Stop
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder, one_line

NAMES = ("noah-overwrites-grads", "olga-syntax-error", "rosa")
SECRET = {"AUTOGRADER_SECRET": "a secret that travels"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Three entries: a folder that is partly wrong, one that cannot be imported, an archive."""
    for name in NAMES[:2]:
        shutil.copytree(ROOT / "tests/classroom" / name, tmp_path / "in" / name)
    shutil.copy(ROOT / "tests/classroom/rosa.zip", tmp_path / "in")
    return tmp_path / "in"


def started() -> LocalCluster:
    """Return a cluster of one worker, which a nanny starts again when it dies."""
    return LocalCluster(n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address=":0")


@pytest.fixture(scope="module")
def dask() -> Iterator[LocalCluster]:
    with started() as it:
        yield it


def scores(out: Path) -> dict[str, Any]:
    found = [json.loads(file.read_text()) for file in sorted(out.glob("*/score.json"))]
    return {score["submission"]["id"]: score | {"timing": None} for score in found}


def test_scores_are_those_of_this_machine(dask: LocalCluster, inbox: Path, tmp_path: Path) -> None:
    command = ("grade", inbox, "--milestone", "m1", "--out")
    here = autograder(*command, tmp_path / "here", **SECRET)
    remote = ("--cluster", dask.scheduler_address)
    there = autograder(*command, tmp_path / "there", *remote, **SECRET)
    assert (here.returncode, there.returncode, there.stderr) == (0, 0, "")
    assert set(scores(tmp_path / "there")) == set(NAMES)
    assert scores(tmp_path / "there") == scores(tmp_path / "here")
    rows = [line.split()[0] for line in there.stdout.splitlines()[1:4]]
    assert rows == list(NAMES)
    again = autograder(*command, tmp_path / "there", **SECRET)
    assert again.stdout.count(" kept ") == 3


def order(course: Course, out: Path) -> GradingOrder:
    how = make_settings(course, None, "strict", hidden=True)
    return GradingOrder(out, [course.milestone("m1")], course.modules, how)


def class_of(inbox: Path, course: Course, count: int, name: str = NAMES[0]) -> list[Entry]:
    for number in range(count):
        shutil.copytree(inbox / name, inbox / f"copy{number}")
    return [
        entry
        for entry in find_inbox(inbox, course.modules).entries
        if entry.name.startswith("copy")
    ]


def test_a_worker_that_dies_loses_nothing(
    dask: LocalCluster, inbox: Path, tmp_path: Path, course: Course
) -> None:
    outcomes: list[Outcome] = []
    with cluster.cluster_pool(dask.scheduler_address, order(course, tmp_path / "out")) as grade_all:
        for outcome in grade_all(class_of(inbox, course, 3)):
            if not outcomes:
                os.kill(dask.workers[0].pid, signal.SIGKILL)
            outcomes.append(outcome)
    assert [outcome.fault for outcome in outcomes] == [""] * 3
    assert [outcome.score.points for outcome in outcomes if outcome.score] == [49.0] * 3
    assert set(scores(tmp_path / "out")) == {f"copy{number}" for number in range(3)}


def test_what_was_read_stays_on_no_worker(dask: LocalCluster) -> None:
    """It would be done again where that worker dies, and would fill its memory."""
    with cluster.dask_cluster.connect_client(dask.scheduler_address) as client:
        calls = {n: n for n in range(6)}
        with closing(cluster.dask_cluster.run_calls(client, bytes, calls)) as results:
            for _ in range(5):
                next(results)
            until = time.monotonic() + 20
            while len(dask.scheduler.tasks) > 2 and time.monotonic() < until:
                time.sleep(0.05)
            assert len(dask.scheduler.tasks) <= 2


def graded_until_it_is_lost(
    mine: LocalCluster, asked: GradingOrder, found: list[Entry], done: list[str]
) -> None:
    with cluster.cluster_pool(mine.scheduler_address, asked) as grade_all:
        for outcome in grade_all(found):
            done.append(outcome.name)
            mine.close()


def test_a_scheduler_that_is_lost_is_one_sentence_and_what_is_finished_is_kept(
    inbox: Path, tmp_path: Path, course: Course
) -> None:
    done: list[str] = []
    asked = order(course, tmp_path / "out")
    with started() as mine, pytest.raises(Stop, match="was lost; what is finished is kept") as it:
        graded_until_it_is_lost(mine, asked, class_of(inbox, course, 4), done)
    assert it.value.code == 1
    assert set(scores(tmp_path / "out")) == set(done)
    assert 1 <= len(done) < 4


def interrupted(address: str, asked: GradingOrder, found: list[Entry]) -> list[str]:
    with suppress(KeyboardInterrupt), cluster.cluster_pool(address, asked) as grade_all:
        for outcome in grade_all(found):
            done = [outcome.name]
            raise KeyboardInterrupt
    return done


def test_what_is_finished_at_an_interrupt_is_kept(
    dask: LocalCluster, inbox: Path, tmp_path: Path, course: Course
) -> None:
    asked = order(course, tmp_path / "out")
    found = class_of(inbox, course, 3, "olga-syntax-error")
    done = interrupted(dask.scheduler_address, asked, found)
    with cluster.cluster_pool(dask.scheduler_address, asked) as grade_all:
        outcomes = {outcome.name: outcome for outcome in grade_all(found)}
    assert [name for name, outcome in outcomes.items() if outcome.kept] == done
    assert all(outcome.score for outcome in outcomes.values())


def test_other_checks_on_a_worker_are_refused(
    dask: LocalCluster, inbox: Path, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "kit_sha256", lambda: "0123456789")
    with (
        pytest.raises(
            Stop, match=f"differ from those here .{kit_sha256()[:8]}, wanted 0123"
        ) as told,
        cluster.cluster_pool(dask.scheduler_address, order(course, tmp_path / "out")),
    ):
        pass
    assert told.value.code == 1
    assert "install the same version of the kit" in str(told.value)


def test_other_checks_on_a_worker_that_came_later_are_a_fault_of_the_entry(
    dask: LocalCluster, inbox: Path, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster.cluster_pool(dask.scheduler_address, order(course, tmp_path / "out")) as grade_all:
        monkeypatch.setattr(cluster, "kit_sha256", lambda: "0123456789")
        (outcome,) = grade_all(class_of(inbox, course, 1))
    assert outcome.is_fault
    assert f"({kit_sha256()[:8]}, wanted 01234567): install the same" in outcome.fault
    assert not (tmp_path / "out").exists()


def test_the_secret_is_in_no_log(dask: LocalCluster, course: Course, tmp_path: Path) -> None:
    """Dask logs what fails, with its arguments; and a worker's process never opens them."""
    with cluster.dask_cluster.connect_client(dask.scheduler_address) as client:
        call = judge_handle.Call(pickle.dumps((os.getenv, ("a secret that travels",))))
        client.submit(int, call, pure=False).exception()
        told = str(client.get_worker_logs()) + str(client.get_scheduler_logs())
    assert "Compute Failed" in told
    assert "a secret that travels" not in told


def test_no_scheduler_is_one_line(inbox: Path, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:  # accepts, and never answers
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        result = autograder("grade", inbox, "--out", tmp_path / "out", "--cluster", address)
    told = one_line(result, 2)
    assert f"no Dask scheduler at '{address}' (no answer in 5 seconds)" in told
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("address", ["", "somewhere", "http://127.0.0.1:80", "tcp://127.0.0.1:1"])
def test_what_is_no_address_is_one_sentence(
    address: str, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.dask_cluster, "REPLY_SECONDS", 1.5)
    with (
        pytest.raises(Stop, match=f"no Dask scheduler at '{address}'") as told,
        cluster.cluster_pool(address, order(course, tmp_path)),
    ):
        pass
    assert told.value.code == 2
    assert "\n" not in str(told.value)


def test_a_worker_is_no_scheduler(dask: LocalCluster, course: Course, tmp_path: Path) -> None:
    (address,) = [worker.worker_address for worker in dask.workers.values()]
    with (
        pytest.raises(Stop, match="a Worker answers there"),
        cluster.cluster_pool(address, order(course, tmp_path)),
    ):
        pass


def test_a_scheduler_without_workers_says_how_to_start_one(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.dask_cluster, "JOIN_SECONDS", 0.5)
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as empty,
        pytest.raises(Stop, match="has no worker: start some with 'dask worker tcp://") as told,
        cluster.cluster_pool(empty.scheduler_address, order(course, tmp_path)),
    ):
        pass
    assert told.value.code == 1


def test_jobs_are_of_this_machine(inbox: Path) -> None:
    result = autograder("grade", inbox, "--out", "o", "--cluster", "127.0.0.1:1", "--jobs", "2")
    assert "--jobs is for this machine" in one_line(result, 2)
