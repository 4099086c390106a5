"""The corpus of planted mistakes: each applies, changes the named lines, and a sample shows."""

import ast

import pytest

from autograder.course import load_course
from autograder.diagnosis.casebook import load_casebook
from tests.diagnosis import corpus, measure
from tests.diagnosis.evidence import cases_made_from, find_evidence
from tests.diagnosis.held_out import BASE, list_held_out
from tests.diagnosis.names import TEXTS, family_of
from tests.diagnosis.planting import Planting, changed_lines
from tests.diagnosis.run import DOCUMENT, MARKED
from tests.diagnosis.table import HEAD
from tests.implementations import REFERENCE
from tests.mutants import mutants

MILESTONES = {milestone.id: milestone for milestone in load_course().milestones}
SAMPLE = [
    ("m1", "context", "mul-rule-swapped"),
    ("m1", "preallocated", "sub-negates-both"),
    ("m2", "preallocated", "update-sign"),
]


def of_base(id: str, base: str, name: str) -> Planting:
    rows = corpus.list_plantings(MILESTONES[id])
    return next(each for each in rows if each.base == base and each.names == (name,))


@pytest.mark.parametrize("id", MILESTONES)
def test_every_planting_applies_and_changes_the_lines_it_names(id: str) -> None:
    for planting in corpus.list_plantings(MILESTONES[id]):
        source = corpus.base_source(MILESTONES[id], planting.base)
        planted = planting.apply(source)
        ast.parse(planted)
        before, after = set(source.splitlines()), planted.splitlines()
        new = {number for number, line in enumerate(after, 1) if line not in before}
        assert planting.lines(source), planting.id
        assert new <= planting.lines(source), planting.id


@pytest.mark.parametrize("id", MILESTONES)
def test_cases_are_in_step(id: str) -> None:
    made_from = cases_made_from(MILESTONES[id].folder)
    assert load_casebook(id).made_from == made_from, f"run 'python -m tests.diagnosis.run {id}'"


def test_the_corpus_is_large_and_every_name_has_a_hint() -> None:
    planted = [
        each
        for milestone in MILESTONES.values()
        for each in corpus.list_plantings(milestone)
        if each.base != REFERENCE
    ]
    assert len(planted) >= 400
    assert len({each.id for each in planted}) == len(planted)
    for milestone in MILESTONES.values():
        known = {*TEXTS, *(row.name for row in mutants.pitfalls(milestone))}
        names = {each.names[0] for each in planted if each.milestone == milestone.id}
        assert names <= known
    assert sum(corpus.PAIRS.values()) >= 60


def test_what_is_held_out_is_nowhere_learned_from() -> None:
    held_out = {id: list_held_out(id) for id in MILESTONES}
    assert sum(map(len, held_out.values())) == 25
    for id, plantings in held_out.items():
        assert BASE not in corpus.KINDS[id]
        book = load_casebook(id)
        assert not {case.style for case in book.cases} - corpus.KINDS[id].keys()
        for planting in plantings:
            ast.parse(planting.apply(corpus.base_source(MILESTONES[id], BASE)))
            assert planting.names[0] in book.texts


def test_lines_are_those_that_differ() -> None:
    assert changed_lines("a\nb\nc", "a\nx\nc") == {2}
    assert changed_lines("a\nb\nc", "a\nc") == {2}


@pytest.mark.parametrize(("id", "base", "name"), SAMPLE)
def test_a_planted_mistake_shows_and_is_named(id: str, base: str, name: str) -> None:
    planting = of_base(id, base, name)
    sighting = measure._make_sighting(planting, find_evidence(planting))
    assert sighting.failed
    book = load_casebook(id)
    found = book.recognition().recognise(book.describe(sighting.failed), sighting.ran)
    assert found is not None
    assert found.is_clear
    assert [family_of(each) for each in found.names] == [family_of(name)]


def test_verdicts() -> None:
    assert measure.judge_names(["a"], ["a", "b"]) == "right"
    assert measure.judge_names(["a"], ["b", "a"]) == "wrong"
    assert measure.judge_names(["a"], []) == "silent"
    assert measure.judge_names(["a", "b"], ["b", "a"]) == "right"
    assert measure.judge_names(["a", "b"], ["b"]) == "one of two"
    assert measure.judge_names(["a", "b"], ["b", "c"]) == "wrong"
    assert measure.judge_names([], ["a"]) == "wrong"


def test_the_document_holds_the_tables() -> None:
    (text,) = MARKED.findall(DOCUMENT.read_text())
    rows = [line for line in text.splitlines() if line.startswith("| m")]
    assert HEAD.format("milestone") in text
    assert all(any(row.startswith(f"| {id} |") for row in rows) for id in MILESTONES)
