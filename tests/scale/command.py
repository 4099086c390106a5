"""``autograder grade`` as a process that is watched: how far it is, what it holds, what it leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

POLL = 0.1  # seconds between two looks
ENDING = 60.0  # seconds in which every process of a killed run has to be gone
DRAWN_NAME = re.compile(r"\btmp[a-z0-9_]{8}\b")  # by tempfile
PAGE = os.sysconf("SC_PAGE_SIZE")
ENVIRONMENT = {"AUTOGRADER_SECRET": "a secret of the scale test", "COLUMNS": "100"}
Pid = tuple[int, str]  # and when that process began
State = dict[str, tuple[int, int]]  # of every finished entry: which file it is, and its time


@dataclass
class Command:
    """A run of ``autograder grade``.

    Attributes
    ----------
    memory : list of tuple
        How many entries were graded, and the megabytes that the command itself held.
    seen : set
        All processes that came of it, as far as they lived long enough to be seen.
    """

    name: str
    out: Path
    total: int
    process: "subprocess.Popen[bytes]"
    began: float = field(default_factory=time.monotonic)
    memory: list[tuple[int, float]] = field(default_factory=list)
    seen: set[Pid] = field(default_factory=set)
    shown: int = -1

    def follow(self, until: int | None = None) -> bool:
        """Wait until `until` entries are graded, or for its end; return whether it runs yet."""
        while self.process.poll() is None:
            done = count_finished(self.out)
            self.memory.append((done, _read_memory(self.process.pid)))
            self.seen |= {*_list_descendants(os.getpid())}
            self._show(done)
            if until is not None and done >= until:
                return True
            time.sleep(POLL)
        self._show(count_finished(self.out))
        return False

    def kill(self) -> None:
        """End it as a machine does that has no memory left; its processes have to follow."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def list_left(self) -> list[str]:
        """Return the processes that are still there, once they had time to end."""
        end = time.monotonic() + ENDING
        while (left := [pid for pid in self.seen if _is_alive(pid)]) and time.monotonic() < end:
            time.sleep(POLL)
        return [f"process {pid}" for pid, _ in left]

    def growth(self) -> float:
        """Return by how much its memory varied while entries 10 to 100 % were graded, in MB."""
        steady = [
            held for done, held in self.memory if held and self.total // 10 < done < self.total
        ]
        return max(steady) - min(steady) if steady else 0.0

    def _show(self, done: int) -> None:
        step = max(1, self.total // 20)
        if done // step != self.shown:
            self.shown = done // step
            seconds = time.monotonic() - self.began
            print(f"  {self.name}: {done} of {self.total}, {seconds:.0f} s", file=sys.stderr)


@contextmanager
def grading(
    name: str, inbox: Path, out: Path, scratch: Path, options: Sequence[str]
) -> Iterator[Command]:
    """Lend a run that has begun; no process of it may be there in the end."""
    arguments = ["grade", str(inbox), "--out", str(out), "--milestone", "m1", "--milestone", "m2"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "autograder", *arguments, *options],
        env={**os.environ, **ENVIRONMENT, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield Command(name, out, len(list(inbox.iterdir())), process)
    finally:
        process.kill()  # nothing, where it has ended
        process.wait()


def count_finished(out: Path) -> int:
    """Return how many entries are graded; the report of each is written last."""
    return len(list_finished(out))


def list_finished(out: Path) -> State:
    """Return the entries that are graded."""
    stats = {file.parent.name: file.stat() for file in out.glob("*/report.json")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}


def _list_descendants(pid: int) -> Iterator[Pid]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child, _read_start(child)
        yield from _list_descendants(child)


def _is_alive(pid: Pid) -> bool:
    return bool(pid[1]) and _read_start(pid[0]) == pid[1]


def _read_start(pid: int) -> str:
    """Return when a process began; '' where it is no more, or only waits to be counted."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def read_scores(out: Path) -> dict[str, bytes]:
    """Return the bytes of every score but for its fields of time."""
    return {file.parent.name: _drop_timing(file) for file in sorted(out.glob("*/score.json"))}


def round_scores(scores: Mapping[str, bytes]) -> dict[str, Any]:
    """Return all scores with the numbers that were measured to twelve digits after the point.

    Names that the work drew for files of its own, which may stand in a message, are left out.
    """
    return {name: json.loads(score, object_hook=_round_members) for name, score in scores.items()}


def _round_members(members: dict[str, Any]) -> dict[str, Any]:
    return {name: _round_value(value) for name, value in members.items()}


def _round_value(value: Any) -> Any:
    if isinstance(value, str):
        return DRAWN_NAME.sub("tmp", value)
    return round(value, 12) if isinstance(value, float) else value


def list_checks(score: bytes | None) -> dict[str, str]:
    """Return every check of a score, as text, by its id; none of a score that is not there."""
    parts = json.loads(score)["milestones"] if score else []
    return {check["id"]: json.dumps(check) for part in parts for check in part["checks"]}


def _drop_timing(file: Path) -> bytes:
    score: dict[str, Any] = json.loads(file.read_bytes())
    score.pop("timing")
    return json.dumps(score).encode()


def _read_memory(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20
    except (OSError, IndexError):
        return 0.0
