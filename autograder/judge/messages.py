"""The message that a learner reads about a check that did not pass."""

import builtins
import traceback
import unicodedata
from pathlib import Path

from autograder.diagnosis import locations
from autograder.judge.running import RunningCheck
from autograder.numerics.failure import Missed
from autograder.sandbox.failures import CheckFailure, Raised

MAX_MESSAGE = 1500  # characters of a message
BUILT_IN = frozenset(name for name, item in vars(builtins).items() if isinstance(item, type))
MAX_SAMPLE = 500  # characters of a sample text
MAX_PRINTED = 300  # characters of the learner's own output


def check_message(running: RunningCheck, folder: Path) -> str:
    """Return the message of `running` on the work in `folder`; a hidden check's names no input."""
    problem = running.problem
    if problem is None:
        return ""
    if not isinstance(problem, CheckFailure):
        trace = "".join(traceback.format_exception(problem))
        return clean_text(f"the grader itself failed: {problem}\n{trace}")
    if running.visibility == "hidden" and running.ask:
        return _message_without_inputs(problem)
    if running.missing_earlier:
        return f"needs what is not implemented yet: {clean_text(running.missing_earlier)}"
    if running.missing_object:
        return f"not implemented yet: {clean_text(running.missing_object)}"
    return clean_text(problem.message + _needs_note(running, folder) + _output_note(running))


def _needs_note(running: RunningCheck, folder: Path) -> str:
    """Return where the objects are defined that the check needs, unless a traceback says it."""
    if isinstance(running.problem, Raised) or running.status not in ("failed", "timeout"):
        return ""
    return locations.location_note(folder, running.milestone.module, running.listed.spec.needs)


def _message_without_inputs(problem: CheckFailure) -> str:
    """Return what happened in the judge's own words: the learner's might carry inputs."""
    if isinstance(problem, Raised):
        kind = next((base for base in problem.problem.bases if base in BUILT_IN), "an exception")
        return f"{kind} was raised on inputs that you have not seen"
    if problem.status == "failed" and not isinstance(problem, Missed):
        return "wrong on inputs that you have not seen"
    return clean_text(problem.message)


def _output_note(running: RunningCheck) -> str:
    worker = running.ask.worker if running.ask else None
    text = worker.printed_text.strip() if worker else ""
    return f"\nprinted: {text[-MAX_PRINTED:]}" if text else ""


def clean_text(text: str) -> str:
    """Return `text` without control characters, cut to `MAX_MESSAGE`."""
    start = text[: 4 * MAX_MESSAGE]  # an attacker's text may be long
    plain = "".join(char for char in start if char == "\n" or unicodedata.category(char)[0] != "C")
    return plain if len(plain) <= MAX_MESSAGE else plain[:MAX_MESSAGE] + " ..."


def sample_text(text: str) -> str:
    """Return the start of a text that a submission made, on one line."""
    plain = clean_text(text[:MAX_SAMPLE])
    return plain.replace("\n", " / ")[:MAX_SAMPLE]
