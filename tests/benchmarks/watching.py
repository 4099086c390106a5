"""How long after a save `watch` shows the check that fails, in a terminal as learners use it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measure import ROOT, Row, milliseconds, timed
from tests.e2e.test_watch import Session

SAVES = 15
TARGET = "1000 or less"
MARK = "mark-NNN"
MISTAKES = {  # module: what is saved after its right text
    "engine": "def wrong(self):\n    raise ValueError('mark-NNN')\nValue.tanh = wrong\n",
    "tensor": "def wrong(self):\n    raise ValueError('mark-NNN')\nTensor.relu = wrong\n",
    "gpt": "def wrong(self, x):\n    raise ValueError('mark-NNN')\nLayerNorm.__call__ = wrong\n",
}


def rows() -> list[Row]:
    """Save a mistake again and again, with a mark that the check's message repeats."""
    return [
        Row(
            f"save of {module}.py to its failing check",
            milliseconds(_waits(module, mistake)),
            "ms",
            TARGET,
        )
        for module, mistake in MISTAKES.items()
    ]


def _waits(module: str, mistake: str) -> list[float]:
    with tempfile.TemporaryDirectory() as place, _watching(Path(place)) as session:
        file = Path(place, f"{module}.py")
        begun = f"{file.read_text()}\n\n{mistake}"
        waits = [_wait(session, file, begun, number) for number in range(SAVES + 1)]
    return waits[1:]  # from the second on, the check that fails is the one looked at


def _wait(session: Session, file: Path, text: str, number: int) -> float:
    with timed() as watch:
        file.write_text(text.replace(MARK, f"mark-{number:03d}"))
        session.wait_for(f"mark-{number:03d}")
    session.wait_for("waiting for a save")
    return watch.seconds


@contextmanager
def _watching(folder: Path) -> Iterator[Session]:
    """Lend a `watch` that has found all of the reference right."""
    for solution in sorted(ROOT.glob("solutions/m*/*.py")):
        (folder / solution.name).write_text(solution.read_text())
    session = Session(folder, terminal=True)
    try:
        session.wait_for("m5 is done")
        session.wait_for("waiting for a save")
        yield session
    finally:
        session.close()
