"""``%check``, ``%hint`` and ``%explore`` in a notebook; only a kernel imports this."""

import atexit
import functools
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from IPython.display import display

from autograder.language.catalogue import translate
from autograder.language.phrases import translate_phrase
from autograder.learning import progress
from autograder.learning.check_bar import CheckBar
from autograder.learning.exam_rules import require_hints, require_no_exam
from autograder.learning.hints import STEPS, hints_up_to
from autograder.learning.kernel_checks import check_kernel
from autograder.learning.notebook_folder import find_notebook_folder
from autograder.reports.cell_output import show_checks, show_hints, show_line
from autograder.run import selection
from autograder.score import Status
from autograder.stop import Stop

ADDRESS = re.compile(r"https?://\S+")
WAIT = 20.0  # seconds for the server's address
FIRST: tuple[tuple[Status, ...], ...] = (
    ("failed", "timeout", "crashed", "rejected", "error"),
    ("missing",),
    ("blocked",),
)  # which of the checks that did not pass a hint is for


def register(shell: Any) -> None:
    """Give an IPython shell the commands."""
    commands = KernelCommands(shell)
    for name in ("check", "hint", "explore"):
        shell.register_magic_function(_say_stops(getattr(commands, name)), "line", name)


def _say_stops(command: Callable[[str], None]) -> Callable[[str], None]:
    """Return `command` with a line in place of a traceback where it cannot go on."""

    @functools.wraps(command)
    def run(line: str) -> None:
        try:
            command(line)
        except Stop as stop:
            print(f"%{command.__name__}: {translate_phrase(stop.phrase)}")
        except KeyboardInterrupt:
            print(f"%{command.__name__}: {translate('stopped')}")

    return run


class KernelCommands:
    """The commands of one kernel, and what they remember from one call to the next."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.first_failure = ""
        self.server: subprocess.Popen[str] | None = None
        self.address = ""

    def check(self, line: str) -> None:
        """Run checks on what this kernel has defined: %check, %check m1, %check m1.tanh."""
        ids = line.split()
        bar = CheckBar()
        try:
            history = self.shell.history_manager.input_hist_raw
            result = check_kernel(ids, history, self.shell.user_ns, self._find_folder(), bar.tell)
        except BaseException:
            bar.remove()
            raise
        by_status = {check.status: check.id for check in reversed(result.score.checks)}
        failing = [by_status[status] for row in FIRST for status in row if status in by_status]
        self.first_failure = failing[0] if failing else ""
        bar.replace(show_checks(result.score, result.notes))

    def hint(self, line: str) -> None:
        """Give a hint: %hint for the first failure, %hint m1.tanh, %hint m1.tanh 2."""
        require_hints()
        words = [word for word in line.split() if word != "--level"]
        level = int(words.pop()) if words and words[-1].isdigit() else 1
        if level not in range(1, len(STEPS) + 1):
            raise Stop("the level of a hint is 1, 2 or 3, not {level}", level=level)
        id = words[0] if words else self.first_failure
        if not id:
            raise Stop("name a check, such as %hint m1.tanh, or run %check first")
        listed = selection.find_check(id)
        is_last = level == len(STEPS)
        next_step = translate("more: %hint {id} {level}", id=listed.id, level=level + 1)
        display(
            show_hints(
                listed.id, listed.title, hints_up_to(level, listed), "" if is_last else next_step
            )
        )
        progress.record_hint(self._find_folder(), listed.id, level)

    def explore(self, line: str) -> None:
        """Open the page to play with on what is saved in this folder."""
        require_no_exam("explore")
        if self.server is None or self.server.poll() is not None:
            self.server, self.address = _start_server(line.split(), self._find_folder())
        display(show_line("to play with, what is saved here:", self.address))

    def _find_folder(self) -> Path:
        return find_notebook_folder(self.shell.user_ns)


def _start_server(words: list[str], folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Start ``autograder explore`` on `folder`, until the kernel ends; return its address."""
    command = [sys.executable, "-P", "-u", "-m", "autograder", "explore", *words]
    server = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    atexit.register(server.terminate)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_pass_on_lines, args=(server, lines), daemon=True).start()
    last = ""
    with suppress(queue.Empty):
        while line := lines.get(timeout=WAIT):
            if address := ADDRESS.search(line):
                return server, address[0]
            last = line.strip() or last
    server.terminate()
    raise Stop(_explain_end(last))


def _pass_on_lines(server: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str]") -> None:
    """Read what the server prints, to its end: a full pipe would stop it."""
    assert server.stdout is not None
    for line in server.stdout:
        lines.put(line)
    lines.put("")


def _explain_end(last: str) -> str:
    if "No such command" in last:
        return "this kit has no 'autograder explore'"
    return last.removeprefix("autograder: ") or "'autograder explore' gave no address"
