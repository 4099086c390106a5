"""The grader's own faults: a sentence for the table, the traceback for whoever fixes it."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.files import write_atomically
from autograder.intake.names import folder_name
from autograder.sandbox.failures import Unavailable
from autograder.score import Outcome, Score
from autograder.stop import Stop
from autograder.words import escape_lines

FAULT_FILE = "fault.txt"  # beside the score


def describe_fault(problem: BaseException) -> str:
    """Return the grader's own fault in one line."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return str(problem) if is_sentence else f"{type(problem).__name__}: {problem}"


def format_trace(problem: BaseException) -> str:
    """Return the traceback of a fault; nothing where its sentence says all."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return "" if is_sentence else "".join(traceback.format_exception(problem))


def fault_outcome(out: Path, name: str, fault: str, trace: str = "") -> Outcome:
    """Return the outcome of an entry at which the grader failed; its traceback is kept."""
    file = out / folder_name(name) / FAULT_FILE
    is_written = trace and _try_write(file, f"{name}: {fault}\n\n{trace}")
    return Outcome(name, None, fault=fault, trace=file if is_written else None)


def write_faults(score: Score, folder: Path) -> None:
    """Write what checks with status error say to `folder`; remove the file where there is none."""
    faults = [f"{check.id}: {check.message}" for check in score.checks if check.status == "error"]
    if faults:
        _try_write(folder / FAULT_FILE, "\n\n".join(faults) + "\n")
        return
    with suppress(OSError):  # a read-only folder: it has no such file, or keeps it
        (folder / FAULT_FILE).unlink()


def _try_write(file: Path, text: str) -> bool:
    with suppress(OSError):  # a full disk, say: the sentence is shown all the same
        write_atomically(file, escape_lines(text).encode())
        return True
    return False


@contextmanager
def stop_on_fault(folder: Path) -> Iterator[None]:
    """End the command with one sentence where the grader fails; the traceback goes to `folder`."""
    try:
        yield
    except (Stop, OSError):
        raise
    except Exception as problem:
        file = folder / FAULT_FILE
        is_written = _try_write(file, format_trace(problem))
        bare = "the grader is at fault: {fault}"
        traced = "the grader is at fault: {fault}; the traceback is in {file}"
        fault = describe_fault(problem)
        raise Stop(traced if is_written else bare, 1, fault=fault, file=file) from None
