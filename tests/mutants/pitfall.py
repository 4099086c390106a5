"""A pitfall: one small mutation of the reference, and what a learner who made it should read."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pitfall:
    """One known mistake.

    Attributes
    ----------
    name : str
        Short and unique; it comes back as the hint's name.
    text : str
        What is probably wrong and what to think about; no line of the solution.
    changes : sequence of (str, str)
        Text of the reference and what stands there instead. Every occurrence is replaced, and
        there must be one.
    shows_in : str
        A check that must fail, because its title fits the mistake.
    """

    name: str
    shows_in: str
    text: str
    changes: Sequence[tuple[str, str]]

    def mutate(self, source: str) -> str:
        """Return `source` with the mistake planted."""
        for old, new in self.changes:
            if old not in source:
                raise ValueError(f"{self.name}: not in the reference: {old!r}")
            source = source.replace(old, new)
        return source
