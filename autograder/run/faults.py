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

NAME = "fault.txt"  # beside the score


def describe(problem: BaseException) -> str:
    """Return the grader's own fault in one line."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return str(problem) if is_sentence else f"{type(problem).__name__}: {problem}"


def trace_of(problem: BaseException) -> str:
    """Return the traceback of a fault; nothing where its sentence says all."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return "" if is_sentence else "".join(traceback.format_exception(problem))


def faulty_outcome(out: Path, name: str, fault: str, trace: str = "") -> Outcome:
    """Return the outcome of an entry at which the grader failed; its traceback is kept."""
    file = out / folder_name(name) / NAME
    is_kept = trace and _write(file, f"{name}: {fault}\n\n{trace}")
    return Outcome(name, None, fault=fault, trace=file if is_kept else None)


def note_faults(score: Score, folder: Path) -> None:
    """Keep in `folder` what checks say that failed by the grader's fault; remove what is old."""
    faults = [f"{check.id}: {check.message}" for check in score.checks if check.status == "error"]
    if faults:
        _write(folder / NAME, "\n\n".join(faults) + "\n")
    else:
        (folder / NAME).unlink(missing_ok=True)


def _write(file: Path, text: str) -> bool:
    with suppress(OSError):  # a full disk, say: the sentence is shown all the same
        write_atomically(file, text.encode("utf-8", "replace"))
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
        file = folder / NAME
        is_kept = _write(file, trace_of(problem))
        where = f"; the traceback is in {file}" if is_kept else ""
        raise Stop(f"the grader is at fault: {describe(problem)}{where}", 1) from None
