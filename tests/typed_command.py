"""The command as it is typed, in a process of its own, which need not load the kit first.

A cold start takes a second of processor time, and the tests type two hundred commands. So a process
loads the kit once, and forks one that runs the command: in its folder, with its environment, its
streams and its exit code. What only a cold start shows has tests of its own.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

LOADED = ("checks", "cli", "course", "intake", "judge", "learning", "reports", "run")
STARTED = "from tests.typed_command import serve; serve()"


@dataclass(frozen=True)
class Typed:
    """A command, where and with what it is typed, and the files that take what it prints."""

    words: list[str]
    folder: str
    environment: dict[str, str]
    out: str
    err: str


def autograder(
    *arguments: object, cwd: Path | None = None, **env: str
) -> "subprocess.CompletedProcess[str]":
    """Type ``autograder`` with these arguments; return its exit code and what it prints."""
    words = [*map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "100", **env}
    if sys.platform != "linux":
        command = [sys.executable, "-m", "autograder", *words]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, env=environment, check=False
        )
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        folder_of_it = str((cwd or Path()).resolve())
        code = _type(Typed(words, folder_of_it, environment, str(out), str(err)))
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


def _type(typed: Typed) -> int:
    """Hand the command to the process that has loaded the kit; wait until it ends."""
    server = _start_server()
    assert server.stdin is not None
    assert server.stdout is not None
    print(json.dumps(asdict(typed)), file=server.stdin, flush=True)
    return int(server.stdout.readline())


@cache
def _start_server() -> "subprocess.Popen[str]":
    """Start the process that has loaded the kit; it ends with this one."""
    server = subprocess.Popen(
        [sys.executable, "-c", STARTED],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def serve() -> None:
    """Run one command after the other, and print how each ended."""
    _load_kit()
    gc.freeze()  # a process that ends would copy what it need not touch
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            return _run(Typed(**json.loads(line)))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    return None


def _load_kit() -> None:
    for name in LOADED:
        package = importlib.import_module(f"autograder.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _run(typed: Typed) -> None:
    """Be the command."""
    from autograder.cli import main

    for number, path in ((1, typed.out), (2, typed.err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(typed.environment)
    time.tzset()
    os.chdir(typed.folder)
    sys.path[0] = typed.folder
    sys.argv = ["autograder", *typed.words]
    main()
