"""Statements compared by their words."""

import math

from autograder.diagnosis.wording import compare_words, find_likest, weigh_words

EXP, TANH, ADD = (
    frozenset(words.split()) for words in ("out grad exp", "out grad tanh", "out add")
)
WEIGHTS = weigh_words([EXP, TANH, ADD])


def test_a_word_counts_the_more_the_fewer_statements_have_it() -> None:
    assert math.isclose(WEIGHTS["exp"], math.log(4))
    assert math.isclose(WEIGHTS["grad"], math.log(2))
    assert math.isclose(WEIGHTS["out"], math.log(4 / 3))


def test_statements_are_alike_by_the_weight_of_what_they_share() -> None:
    assert math.isclose(compare_words(EXP, EXP, WEIGHTS), 1.0)
    shared = WEIGHTS["out"] + WEIGHTS["grad"]
    assert math.isclose(compare_words(EXP, TANH, WEIGHTS), shared / (shared + math.log(4)))
    assert compare_words(EXP, frozenset({"axis"}), WEIGHTS) == 0.0


def test_of_several_known_statements_the_likest_counts() -> None:
    assert math.isclose(find_likest(EXP, [ADD, EXP], WEIGHTS), 1.0)
    assert find_likest(EXP, [], WEIGHTS) == 0.0
