"""The rules by which one copy of a module goes before another.

`RULES` is the whole of it: the first rule that tells two copies apart decides, and its reason is
what the teacher reads. No rule looks at a date: the newest file is often the one that was merely
opened last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from autograder.intake.handout import count_done, is_begun


@dataclass(frozen=True)
class Copy:
    """One of the files that may be a module.

    Attributes
    ----------
    name : str
        Its path in the hand-in.
    module, suffix : str
        What it is graded as.
    text : str or None
        Its code; None where that cannot be read.
    company : int
        How many other modules that were worked on lie in its folder.
    """

    name: str
    module: str
    suffix: str
    text: str | None = ""
    company: int = 0

    @property
    def folder(self) -> PurePosixPath:
        """The folder it lies in."""
        return PurePosixPath(self.name).parent

    @property
    def target(self) -> str:
        """Its name in the copy that is graded."""
        return f"{self.module}{self.suffix}"

    @property
    def is_exact(self) -> bool:
        """Whether it has the name that was asked for."""
        return PurePosixPath(self.name).name == self.target


class Rule(NamedTuple):
    """One reason to prefer a copy: the smaller rank wins."""

    rank: Callable[[Copy], int | str]
    reason: str


RULES = (
    Rule(lambda copy: copy.text is None, "what cannot be read goes last"),
    Rule(lambda copy: not is_begun(copy.text, copy.module), "a stub never goes before work"),
    Rule(lambda copy: -copy.company, "modules of one folder go together"),
    Rule(lambda copy: len(copy.folder.parts), "the folder nearest to the top goes first"),
    Rule(lambda copy: -count_done(copy.text, copy.module), "what has more written goes first"),
    Rule(lambda copy: not copy.is_exact, "the name that was asked for goes first"),
    Rule(lambda copy: copy.suffix != ".py", "a .py goes before a notebook"),
    Rule(lambda copy: copy.name, "only by name, so look which is meant"),
)


def rank_copy(copy: Copy) -> list[int | str]:
    """Return what sorts the copies of one module, the one that is taken first."""
    return [rule.rank(copy) for rule in RULES]


def find_reason(winner: Copy, other: Copy) -> str:
    """Return the reason of the first rule that tells them apart."""
    return next(rule.reason for rule in RULES if rule.rank(winner) != rule.rank(other))
