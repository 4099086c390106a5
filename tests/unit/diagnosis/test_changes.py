"""Repairs named: by kind, function and the checks that they fix."""

from autograder.diagnosis.catalogue import Pitfall, load_catalogue
from autograder.diagnosis.changes import Change, load_changes, name_change
from autograder.worker.edit_rules import RULES


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


def test_the_table_knows_only_kinds_and_pitfalls_that_there_are() -> None:
    table, kinds = load_changes(), {rule.kind for rule in RULES}
    assert set(table.sentences) == kinds
    for milestone, rows in table.pitfalls.items():
        assert set(rows) <= {one.name for one in load_catalogue(milestone).pitfalls}
        assert {kind for row in rows.values() for kind in row} <= kinds
