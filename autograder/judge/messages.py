"""What a learner reads about a check that did not pass."""

import builtins
import traceback
import unicodedata
from pathlib import Path

from autograder.diagnosis import places
from autograder.judge.running import Subject
from autograder.sandbox.failures import Raised, Trouble

LONGEST = 1500  # characters of a message
BUILT_IN = frozenset(name for name, item in vars(builtins).items() if isinstance(item, type))
SAMPLE = 500  # characters of a sample text
PRINTED = 300  # characters of the learner's own output


def told(subject: Subject, folder: Path) -> str:
    """Return the message of `subject` on the work in `folder`; a hidden check's names no input."""
    problem = subject.problem
    if problem is None:
        return ""
    if not isinstance(problem, Trouble):
        trace = "".join(traceback.format_exception(problem))
        return clean(f"the grader itself failed: {problem}\n{trace}")
    if subject.visibility == "hidden" and subject.ask:
        return _without_inputs(problem)
    if subject.missing_before:
        return f"needs what is not implemented yet: {clean(subject.missing_before)}"
    if subject.missing:
        return f"not implemented yet: {clean(subject.missing)}"
    return clean(problem.message + _look_at(subject, folder) + _printed(subject))


def _look_at(subject: Subject, folder: Path) -> str:
    """Say where the objects stand that the check needs, unless a traceback says it."""
    if isinstance(subject.problem, Raised) or subject.status not in ("failed", "timeout"):
        return ""
    return places.told(folder, subject.milestone.module, subject.listed.spec.needs)


def _without_inputs(problem: Trouble) -> str:
    """Say what happened in words that are the judge's own: the learner's might carry inputs."""
    if isinstance(problem, Raised):
        known = next((base for base in problem.problem.bases if base in BUILT_IN), "an exception")
        return f"{known} was raised on inputs that you have not seen"
    if problem.status == "failed":
        return "wrong on inputs that you have not seen"
    return clean(problem.message)


def _printed(subject: Subject) -> str:
    worker = subject.ask.worker if subject.ask else None
    text = worker.printed.strip() if worker else ""
    return f"\nprinted: {text[-PRINTED:]}" if text else ""


def clean(text: str) -> str:
    """Return `text` without what could steer a terminal, and no longer than `LONGEST`."""
    start = text[: 4 * LONGEST]  # an attacker's text may be long
    plain = "".join(char for char in start if char == "\n" or unicodedata.category(char)[0] != "C")
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + " ..."


def sample(text: str) -> str:
    """Return the start of a text that a submission made, without what could steer a terminal."""
    plain = clean(text[:SAMPLE])
    return plain.replace("\n", " / ")[:SAMPLE]
