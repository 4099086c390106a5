"""What one worker costs: started, asked, ended."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.course import load_course
from autograder.sandbox import isolation
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.spawning import SpawnLauncher
from tests.benchmarks.measure import MODULE, REFERENCE, Row, interleaved, milliseconds, timed

ROUNDS = 100
SPAWNS = 5
QUESTIONS = 200  # the second to the last, on one worker
AHEAD = "forked while the one before it runs, if a core is free"
QUESTION = "m1.look", {"program": [], "expressions": ["1"]}


@dataclass(frozen=True)
class Life:
    """Seconds of one worker: to its first answer, from there to its end, and of its processor."""

    first: float
    end: float
    cpu: float


def rows() -> list[Row]:
    """Measure every launcher on a submission of one line."""
    probes = [load_course().milestone("m1").probes]
    levels = [
        level
        for level in isolation.LEVELS
        if level != "strict" or not isolation.missing_isolation()
    ]
    launchers: dict[str, Launcher] = {level: ForkLauncher(probes, level) for level in levels}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        (folder / MODULE).write_text("Value = float\n")
        try:
            return [
                *_lives(launchers, folder), *_questions(launchers, folder),
                *_imports(launchers), *_spawned(probes, folder), _zygote(probes),
            ]  # fmt: skip
        finally:
            for launcher in launchers.values():
                launcher.close()


def life(launcher: Launcher, folder: Path) -> Life:
    """Start a worker, ask it one thing, end it."""
    with timed() as first:
        worker = launcher.start_worker(folder, 10, 2048)
        worker.call_probe(*QUESTION, 30.0)
    with timed() as end:
        ended = worker.close()
    return Life(first.seconds, end.seconds, ended.cpu_seconds)


def _lives(launchers: dict[str, Launcher], folder: Path) -> list[Row]:
    tasks = {name: partial(life, launcher, folder) for name, launcher in launchers.items()}
    made = []
    for name, lives in interleaved(tasks, ROUNDS).items():
        first = _firsts(lives)
        end = milliseconds([each.end for each in lives])
        made += [
            Row(f"{name}: fork, lock in, first answer", first, "ms", "< 5", note=AHEAD),
            Row(f"{name}: end and clean up", end, "ms"),
            Row(f"{name}: processor time", milliseconds([each.cpu for each in lives]), "ms"),
        ]
    return made


def _questions(launchers: dict[str, Launcher], folder: Path) -> list[Row]:
    return [
        Row(f"{name}: one more question", _answers(launcher, folder), "µs")
        for name, launcher in launchers.items()
    ]


def _answers(launcher: Launcher, folder: Path) -> list[float]:
    worker = launcher.start_worker(folder, 10, 2048)
    worker.call_probe(*QUESTION, 30.0)
    found = []
    for _ in range(QUESTIONS):
        with timed() as watch:
            worker.call_probe(*QUESTION, 30.0)
        found.append(1e6 * watch.seconds)
    worker.close()
    return found


def _imports(launchers: dict[str, Launcher]) -> list[Row]:
    tasks = {name: partial(life, launcher, REFERENCE) for name, launcher in launchers.items()}
    lives = interleaved(tasks, ROUNDS // 2)
    return [
        Row(f"{name}: the same, importing the reference", _firsts(lives[name]), "ms")
        for name in launchers
    ]


def _firsts(lives: Sequence[Life]) -> list[float]:
    return milliseconds([each.first for each in lives])


def _spawned(probes: Sequence[str], folder: Path) -> list[Row]:
    lives = [life(SpawnLauncher(probes), folder) for _ in range(SPAWNS)]
    note = "for systems without a safe fork"
    return [
        Row(
            "spawn: start, first answer",
            _firsts(lives),
            "ms",
            note=note,
        )
    ]


def _zygote(probes: Sequence[str]) -> Row:
    found = []
    for _ in range(SPAWNS):
        with timed() as watch:
            zygote = ForkLauncher(
                probes, "strict" if not isolation.missing_isolation() else "process"
            )
        found.append(watch.seconds)
        zygote.close()
    return Row("zygote: start (once a judge process)", milliseconds(found), "ms")
