"""Where a worker's time goes: every step of its life, timed from inside.

A process like the zygote forks children that take the steps of ``zygote._run_worker`` one by one
and write down the clock after each.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.sandbox import isolation
from autograder.sandbox.environment import ENVIRONMENT
from autograder.worker import capabilities, imports, kernel, landlock, lockin, seccomp
from autograder.worker import zygote as process
from autograder.worker.rlimits import Limits, apply_limits
from tests.benchmarks.measure import REFERENCE, ROOT, Row

ROUNDS = 100
PIPE = 90  # the descriptor that the clock is written to: kept open when the rest is closed


def rows() -> list[Row]:
    """Time the steps in a fresh process."""
    if isolation.missing_isolation():
        return []
    command = [sys.executable, "-s", "-B", "-m", "tests.benchmarks.stages"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT)
    found = json.loads(done.stdout)
    return [Row(f"worker: {name}", samples, "ms") for name, samples in found.items()]


def steps(submission: str, scratch: str) -> dict[str, Callable[[], object]]:
    """Return what a strict worker does before its first answer, in order."""
    version, program = lockin._abi_and_filter()
    ruleset = landlock.create_ruleset(version)
    python = process.python_paths()
    return {
        "setsid": os.setsid,
        "Landlock rules for Python": lambda: landlock.allow_paths(ruleset, python, [], version),
        "Landlock rules for submission and scratch": lambda: landlock.allow_paths(
            ruleset, [submission], [scratch], version
        ),
        "resource limits": lambda: apply_limits(Limits()),
        "no new privileges": lambda: kernel.prctl(lockin.PR_SET_NO_NEW_PRIVS, 1),
        "Landlock": lambda: landlock.enter_ruleset(ruleset, version),
        "close descriptors to 65536": lambda: os.closerange(PIPE + 1, 1 << 16),
        "drop capabilities": capabilities.drop_capabilities,
        "not dumpable": lambda: kernel.prctl(lockin.PR_SET_DUMPABLE, 0),
        "seccomp": lambda: seccomp.install_filter(program, os.getpid()),
        "install import hooks": lambda: imports.install_finders(submission),
        "read and compile the submission": lambda: _compiled(submission),
        "import the submission": lambda: __import__("engine"),
        "20,000 small objects": lambda: [[number] for number in range(20_000)],
        "the same again, pages warm": lambda: [[number] for number in range(20_000)],
    }


def _compiled(submission: str) -> object:
    file = Path(submission) / "engine.py"
    return compile(file.read_bytes(), str(file), "exec")


def _main() -> None:
    process._warm_up(keeps_files=True)
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as scratch:
            for name, seconds in _life(scratch).items():
                found.setdefault(name, []).append(1e3 * seconds)
    print(json.dumps(found))


def _life(scratch: str) -> dict[str, float]:
    """Fork one child; return the seconds of fork, every step, and end."""
    reader, writer = os.pipe()
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(writer, PIPE)
        os.write(PIPE, json.dumps(_clock(scratch, began)).encode())
        os._exit(0)
    os.close(writer)
    seconds = json.loads(os.read(reader, 1 << 16))
    os.close(reader)
    ended = time.perf_counter()
    os.waitpid(pid, 0)
    return {**seconds, "exit and reap": time.perf_counter() - ended}


def _clock(scratch: str, began: float) -> dict[str, float]:
    seconds = {"fork": time.perf_counter() - began}
    todo = steps(str(REFERENCE), scratch)
    before = time.perf_counter()
    for name, step in todo.items():
        step()
        now = time.perf_counter()
        seconds[name], before = now - before, now
    return seconds


if __name__ == "__main__":
    _main()
