"""A run's folder for all that is temporary: gone with the run, or swept by the next one."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.sandbox import run_folder
from autograder.sandbox.run_folder import find_run_folder, sweep_folders, temporary_folder

CODE = """
import os, sys, time
from autograder.sandbox.run_folder import temporary_folder
with temporary_folder() as copy:
    (copy / "engine.py").write_text("a student's work")
    os.mkdir(copy / "closed", 0o000)
    if sys.argv[1] == "fork" and os.fork():
        os._exit(0)
    print(copy, flush=True)
    sys.stdin.read()
"""


@contextmanager
def running(home: Path, how: str = "") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(home)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, Path(process.stdout.readline().strip())
    finally:
        process.communicate()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_run_left_goes_and_what_a_live_one_has_stays(home: Path) -> None:
    with running(home) as (live, copy):
        with running(home) as (killed, left):
            os.kill(killed.pid, signal.SIGKILL)
            killed.wait()
            assert (left / "engine.py").is_file()
        with temporary_folder() as own:
            assert own.parent.parent == home
            assert not left.parent.exists()
            assert (copy / "engine.py").read_text() == "a student's work"
            assert live.poll() is None
        assert not own.exists()
    assert not copy.parent.exists()
    assert [*home.iterdir()] == [find_run_folder()]


def test_a_fork_holds_the_folder_as_long_as_it_lives(home: Path) -> None:
    with running(home, "fork") as (first, copy):
        first.wait()
        sweep_folders(home)
        assert (copy / "engine.py").is_file()


def test_nothing_else_is_swept(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("work")
    (elsewhere / "engine.py").write_text("mine")
    (home / "autograder-run-link").symlink_to(elsewhere)
    (home / "autograder-run-file").write_text("a file")
    (home / "autograder-other").mkdir()
    (home / "autograder-run-old").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    sweep_folders(home)
    assert len([*home.iterdir()]) == 4
    monkeypatch.undo()
    sweep_folders(home)
    assert sorted(path.name for path in home.iterdir()) == [
        "autograder-other", "autograder-run-file", "autograder-run-link",
    ]  # fmt: skip
    assert (elsewhere / "engine.py").read_text() == "mine"


@pytest.mark.parametrize("sweep", [Path.rmdir, run_folder._lock_folder], ids=["removed", "held"])
def test_a_folder_that_another_run_sweeps_before_it_is_locked_is_made_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch, sweep: Callable[[Path], object]
) -> None:
    """Judges of one pool start at the same time, in the same place: one may hold it, or be done."""
    lock, seen = run_folder._lock_folder, []

    def late(folder: Path) -> int:
        seen.append(folder)
        if len(seen) == 1:
            sweep(folder)
        return lock(folder)

    monkeypatch.setattr(run_folder, "_lock_folder", late)
    made = find_run_folder()
    assert made == seen[1]
    assert made.is_dir()


def test_where_a_file_system_has_no_locks_a_folder_is_used_without(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (home / "autograder-run-old").mkdir()
    monkeypatch.setattr("fcntl.flock", refuse)
    with temporary_folder() as own:
        assert own.is_dir()
        assert len([*home.glob("autograder-run-*")]) == 2


def test_a_system_without_locks_sweeps_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "autograder-run-old").mkdir()
    monkeypatch.setattr(run_folder, "fcntl", None)
    with temporary_folder() as own:
        assert own.is_dir()
    assert (home / "autograder-run-old").is_dir()
