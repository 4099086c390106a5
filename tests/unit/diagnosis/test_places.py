"""Lines ranked by the checks that run them."""

import math

from autograder.diagnosis.places import rank_lines

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
