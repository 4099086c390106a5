"""Repairs named: by kind, function and the checks that they fix."""

import re

import pytest

from autograder.diagnosis.casebook import load_casebook
from autograder.diagnosis.catalogue import Pitfall, load_catalogue
from autograder.diagnosis.changes import Change, describe_mistake, load_changes, name_change
from autograder.worker.edit_rules import RULES
from tests.diagnosis.names import TEXTS

CODE = re.compile(r"[=()\[\]+*/@_`]|\w\.\w")


def pitfall(name: str, place: str, *failing: str) -> Pitfall:
    return Pitfall(name, f"{name}.", {id: [] for id in failing}, [place])


EXP = pitfall("upstream-ignored-exp", "Value.exp", "m1.exp", "m1.sum")
RELU = pitfall("upstream-ignored-relu", "Value.relu", "m1.relu", "m1.sum")
TANH = pitfall("upstream-ignored-tanh", "Value.tanh", "m1.exp", "m1.sum")
RAN = ("m1.exp", "m1.relu", "m1.sum")


def named(change: Change, *pitfalls: Pitfall, hinted: str = "") -> str:
    found = name_change(change, "m1", RAN, pitfalls, hinted)
    return found.name if found else ""


def test_the_function_decides_and_in_another_style_the_checks() -> None:
    in_exp = Change("factor", "Value.exp", ("m1.exp", "m1.sum"))
    assert named(in_exp, EXP, RELU, TANH) == "upstream-ignored-exp"
    elsewhere = in_exp._replace(function="Exp.backward")
    assert named(elsewhere, EXP, RELU) == "upstream-ignored-exp"


def test_silence_where_two_fit_or_kind_or_checks_do_not() -> None:
    elsewhere = Change("factor", "Exp.backward", ("m1.exp", "m1.sum"))
    assert named(elsewhere, EXP, TANH) == ""
    assert named(elsewhere._replace(kind="return"), EXP) == ""
    assert named(elsewhere._replace(fixed=("m1.relu",)), EXP) == ""
    assert named(elsewhere._replace(function="Value.relu"), EXP, RELU) == ""


def test_a_hint_is_confirmed_by_a_change_where_it_says_and_by_none_elsewhere() -> None:
    change = Change("name", "Value.exp", ("m1.exp", "m1.sum"))
    assert named(change, EXP, RELU, hinted="upstream-ignored-exp") == "upstream-ignored-exp"
    assert named(change, EXP, RELU, hinted="upstream-ignored-relu") == ""


def test_a_hint_whose_checks_are_unknown_is_confirmed_by_its_function_alone() -> None:
    signs = Pitfall("div-sign", "The sign.", {}, ["Value.__truediv__"])
    change = Change("sign", "Value.__truediv__", ("m1.sum",))
    assert named(change, EXP, signs, hinted="div-sign") == "div-sign"
    assert named(change._replace(function="Value.exp"), EXP, signs, hinted="div-sign") == ""


def test_the_table_knows_only_kinds_and_mistakes_that_there_are() -> None:
    table, kinds = load_changes(), {rule.kind for rule in RULES}
    assert set(table.sentences) == kinds
    assert not table.sentences.keys() & table.rewrites.keys()
    used = {kind for rows in table.pitfalls.values() for row in rows.values() for kind in row}
    assert used - kinds == set(table.rewrites)
    for milestone, rows in table.pitfalls.items():
        assert set(rows) <= {*TEXTS, *(one.name for one in load_catalogue(milestone).pitfalls)}


@pytest.mark.parametrize("milestone", ["m1", "m2", "m3", "m4", "m5", "m6"])
def test_every_mistake_has_a_kind_that_is_told_without_code(milestone: str) -> None:
    names = {one.name for one in load_catalogue(milestone).pitfalls}
    names |= {case.name for case in load_casebook(milestone).cases}
    assert len(names) >= 48
    for name in names:
        told = describe_mistake(milestone, name)
        assert told, name
        assert not CODE.search(told), name


def test_a_mistake_is_described_by_its_first_kind_and_another_by_nothing() -> None:
    told = describe_mistake("m1", "assign-not-accumulate")
    assert told == "here a value is assigned; it has to be added to what is there"
    told = describe_mistake("m4", "every-epoch-same-order")
    assert told == "this draws from another generator than the one that it is given"
    assert describe_mistake("m1", "mistake-in-Value.exp") == ""
    assert describe_mistake("w", "assign-not-accumulate") == ""
