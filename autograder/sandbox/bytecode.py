"""A submission compiled once, for all of its workers: a compiler run costs more than a worker.

The compiler reads hostile text, so it runs in a worker too. Its results go where Python itself
looks for them, and only workers of the same submission ever load them.
"""

import contextlib
import sys
from pathlib import Path

from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import Launcher

SECONDS = 3.0
CPU_SECONDS, MEMORY_MB = 5, 1024


def prepare_bytecode(folder: Path, launcher: Launcher) -> None:
    """Put the bytecode of the modules in `folder` beside them, once; errors leave none."""
    if (folder / "__pycache__").exists():
        return
    files = [str(file) for file in sorted(folder.glob("*.py"))]
    with (
        contextlib.suppress(CheckFailure),
        launcher.start_worker(folder, CPU_SECONDS, MEMORY_MB) as worker,
    ):
        for file, code in worker.call_probe("kit.compile_files", {"files": files}, SECONDS).items():
            if file in files and isinstance(code, bytes):
                _write_bytecode(Path(file), code)


def _write_bytecode(file: Path, code: bytes) -> None:
    """Write to the path that a worker reads: its environment is clean, the judge's may not be."""
    path = file.parent / "__pycache__" / f"{file.stem}.{sys.implementation.cache_tag}.pyc"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(code)
