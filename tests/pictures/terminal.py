"""A picture of what the command prints, as an SVG that needs nothing from anywhere."""

import inspect
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/pictures/terminal.svg"
WORK = ROOT / "tests/classroom/noah-overwrites-grads/engine.py"
COMMAND = ("autograder", "check", "m1.add", "m1.mul", "m1.tanh", "m1.diamond", "m1.deep_chain")
WIDTH = 100
FROM_ELSEWHERE = re.compile(r"@font-face \{\{.*?\n    \}\}\n|<!--.*?-->\n", re.DOTALL)
RICHS = inspect.signature(Console.export_svg).parameters["code_format"].default
FORMAT = FROM_ELSEWHERE.sub("", RICHS).replace("Fira Code, ", "").replace("arial", "sans-serif")


def printed() -> str:
    """Return what the command prints of a submission with a mistake, in colour."""
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / WORK.name).write_bytes(WORK.read_bytes())
        done = subprocess.run(
            [sys.executable, "-m", *COMMAND], cwd=folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stdout


def svg(text: str) -> str:
    """Return `text` below its command, as a terminal shows it."""
    out = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    out.print(Text(f"$ {' '.join(COMMAND)}", style="bold"))
    out.print(Text.from_ansi(text))
    drawn = out.export_svg(title="my-network", code_format=FORMAT, unique_id="terminal")
    return "\n".join(line.rstrip() for line in drawn.splitlines() if line.strip()) + "\n"
