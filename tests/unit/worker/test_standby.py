"""The worker that is forked ahead: it waits, survives its neighbours' end, and ends with its zygote."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox.failures import TimedOut
from autograder.sandbox.forking import ForkLauncher
from autograder.worker.kernel import end_with_parent

LOOK = "m1.look", {"program": [], "expressions": ["1"]}


@pytest.fixture
def zygote() -> Iterator[ForkLauncher]:
    made = ForkLauncher(["m1=autograder.worker.probes.m1_scalar_autograd"], "strict")
    made.wait_until_ready()
    yield made
    made.close()


def children(zygote: ForkLauncher) -> set[int]:
    file = Path(f"/proc/{zygote.process.pid}/task/{zygote.process.pid}/children")
    return {int(pid) for pid in file.read_text().split()}


def waited_for(zygote: ForkLauncher, without: set[int]) -> int:
    """Return the process of the standby worker, once it is there."""
    wait_until(lambda: bool(children(zygote) - without))
    (pid,) = children(zygote) - without
    return pid


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_next_worker_is_the_process_that_waited(
    zygote: ForkLauncher, write: Callable[..., Path]
) -> None:
    folder = write(engine="Value = float\n")
    waiting = waited_for(zygote, set())
    with zygote.start_worker(folder, 30, 2048) as worker:
        assert worker.pid == waiting
        following = waited_for(zygote, {waiting})
        assert worker.call_probe(*LOOK, 20.0) == {"values": [1]}
    assert children(zygote) == {following}  # the end of one leaves the next alone


def test_one_that_died_is_replaced(zygote: ForkLauncher, write: Callable[..., Path]) -> None:
    waiting = waited_for(zygote, set())
    os.kill(waiting, signal.SIGKILL)
    wait_until(lambda: _is_dead(waiting))
    with zygote.start_worker(write(engine="Value = float\n"), 30, 2048) as worker:
        assert worker.call_probe(*LOOK, 20.0) == {"values": [1]}


def test_it_ends_with_its_zygote(zygote: ForkLauncher) -> None:
    waiting = waited_for(zygote, set())
    zygote.process.kill()
    zygote.process.wait()
    wait_until(lambda: _is_dead(waiting))


@pytest.mark.parametrize("level", ["strict", "process"])
def test_a_worker_that_is_busy_ends_with_its_zygote(level: str, write: Callable[..., Path]) -> None:
    zygote = ForkLauncher(["m1=autograder.worker.probes.m1_scalar_autograd"], level)
    source = "import time\nValue = float\nprint('here', flush=True)\nwhile True: time.sleep(1)\n"
    worker = zygote.start_worker(write(engine=source), 30, 2048)
    with pytest.raises(TimedOut):
        worker.call_probe(*LOOK, 1.0)
    zygote.process.kill()
    zygote.process.wait()
    wait_until(lambda: _is_dead(worker.pid))
    with pytest.raises(
        (BrokenPipeError, ConnectionResetError)
    ):  # nobody is there who could reap it
        worker.close()


def test_one_whose_zygote_has_gone_does_not_start() -> None:
    pid = os.fork()
    if pid == 0:
        end_with_parent(parent=1)  # as if it had died, and init had taken its place
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _is_dead(pid: int) -> bool:
    """Whether only its entry is left, where nobody reaps it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
