"""The message that a learner reads about a check that did not pass."""

import builtins
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.diagnosis import locations
from autograder.judge.running import RunningCheck
from autograder.numerics.failure import Missed
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.words import escape_lines

MAX_MESSAGE = 1500  # characters of a message
BUILT_IN = frozenset(name for name, item in vars(builtins).items() if isinstance(item, type))
MAX_SAMPLE = 500  # characters of a sample text
MAX_PRINTED = 300  # characters of the learner's own output
MAX_TRACE = 5  # innermost lines of the grader's own traceback: the outer ones are pytest's
KIT = re.escape(str(Path(__file__).parents[1]))
KIT_FRAME = re.compile(
    rf'^ *File "(?:{KIT}|<frozen|<string>).*\n(?: {{4}}.*(?:\n|\Z))*', re.MULTILINE
)
KIT_WARNING = re.compile(  # and one in a library
    rf"^(?:{KIT}\S*|\S*[/\\](?:site|dist)-packages[/\\]\S*):\d+: (\w+: .*)(?:\n  .*)?", re.MULTILINE
)
KIT_PATH = re.compile(rf"{KIT}[/\\]?|\btmp[a-z0-9_]{{8}}/")  # a check's own folder is drawn anew
NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


@dataclass(frozen=True)
class Message:
    """What a learner reads about a check, in parts.

    Attributes
    ----------
    text : str
        What happened; empty where the check passed.
    names : tuple of str
        The functions that it points at, the likeliest first.
    folder : Path
        Holds the work.
    module : str
        The learner's module.
    printed : str
        The end of the learner's own output.
    may_grow : bool
        Whether more may be said: not on inputs that a learner has not seen.
    """

    text: str
    names: tuple[str, ...] = ()
    folder: Path = Path()
    module: str = ""
    printed: str = ""
    may_grow: bool = False

    def render(self, first: str = "", names: Sequence[str] | None = None) -> str:
        """Return the text as it stands in the score.

        Parameters
        ----------
        first : str
            A sentence that comes before all others.
        names : sequence of str, optional
            The functions to point at instead of `self.names`.
        """
        shown = self.names if names is None else names
        place = locations.location_note(self.folder, self.module, shown)
        start = f"{first}\n" if first else ""
        return clean_text(f"{start}{self.text}{place}{self.printed}")


def make_message(running: RunningCheck, folder: Path) -> Message:
    """Return the message of `running` on the work in `folder`; a hidden check's names no input."""
    problem = running.problem
    if problem is None:
        return Message("")
    if not isinstance(problem, CheckFailure):
        trace = "".join(traceback.format_exception(problem, limit=-MAX_TRACE))
        return Message(f"the grader itself failed: {problem}\n{trace}")
    if running.visibility == "hidden" and running.ask:
        return Message(_message_without_inputs(problem))
    if running.missing_earlier:
        return Message(f"needs what is not implemented yet: {running.missing_earlier}")
    if running.missing_object:
        return Message(f"not implemented yet: {running.missing_object}")
    return Message(
        _without_kit(problem.message),
        _names_to_show(running),
        folder,
        running.milestone.module,
        _output_note(running),
        may_grow=running.status in ("failed", "timeout"),
    )


def _names_to_show(running: RunningCheck) -> tuple[str, ...]:
    """Return the functions that the check is about, unless the problem says where it lies."""
    problem, spec = running.problem, running.listed.spec
    names = (*spec.places[:1], *spec.needs)
    if running.status not in ("failed", "timeout"):
        return ()
    if not isinstance(problem, Raised):
        return names
    lacking = NO_ATTRIBUTE.match(problem.problem.message)
    if lacking and ".".join(lacking.groups()) in spec.places:
        return (lacking[1],)  # the class, which lacks it or calls it otherwise
    is_located = problem.problem.frames or problem.problem.type == "CellFailed"
    return () if is_located else names


def _message_without_inputs(problem: CheckFailure) -> str:
    """Return what happened in the judge's own words: the learner's might carry inputs."""
    if isinstance(problem, Raised):
        kind = next((base for base in problem.problem.bases if base in BUILT_IN), "an exception")
        return f"{kind} was raised on inputs that you have not seen"
    if problem.status == "failed" and not isinstance(problem, Missed):
        return "wrong on inputs that you have not seen"
    return problem.message


def _without_kit(text: str) -> str:
    """Return `text` without the kit's own lines of a traceback or warning, and without its path."""
    return KIT_PATH.sub("", KIT_WARNING.sub(r"\1", KIT_FRAME.sub("", text)))


def _output_note(running: RunningCheck) -> str:
    """Return the last lines of what the learner printed, from the start of one."""
    worker = running.ask.worker if running.ask else None
    text = _without_kit(worker.printed_text).strip() if worker else ""
    if len(text) > MAX_PRINTED:
        cut = text[-MAX_PRINTED - 1 :]
        text = re.sub(r"\A(?:[ \t].*\n)+", "", cut.partition("\n")[2]) or f"... {cut}"
    return f"\nprinted: {text}" if text else ""


def clean_text(text: str) -> str:
    """Return `text` as it is shown, cut to `MAX_MESSAGE`."""
    plain = escape_lines(text[: 4 * MAX_MESSAGE])  # an attacker's text may be long
    return plain if len(plain) <= MAX_MESSAGE else plain[:MAX_MESSAGE] + " ..."


def sample_text(text: str) -> str:
    """Return the start of a text that a submission made, on one line."""
    plain = clean_text(text[:MAX_SAMPLE])
    return plain.replace("\n", " / ")[:MAX_SAMPLE]
