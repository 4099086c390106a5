"""A class that is stopped midway: by Ctrl-C, one line, nothing left behind, and the next run goes on;
by ``kill -9``, no process left behind.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.run_folder import sweep_folders
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder

LONG = 120.0  # seconds; machines may be busy
HANGS = "pavel-infinite-loop"
CLASS = ("noah-overwrites-grads", "olga-syntax-error", HANGS, "sam-attacks")
STOPPED = "graded and kept; run the same command again for the rest (grades.csv and index.html "


@pytest.fixture
def borrowed() -> Iterator[Path]:
    """A folder for what is temporary, with a name that is short enough for sockets in it."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stop_leaves_what_is_graded_and_nothing_else(
    tmp_path: Path, borrowed: Path, name: str
) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    for entry in CLASS:
        shutil.copytree(ROOT / "tests/classroom" / entry, inbox / entry)
    arguments = ("grade", inbox, "--out", out, "--milestone", "m1", "--jobs", "2")
    process = begun(*arguments, TMPDIR=str(borrowed))
    wait_for_a_score(out, process)
    os.killpg(process.pid, getattr(signal, name))  # what a terminal does
    told = process.communicate(timeout=LONG)[1]
    done = len(list(out.glob("*/report.json")))
    assert process.returncode == 130
    assert told.startswith("autograder: stopped: ")
    assert STOPPED in told
    assert told.count("\n") == 1
    assert list(borrowed.iterdir()) == []
    assert not left_in_session(process.pid)
    assert not (out / "grades.csv").exists()
    shutil.rmtree(inbox / HANGS)  # its deadlines once are enough
    again = autograder(*arguments)
    assert again.returncode == 0
    assert again.stdout.count(" kept ") == done >= 1


ASLEEP = "import time\n\nwhile True:\n    time.sleep(1)\n"
GRADED = ("grade", "--milestone", "m1", "--jobs", "1")
CHECKED = ("check", "m1")


@pytest.mark.parametrize(
    ("command", "processes"),
    [
        pytest.param((*GRADED, "--isolation", "strict"), 6, id="strict"),
        pytest.param((*GRADED, "--isolation", "process"), 6, id="process"),
        pytest.param(CHECKED, 3, id="check"),
    ],
)
def test_all_processes_end_with_the_first(
    tmp_path: Path, borrowed: Path, command: tuple[str, ...], processes: int
) -> None:
    inbox = tmp_path / "in"
    (inbox / "ada").mkdir(parents=True)
    (inbox / "ada" / "engine.py").write_text(ASLEEP)
    word, *options = command
    if word == "grade":
        arguments = (word, inbox, *options, "--out", tmp_path / "out")
    else:
        arguments = (word, *options, "--submission", inbox / "ada")
    process = begun(*arguments, TMPDIR=str(borrowed))
    others: set[int] = set()
    end = time.monotonic() + LONG
    while (
        len(others) < processes
    ):  # the pool's two, a judge, its zygote, and a worker and the next one
        assert time.monotonic() < end
        assert process.poll() is None
        others = set(descendants(process.pid))
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=LONG)
    while any(map(is_alive, others)):
        assert time.monotonic() < end + LONG
        time.sleep(0.05)
    assert [*borrowed.rglob("engine.py")]  # nobody could remove the copy
    sweep_folders(borrowed)  # as the next run does first
    assert [*borrowed.iterdir()] == []


def descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def begun(*arguments: object, **env: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **env}, start_new_session=True,
    )  # fmt: skip


def wait_for_a_score(out: Path, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + LONG
    while not list(out.glob("*/report.json")):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.05)


def left_in_session(session: int) -> list[str]:
    """Return the processes of a session that are still there, once they had time to end."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        command = ["ps", "-o", "pid=,stat=,args=", "--sid", str(session)]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        left = [line for line in found.stdout.splitlines() if " Z" not in line]
        if not left:
            return []
        time.sleep(0.1)
    return left
