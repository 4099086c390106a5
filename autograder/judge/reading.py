"""What honest work has no use for: a submission is read, not run; no point depends on it."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from autograder.intake.submission import Submission
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import Launcher
from autograder.score import UnusualUse
from autograder.words import join_first, show_name
from autograder.worker.unusual import UNUSUAL

SECONDS = 3.0
CPU_SECONDS, MEMORY_MB = 5, 1024
MOST_LINES = 3  # of a file, in a sentence
MOST_USES = 50  # of a submission
ALL_FILES = "the work"


def read_unusual(submission: Submission, launcher: Launcher) -> list[UnusualUse]:
    """Return what is unusual in `submission`, one entry for each file and kind."""
    if not submission.sources:
        return []
    question = {"folder": str(submission.folder), "files": list(submission.sources)}
    try:
        with launcher.start_worker(submission.folder, CPU_SECONDS, MEMORY_MB) as worker:
            answer = worker.call_probe("reading.read_files", question, SECONDS)
        marks = msgspec.convert(answer, list[tuple[str, int, str]])
    except (CheckFailure, msgspec.ValidationError):
        marks = [(ALL_FILES, 0, "unread")]
    return group_marks(marks)[:MOST_USES]


def group_marks(marks: Sequence[tuple[str, int, str]]) -> list[UnusualUse]:
    """Return the uses that a worker's `marks`, file, line and key of a row, stand for."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for file, line, key in marks:
        if key in UNUSUAL:
            lines[file, key].append(line)
    return [
        UnusualUse(_describe_lines(file, sorted({*found})), UNUSUAL[key].what, UNUSUAL[key].why)
        for (file, key), found in lines.items()
    ]


def _describe_lines(file: str, lines: Sequence[int]) -> str:
    """Return where it stands: ``engine.py, lines 3, 7, 12, ...``; line 0 is the whole file."""
    numbers = [str(line) for line in lines if line > 0]
    if not numbers:
        return show_name(file)
    word = "line" if len(numbers) == 1 else "lines"
    return f"{show_name(file)}, {word} {join_first(numbers, MOST_LINES)}"
