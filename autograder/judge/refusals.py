"""Bad input that a submission has to refuse, and what is said of all that it does not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.numerics.compare import brief
from autograder.worker.protocol import Problem

MAX_TRIED = 5  # rows up to which each shows what was tried
ROOM = 1200  # characters for all rows of a message
ROW = 60  # characters of a row beside the text of an exception
MIN_TEXT, MAX_TEXT = 20, 200  # characters of such a text
MAX_NAME = 60  # characters of a name that a worker sent
MAX_CODE = 80  # characters of an expression that is shown
VOWEL_SOUNDS = "AEFHILMNORSX"  # letters whose names begin with one: an SGD


class BadInput(NamedTuple):
    """Something that makes no sense.

    Attributes
    ----------
    what : str
        In a learner's words: ``"log of 0"``.
    kinds : tuple of str
        The exceptions one of which it has to raise; subclasses count.
    args : dict
        What its probe is called with.
    code : str
        The line of Python that a learner can try; empty where `what` says it all.
    """

    what: str
    kinds: tuple[str, ...]
    args: dict[str, Any]
    code: str = ""

    def describe(self, shows_code: bool) -> str:
        """Return what it is, and the code of it where that is wanted and short."""
        is_shown = shows_code and 0 < len(self.code) <= MAX_CODE
        return f"{self.what}, {self.code}" if is_shown else self.what

    @property
    def wanted(self) -> str:
        """The exceptions, for a sentence."""
        *others, last = self.kinds
        return f"a {', '.join(others)} or {last}" if others else f"a {last}"


def bad_expression(what: str, kinds: tuple[str, ...], expression: str, **shared: Any) -> BadInput:
    """Return the bad input of a probe that evaluates an expression."""
    return BadInput(what, kinds, {**shared, "expression": expression}, expression)


class Acceptance(NamedTuple):
    """A bad input that was not refused as it should be, and the exception or value that came."""

    bad: BadInput
    came: Problem | Any

    def outcome(self, room: int) -> str:
        """Return what came, with at most `room` characters of an exception's text."""
        if isinstance(self.came, Problem):
            return f"it raised {_exception_text(self.came, room)}"
        return f"it returned {_value_text(self.came)}"


def describe_acceptances(found: Sequence[Acceptance]) -> str:
    """Return one sentence for one bad input, and a line each for several."""
    room = min(MAX_TEXT, max(MIN_TEXT, ROOM // len(found) - ROW))
    told = [f"wanted {one.bad.wanted}, but {one.outcome(room)}" for one in found]
    names = [one.bad.describe(len(found) <= MAX_TRIED) for one in found]
    if len(found) == 1:
        return f"{names[0]}: {told[0]}"
    head = f"{len(found)} bad inputs are not refused as they should be"
    if len({one.bad.kinds for one in found}) == 1:
        head += f", wanted {found[0].bad.wanted} for each"
        told = [one.outcome(room) for one in found]
    rows = [f"- {name}: {text}" for name, text in zip(names, told, strict=True)]
    return "\n".join([f"{head}:", *rows])


def _exception_text(problem: Problem, room: int) -> str:
    """Return an exception as Python shows it, on one line, and where it was raised."""
    title = problem.type[:MAX_NAME]
    if text := " ".join(problem.message.split()):
        title += f": {text[:room]}{'...' if len(text) > room else ''}"
    if not problem.frames:
        return title
    last = problem.frames[-1]
    return f"{title} ({last.file[:MAX_NAME]}:{last.line})"


def _value_text(value: Any) -> str:
    """Return a value; a text is the name of a type."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if not isinstance(value, str):
        text = brief(value)
        return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]} ..."
    if value == "NoneType":
        return "None"
    vowels = VOWEL_SOUNDS if value.isupper() else "AEIOUaeiou"
    starts_with_vowel = value[:1] in vowels or value.startswith("nd")  # an ndarray
    return f"{'an' if starts_with_vowel else 'a'} {value[:MAX_NAME]}"
