"""What a change says about a mistake: its kind in words, and the pitfall that it takes out."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.wording import Words

FILE = Path(__file__).parent / "changes.toml"
RETURN = "return"  # the kind of edit that takes out a forgotten one
ALIKE = 0.5  # of the checks that either makes fail, those that both do
ALIKE_HINTED = 0.25  # the same, for a pitfall that the answers show already
MARGIN = 0.1  # by which one pitfall has to be more alike than the next


class Change(NamedTuple):
    """A small edit that fixes checks: kind, function, those checks, its statement's words."""

    kind: str
    function: str
    fixed: Collection[str]
    words: Words = frozenset()


class ChangeTable(NamedTuple):
    """What ``changes.toml`` holds.

    Attributes
    ----------
    sentences : mapping
        Kind of edit to what is wrong where it helps.
    rewrites : mapping
        The same for what no single edit takes out.
    pitfalls : mapping
        Milestone to mistake to the kinds of what takes it out; the first describes it.
    """

    sentences: Mapping[str, str]
    rewrites: Mapping[str, str]
    pitfalls: Mapping[str, Mapping[str, Sequence[str]]]


@cache
def load_changes() -> ChangeTable:
    """Return the table of the kinds of edits."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return ChangeTable(table["sentences"], table["rewrites"], table["pitfalls"])


def describe_kind(kind: str) -> str:
    """Return what is wrong where an edit of this kind helps, without the corrected text."""
    return load_changes().sentences[kind]


def describe_mistake(milestone: str, name: str) -> str:
    """Return what is wrong where a mistake is, without the corrected text; nothing of others."""
    table = load_changes()
    kind, *_ = table.pitfalls.get(milestone, {}).get(name, ("",))
    return table.sentences.get(kind) or table.rewrites.get(kind, "")


def name_change(
    change: Change,
    milestone: str,
    ran: Collection[str],
    pitfalls: Sequence[Pitfall],
    hinted: str = "",
) -> Pitfall | None:
    """Return the pitfall that `change` takes out; None where several may be it, or none.

    Parameters
    ----------
    change : Change
        A repair.
    milestone : str
        ``m1``.
    ran : collection of str
        The checks that ran: what a pitfall makes fail beside them is not missed.
    pitfalls : sequence of Pitfall
        What is known; a mistake may stand there several times. The checks of what is hinted may be
        unknown.
    hinted : str
        The pitfall that the answers show, if they show one: it is it if the change fits.
    """
    kinds = load_changes().pitfalls.get(milestone, {})
    functions = {place for pitfall in pitfalls for place in pitfall.places}
    fitting = [
        pitfall
        for pitfall in pitfalls
        if (change.function in (pitfall.places or functions) or change.function not in functions)
        and (pitfall.name == hinted or change.kind in kinds.get(pitfall.name, ()))
    ]
    rates: dict[str, float] = {}
    for pitfall in fitting:
        rate = _rate(change, pitfall, ran)
        rates[pitfall.name] = max(rate, rates.get(pitfall.name, 0.0))
    shown = next((pitfall for pitfall in fitting if pitfall.name == hinted), None)
    if shown and (not shown.failing or rates[hinted] >= ALIKE_HINTED):
        return shown
    first, second = [*sorted(rates, key=lambda name: -rates[name]), "", ""][:2]
    if rates.get(first, 0.0) < ALIKE or rates[first] - rates.get(second, 0.0) < MARGIN:
        return None
    return next(pitfall for pitfall in fitting if pitfall.name == first)


def _rate(change: Change, pitfall: Pitfall, ran: Collection[str]) -> float:
    """Return how alike the checks are that both make fail: Jaccard's coefficient."""
    known, fixed = pitfall.failing.keys() & ran, set(change.fixed)
    return len(known & fixed) / len(known | fixed) if known | fixed else 0.0
