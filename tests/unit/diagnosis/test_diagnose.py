"""Naming a mistake: by which answers, with which margin, and when to say nothing."""

import numpy as np
import pytest

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.diagnose import diagnose
from autograder.diagnosis.fingerprint import MAX_NUMBERS, Fingerprint, make_fingerprint


def answers(**by_check: list[object]) -> dict[str, list[Fingerprint]]:
    return {
        check: [make_fingerprint(answer) for answer in given] for check, given in by_check.items()
    }


def pitfall(name: str, **by_check: list[object]) -> Pitfall:
    return Pitfall(name, "a hint", answers(**by_check))


RAISED = Fingerprint("!TypeError", [])


def test_the_same_answers_name_the_mistake_in_each_check() -> None:
    sign = pitfall("sign", add=[-1.0], mul=[-2.0])
    named = diagnose(answers(add=[-1.0], mul=[-2.0]), {"add", "mul"}, [sign])
    assert {check: found.name for check, found in named.items()} == {"add": "sign", "mul": "sign"}


def test_other_answers_are_not_named() -> None:
    assert diagnose(answers(add=[-1.5]), {"add"}, [pitfall("sign", add=[-1.0])]) == {}
    assert diagnose(answers(add=[-1.0, 2.0]), {"add"}, [pitfall("sign", add=[-1.0])]) == {}


def test_half_of_the_failures_of_a_mistake_are_needed() -> None:
    sign = pitfall("sign", a=[-1.0], b=[-2.0], c=[-3.0])
    one_of_three = answers(a=[-1.0], b=[0.0], c=[0.0])
    assert diagnose(one_of_three, {"a", "b", "c"}, [sign]) == {}
    assert diagnose(answers(a=[-1.0], b=[-2.0], c=[0.0]), {"a", "b", "c"}, [sign]).keys() == {
        "a",
        "b",
    }


def test_checks_that_did_not_run_count_neither_way() -> None:
    sign = pitfall("sign", a=[-1.0], b=[-2.0], c=[-3.0])
    assert diagnose(answers(a=[-1.0]), {"a"}, [sign])["a"].name == "sign"


def test_the_mistake_that_explains_more_wins() -> None:
    narrow = pitfall("narrow", a=[-1.0])
    wide = pitfall("wide", a=[-1.0], b=[-2.0])
    named = diagnose(answers(a=[-1.0], b=[-2.0]), {"a", "b"}, [narrow, wide])
    assert {found.name for found in named.values()} == {"wide"}


def test_of_two_that_explain_as_much_the_first_is_taken() -> None:
    first, second = pitfall("first", a=[-1.0]), pitfall("second", a=[-1.0])
    assert diagnose(answers(a=[-1.0]), {"a"}, [first, second])["a"].name == "first"


def test_an_exception_alone_counts_only_where_all_failures_are_explained() -> None:
    wide = Pitfall("wide", "", {"a": [RAISED], "b": [RAISED]})
    assert diagnose({"a": [RAISED]}, {"a", "b"}, [wide]) == {}
    assert diagnose({"a": [RAISED], "b": [RAISED]}, {"a", "b"}, [wide]).keys() == {"a", "b"}


def test_where_only_exceptions_speak_the_smaller_mistake_is_taken() -> None:
    wide = Pitfall("wide", "", {"a": [RAISED], "b": [RAISED]})
    narrow = Pitfall("narrow", "", {"a": [RAISED]})
    assert diagnose({"a": [RAISED]}, {"a"}, [wide, narrow])["a"].name == "narrow"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (1.0, 1.0 + 1e-7, True),
        (1.0, 1.0 + 1e-5, False),
        (float("nan"), float("nan"), True),
        (1.0, True, False),
        (None, 0.0, False),
        ([1.0, 2.0], [2.0, 1.0], False),
        (np.ones((2, 3)), np.ones((3, 2)), False),
        ({"a": 1.0}, {"b": 1.0}, False),
        (np.ones(500), np.ones(500) * (1 + 1e-9), True),
        (np.ones(500), np.append(np.ones(499), 2.0), False),
        (np.ones(MAX_NUMBERS + 1), np.append(np.ones(MAX_NUMBERS), np.nan), False),
    ],
    ids=str,
)
def test_fingerprints_tell_answers_apart(one: object, other: object, alike: bool) -> None:
    assert make_fingerprint(one).matches(make_fingerprint(other)) is alike
    assert make_fingerprint(other).matches(make_fingerprint(one)) is alike
