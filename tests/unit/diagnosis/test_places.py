"""Lines ranked by the checks that run them."""

import math

from autograder.diagnosis.places import (
    Statement,
    Suspect,
    rank_lines,
    rate_function,
    rate_statements,
    settle_suspects,
)

A, B, C, D = (("engine.py", line) for line in (1, 2, 3, 4))
SPECTRUM = {"m1.exp": [A, B], "m1.tanh": [A, C], "m1.add": [A]}


def test_a_line_that_failed_checks_alone_run_comes_first() -> None:
    rates = rank_lines(SPECTRUM, ["m1.exp"])
    assert list(rates) == [B, A]
    assert rates[B] == 1.0
    assert math.isclose(rates[A], 1 / math.sqrt(3))


def test_of_two_failed_checks_the_line_that_both_run_comes_first() -> None:
    rates = rank_lines({"m1.exp": [A, B], "m1.tanh": [A, C]}, ["m1.exp", "m1.tanh"])
    assert list(rates) == [A, B, C]


def test_none_is_likelier_than_the_line_of_an_exception_nor_less_than_one_at_import() -> None:
    rates = rank_lines(SPECTRUM, ["m1.exp"], raising=[D], at_import=[("engine.py", 9)])
    assert list(rates) == [B, D, A, ("engine.py", 9)]
    assert rates[D] == rates[B] == 1.0


def test_a_check_without_a_record_counts_for_nothing() -> None:
    assert rank_lines({"m1.add": [A]}, ["m1.exp"]) == {}


EXP = Suspect(0.8, ["Value.exp"], ["factor"])
SUB = Suspect(0.6, ["Value.__sub__"], ["sign"])


def test_a_function_of_another_style_is_that_of_a_suspect() -> None:
    assert rate_function("Value.exp", [EXP, SUB]) == 1.0
    assert rate_function("Exp.backward", [EXP, SUB]) == 0.8
    assert math.isclose(rate_function("Subtract.backward", [EXP, SUB]), 0.8 * 0.6 / 0.8)
    assert rate_function("Value.tanh", [EXP, SUB]) == 0.0
    assert rate_function("Value.exp", []) == 0.0


def test_a_function_is_told_by_the_beginning_of_a_word() -> None:
    softmax = [Suspect(0.5, ["Tensor.softmax", "Tensor.log_softmax"], [])]
    assert rate_function("LogSoftmax.backward", softmax) == 0.8
    assert rate_function("vjp_softmax", softmax) == 0.8
    assert rate_function("Tensor.max", softmax) == 0.0
    assert rate_function("Tensor.softmax", [Suspect(0.5, ["Tensor.max"], [])]) == 0.4


def test_a_suspect_that_no_edit_takes_out_in_its_functions_may_stand_elsewhere() -> None:
    add = Suspect(1.0, ["Value.__add__"], ["accumulate"])
    edits = [("Value.backward", "accumulate"), ("Value.__add__", "sign")]
    settled = settle_suspects([add], edits)
    assert settled == [add, Suspect(0.8, ["Value.backward"], ["accumulate"])]
    assert rate_function("Value.backward", settled, "accumulate") == 0.8
    assert settle_suspects([add], [*edits, ("Value.__add__", "accumulate")]) == [add]
    assert settle_suspects([SUB], [("Value.__add__", "accumulate")]) == [SUB]


def test_an_edit_counts_where_it_takes_the_suspect_out() -> None:
    assert rate_function("Value.exp", [EXP, SUB], "factor") == 1.0
    assert rate_function("Value.exp", [EXP, SUB], "sign") == 0.0


def test_one_that_is_much_less_likely_is_no_suspect() -> None:
    assert rate_function("Value.sub", [EXP, SUB._replace(rate=0.4)]) == 0.0


def test_statements_count_by_kind_and_function() -> None:
    statements = [
        Statement(1, 1, "FunctionDef", "Value.exp"),
        Statement(2, 3, "Gradient", "Value.exp"),
        Statement(4, 4, "Return", "Value.tanh"),
    ]
    rates = {A: 0.5, B: 0.5, C: 0.5, D: 0.25}
    rated = rate_statements(rates, {"engine.py": statements}, [EXP])
    assert math.isclose(rated[A], 1.0 + 0.3 - 0.6)
    assert math.isclose(rated[B], 1.0 + 0.3 + 0.12)
    assert rated[C] == rated[B]
    assert math.isclose(rated[D], 0.5 + 0.05)


def test_a_statement_counts_more_that_has_the_words_of_a_likely_mistake() -> None:
    mean, other = frozenset({"sum", "size", "Div"}), frozenset({"sum", "axis"})
    statements = [Statement(n, n, "Assign", "Tensor.mean", w) for n, w in ((1, other), (2, mean))]
    suspect = Suspect(0.8, [], [], [mean])
    rated = rate_statements({A: 1.0, B: 1.0}, {"engine.py": statements}, [suspect])
    assert math.isclose(rated[B], 1.0 + 0.6)
    assert 1.0 < rated[A] < rated[B]
    unlikely = [Suspect(1.0, [], []), Suspect(0.5, [], [], [mean])]
    assert rate_statements({B: 1.0}, {"engine.py": statements}, unlikely) == {B: 1.0}
