"""A planted mistake: what a person calls it, and the text that is changed to make it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

Change = tuple[str, str]


class NotThere(Exception):
    """The text that should be changed does not stand in the base."""


@dataclass(frozen=True)
class Planting:
    """One mistake, or several at once, in one base.

    Attributes
    ----------
    milestone, base : str
        ``m1`` and the style of the code: ``preallocated``.
    names : tuple of str
        What a person would call each mistake.
    changes : tuple of (str, str)
        Text of the base and what stands there instead; every occurrence is replaced.
    """

    milestone: str
    base: str
    names: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        """``m1/preallocated/pow-forgets-n``."""
        return "/".join((self.milestone, self.base, "+".join(self.names)))

    def apply(self, source: str) -> str:
        """Return `source` with the mistake planted."""
        for old, new in self.changes:
            if old not in source:
                raise NotThere(f"{self.id}: not in the base: {old!r}")
            source = source.replace(old, new)
        return source

    def lines(self, source: str) -> frozenset[int]:
        """Return the lines, from 1, that differ once the mistake is planted.

        Where lines are taken out it is the one that follows.
        """
        return changed_lines(source, self.apply(source))


def changed_lines(before: str, after: str) -> frozenset[int]:
    """Return the lines of `after` that are not in `before`."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), False)
    spans = (codes for codes in matcher.get_opcodes() if codes[0] != "equal")
    return frozenset(
        line for _, _, _, start, end in spans for line in range(start + 1, max(end, start + 1) + 1)
    )


def join_plantings(first: Planting, second: Planting) -> Planting:
    """Return both mistakes at once; they are of one base."""
    changes = (*first.changes, *second.changes)
    return Planting(first.milestone, first.base, (*first.names, *second.names), changes)


def read_rows(milestone: str, base: str, rows: Iterable[tuple[str, ...]]) -> list[Planting]:
    """Return the plantings of a table: a name, then old and new text in turn."""
    return [
        Planting(milestone, base, (name,), tuple(zip(texts[::2], texts[1::2], strict=True)))
        for name, *texts in rows
    ]
