"""How long a learner waits for the command to begin."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from tests.benchmarks.measure import REFERENCE, ROOT, Row, interleaved, milliseconds, timed

ROUNDS = 7
HEAVY = ("sklearn", "nbgrader", "matplotlib")  # must not be imported
ABSENT = f"""
import contextlib, io, json, sys
from autograder.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
HELP = ["--help"]
CHECK = ["check", "m1.tanh", "--submission", str(REFERENCE)]


def rows() -> list[Row]:
    """Time the command beside bare Python, and look at what it imports."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return _rows(environment)


def _rows(environment: dict[str, str]) -> list[Row]:
    tasks: dict[str, Callable[[], float]] = {
        "python -c pass": partial(_seconds, environment, ["-c", "pass"]),
        "python -c 'import numpy, pytest'": partial(
            _seconds, environment, ["-c", "import numpy, pytest"]
        ),
        "autograder --help": partial(_seconds, environment, ["-m", "autograder", *HELP]),
        "autograder check m1.tanh": partial(_seconds, environment, ["-m", "autograder", *CHECK]),
    }
    for task in tasks.values():  # compile all modules, as an installed kit is
        task()
    notes = {"autograder --help": _imports(HELP), "autograder check m1.tanh": _imports(CHECK)}
    return [
        Row(name, milliseconds(seconds), "ms", note=notes.get(name, ""))
        for name, seconds in interleaved(tasks, ROUNDS).items()
    ]


def _seconds(environment: dict[str, str], arguments: list[str]) -> float:
    with timed() as watch:
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    return watch.seconds


def _imports(arguments: list[str]) -> str:
    command = [sys.executable, "-c", ABSENT, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    found = json.loads(done.stdout.splitlines()[-1])
    return f"IMPORTS {', '.join(found)}" if found else f"imports none of {', '.join(HEAVY)}"
