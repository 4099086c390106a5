"""``python -m tests.diagnosis.run [m1 ...]``: measure diagnosis, and store what it knows.

The tables go to ``docs/diagnosis.md``, the cases to ``autograder/diagnosis/cases``. What was run
before is kept in ``out/diagnosis``, so that only what changed is run again.
"""

import re
import sys
from collections.abc import Iterator, Sequence

import msgspec
from rich.progress import track

from autograder.course import Milestone
from autograder.diagnosis import casebook
from autograder.run.configure import limit_threads
from tests.diagnosis import corpus
from tests.diagnosis.held_out import BASE, HELD_OUT, list_held_out
from tests.diagnosis.measure import (
    Sighting,
    Verdict,
    fill_casebook,
    judge_sightings,
    list_measured,
    list_right,
    see_mutants,
    see_plantings,
    start_casebook,
)
from tests.diagnosis.planting import Planting
from tests.diagnosis.repairs import REPAIRED, Repaired, repair_milestone
from tests.diagnosis.table import render_repairs, render_tables
from tests.implementations import ROOT

DOCUMENT = ROOT / "docs/diagnosis.md"
MARKED = re.compile(r"(?<=<!-- measured -->\n).*(?=\n<!-- end -->)", re.DOTALL)


def main(ids: list[str]) -> None:
    """Measure, store and print; the document is written only when all milestones were measured."""
    limit_threads()
    verdicts: list[tuple[str, list[Verdict]]] = []
    repaired: list[Repaired] = []
    for milestone in corpus.find_milestones(ids):
        verdicts += [(way, found) for way, found in measure_milestone(milestone)]
        repaired += repair_milestone(milestone) if milestone.id in REPAIRED else []
    text = render_tables(verdicts)
    if repaired:
        text += f"\n\n{render_repairs(repaired)}"
    print(text)
    if not ids:
        DOCUMENT.write_text(MARKED.sub(lambda _: text, DOCUMENT.read_text()))


def measure_milestone(milestone: Milestone) -> Iterator[tuple[str, list[Verdict]]]:
    """Yield the verdicts of one milestone, by what was left out; store its cases."""
    start = start_casebook(milestone)
    planted = _see(milestone.id, list_measured(milestone))
    others = _see("pairs", [*corpus.list_pairs(milestone), *list_right(milestone)])
    known = [*see_mutants(milestone), *(each for each in planted if each.failed)]
    book = fill_casebook(start, known)
    file = casebook.FOLDER / f"{milestone.id}.msgpack"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(msgspec.msgpack.encode(book))
    print(f"{file}: {len(book.cases)} cases, {file.stat().st_size >> 10} KiB")
    kinds = corpus.KINDS[milestone.id]
    seen = [each for each in planted + others if each.failed or each.planting.names == ("right",)]
    print(f"{len(planted) + len(others) - len(seen)} plantings change no verdict of a check")
    seen += list(see_mutants(milestone))
    for way, group in (("kind", kinds), ("base", {base: base for base in kinds})):
        yield way, judge_sightings(start, known, seen, group)
    held_out = [each for each in _see("held out", list_held_out(milestone.id)) if each.failed]
    yield HELD_OUT, judge_sightings(start, known, held_out, {**kinds, BASE: BASE})


def _see(title: str, plantings: Sequence[Planting]) -> list[Sighting]:
    """Return what was seen, in an order that does not depend on what was stored before."""
    seen = track(see_plantings(plantings), title, total=len(plantings))
    return sorted(seen, key=lambda each: each.planting.id)


if __name__ == "__main__":
    main(sys.argv[1:])
