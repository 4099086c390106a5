"""`watch` as people use it: on a pipe, and in a terminal with keys."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, WRONG, autograder, one_line

LONG = 90.0  # seconds until something must have come; machines may be busy
LONG_TITLE = "Value.backward: 1.0 at the root, then each node's step"  # too long for 80 columns
COMMAND = [sys.executable, "-m", "autograder", "watch"]


class Session:
    """A running `watch`, and all that it has said."""

    def __init__(
        self, folder: Path, terminal: bool, arguments: Sequence[str] = (), **env: str
    ) -> None:
        self.text = ""
        self.mine, theirs = pty.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "COLUMNS": "100", "LINES": "60", "TERM": "xterm", **env},
        )
        os.close(theirs)

    def wait_for(self, what: str) -> str:
        """Return what was said up to `what`, and forget it."""
        end = time.monotonic() + LONG
        while what not in self.text:
            assert time.monotonic() < end, f"no {what!r} in {self.text[-3000:]!r}"
            self.read(1.0)
        said, _, self.text = self.text.partition(what)
        return said + what

    def read(self, seconds: float) -> None:
        if select.select([self.mine], [], [], seconds)[0]:
            try:
                self.text += os.read(self.mine, 1 << 16).decode(errors="replace")
            except OSError:  # a terminal that is gone
                return

    def rest(self) -> str:
        """Return what was said until its end, and not waited for."""
        while chunk := os.read(self.mine, 1 << 16):
            self.text += chunk.decode(errors="replace")
        return self.text

    def press(self, keys: str) -> None:
        os.write(self.mine, keys.encode())

    def end(self) -> int:
        return self.process.wait(LONG)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.mine)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    assert autograder("start", folder).returncode == 0
    (folder / "engine.py").write_text(WRONG)
    return folder


@pytest.fixture
def piped(work: Path) -> Iterator[Session]:
    session = Session(work, terminal=False)
    yield session
    session.close()


@pytest.fixture
def screen(work: Path) -> Iterator[Session]:
    session = Session(work, terminal=True)
    yield session
    session.close()


def test_on_a_pipe_it_prints_waits_and_ends_cleanly(piped: Session, work: Path) -> None:
    first = piped.wait_for("waiting for a save")
    assert "37 checks of m1 run ..." in first
    assert "a.grad is 1, wanted 3" in first
    assert "likely mistake: assign-not-accumulate" in first
    assert "\x1b" not in first
    assert "[q]" not in first

    (work / "notes.py").write_text("nothing = 'imports this'")
    (work / "engine.py").write_text(REFERENCE)
    second = piped.wait_for("m1 is done: 26 checks of m2 run ...")
    assert "engine saved: 37 checks of m1 run ..." in second
    assert "75 of 75 public points" in second
    assert "notes saved" not in second
    offer = 'All public checks of m1 pass. Read "Compare ideas" in handouts/m1_scalar_autograd.md'
    assert f"{offer}\nm1 is done, now m2" in second
    assert "All public checks" not in first
    third = piped.wait_for("waiting for a save")
    assert "m2.neuron: missing" in third

    (work / "engine.py").write_text("def (")
    last = piped.wait_for("waiting for a save")
    assert "SyntaxError" in last
    assert "All public checks" not in last

    piped.process.send_signal(signal.SIGINT)
    assert piped.end() == 130
    assert piped.rest().strip() == "autograder: stopped; what you reached is kept"
    record = json.loads((work / "progress.json").read_text())
    assert record["best"]["m1"]["points"] == 75.0
    assert record["last"]["m1"]["points"] == 0.0


def test_where_nothing_was_kept_it_does_not_say_so(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(WRONG)
    session = Session(tmp_path, terminal=False)
    session.wait_for("waiting for a save")
    session.process.send_signal(signal.SIGINT)
    assert session.end() == 130
    assert session.rest().strip() == "autograder: stopped"
    session.close()
    assert [path.name for path in tmp_path.iterdir()] == ["engine.py"]


def test_keys_in_a_terminal(screen: Session, work: Path) -> None:
    first = screen.wait_for("waiting for a save")
    assert "[q]" in screen.wait_for("quit")
    assert "m1.add: failed" in first
    screen.press("n")
    assert "m1.add: failed" not in screen.wait_for(": failed").rpartition("\x1b[H")[2]
    screen.press("h")
    assert "The idea" not in screen.wait_for("Ask yourself: ")
    screen.press("h")
    screen.wait_for("The idea: ")
    hints = json.loads((work / "progress.json").read_text())["hints"]
    assert [sorted(levels) for levels in hints.values()] == [["1", "2"]]
    screen.press("l")
    screen.wait_for("gradcheck says False for planted wrong")
    screen.press("r")
    screen.wait_for("again: 37 checks of m1 run ...")
    screen.press("q")
    assert screen.end() == 0


def test_a_newer_save_takes_the_place_of_an_older(screen: Session, work: Path) -> None:
    screen.wait_for("waiting for a save")
    sleeper = REFERENCE + "\nimport time\ntime.sleep(2)\n"
    (work / "engine.py").write_text(sleeper)
    screen.wait_for("engine saved: ")
    time.sleep(1.0)
    began = time.monotonic()
    (work / "engine.py").write_text(REFERENCE)
    screen.wait_for("m1 is done")
    assert time.monotonic() - began < 37 * 2, "the older version ran to its end"


def test_without_colour_and_on_a_dumb_terminal(work: Path) -> None:
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        session = Session(work, terminal=True, **env)
        try:
            shown = session.wait_for("waiting for a save")
            assert "\x1b[3" not in shown
            assert ("\x1b[H" in shown) == ("NO_COLOR" in env)
            session.press("q")
            assert session.end() == 0
        finally:
            session.close()


def test_where_nothing_can_be_recorded_watch_works_on(work: Path) -> None:
    (work / "progress.json").symlink_to("/proc/nowhere/progress.json")
    session = Session(work, terminal=False)
    try:
        shown = session.wait_for("waiting for a save")
        assert shown.count("is not recorded") == 1
        assert "m1.add: failed" in shown
    finally:
        session.close()


def test_whatever_becomes_of_the_files_it_works_on_and_without_the_folder_it_ends(
    work: Path, tmp_path: Path
) -> None:
    session = Session(tmp_path, False, arguments=["--submission", str(work)])
    try:
        assert "m1.add: failed" in session.wait_for("waiting for a save")
        (work / ".engine.py.swp").write_bytes(b"x = '\xff'\n")  # as editors save
        (work / ".engine.py.swp").replace(work / "engine.py")
        assert "codec can't decode byte 0xff" in session.wait_for("waiting for a save")
        (work / "engine.py").unlink()
        assert "engine.py was not handed in" in session.wait_for("waiting for a save")
        os.mkfifo(work / "pipe.py")
        (work / "engine.py").write_bytes(b"x = 1\n" * 3_000_000)
        assert "engine.py holds more than 512 KiB of code" in session.wait_for("waiting for a save")
        shutil.rmtree(work)
        session.wait_for(f"{work} was removed or replaced; start watch again in the new one")
        assert session.end() == 1
        assert "Traceback" not in session.text
    finally:
        session.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    told = autograder("watch", "--submission", tmp_path / "nowhere")
    assert "'autograder start" in one_line(told, 2)


def test_nothing_is_left_running(work: Path) -> None:
    session = Session(work, terminal=True)
    session.wait_for("waiting for a save")
    session.press("q")
    assert session.end() == 0
    session.close()
    assert (
        shutil.which("ps") is None
        or str(session.process.pid)
        not in subprocess.run(
            ["ps", "-eo", "ppid"], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_a_terminal_of_another_size_is_drawn_anew(work: Path) -> None:
    shutil.copy(ROOT / "assignments/m1_scalar_autograd/engine.py", work)  # no mistake to look for
    session = Session(work, terminal=True, COLUMNS="", LINES="")
    try:
        termios.tcsetwinsize(session.mine, (24, 80))
        narrow = session.wait_for("waiting for a save") + session.wait_for("[q]")
        assert LONG_TITLE not in narrow.split("\x1b[2J")[-1]
        termios.tcsetwinsize(session.mine, (60, 200))
        session.wait_for(LONG_TITLE)
        session.press("q")
        assert session.end() == 0
    finally:
        session.close()
