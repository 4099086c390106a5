"""How answers relate to what was wanted, whatever the construction."""

import numpy as np
import pytest

from autograder.diagnosis.fingerprint import Fingerprint, make_fingerprint
from autograder.diagnosis.relations import describe_answers


def words(ours: object, wanted: object) -> set[str]:
    """Return the words that say something beyond which numbers came back."""
    described = describe_answers([make_fingerprint(ours)], [make_fingerprint(wanted)])
    return {word for word in described if not word.startswith(("all", "asked", "0 wh"))}


@pytest.mark.parametrize(
    ("ours", "wanted", "word"),
    [
        ([0.0, 0.0], [2.0, 3.0], "0 zero"),
        ([-2.0, -3.0], [2.0, 3.0], "0 x-1"),
        ([8.0, 12.0], [2.0, 3.0], "0 x4"),
        ([2.5, 3.5], [2.0, 3.0], "0 +0.5"),
        ([-2.0, -3.0, 4.0], [2.0, 3.0, -4.0], "0 x-1"),
        ([float("nan"), 3.0], [2.0, 3.0], "0 nan"),
        ([2.0, 7.0], [2.0, 3.5], "0 x2"),
        ([1.0, 7.0], [2.0, 3.5], "0 larger"),
        ([1.0, 3.0], [2.0, 3.5], "0 smaller"),
    ],
)
def test_a_wrong_answer_is_described_by_its_relation(
    ours: list[float], wanted: list[float], word: str
) -> None:
    assert words(ours, wanted) == {word}


def test_the_right_answer_has_no_relation() -> None:
    assert words([2.0, 3.0], [2.0, 3.0]) == set()


def test_another_form_and_an_exception_are_words() -> None:
    assert "0 form" in words([[2.0]], [2.0])
    raised = describe_answers([Fingerprint("!TypeError", [])], [make_fingerprint([2.0])])
    assert "0 !TypeError" in raised
    assert "asked 1" in raised


def test_the_last_digits_do_not_matter() -> None:
    wanted = [make_fingerprint([2.0])]
    ours = describe_answers([make_fingerprint([5.0])], wanted)
    assert ours == describe_answers([make_fingerprint([5.0 + 1e-12])], wanted)
    assert ours != describe_answers([make_fingerprint([5.1])], wanted)


def test_no_gradient_is_a_gradient_of_zeros() -> None:
    wanted = {"out": [1.0, 2.0], "grad": [3.0, 4.0]}
    nothing = {"0 zero", "0 part 1 zero"}
    assert words({"out": [1.0, 2.0], "grad": None}, wanted) == nothing
    assert words({"out": [1.0, 2.0], "grad": [0.0, 0.0]}, wanted) == nothing


@pytest.mark.parametrize(
    ("ours", "wanted", "word"),
    [
        ((2, 3), (3, 2), "reversed"),
        ((2, 3, 4), (3, 2, 4), "permuted"),
        ((3,), (3, 1), "ones lost"),
        ((1, 3), (3,), "ones added"),
        ((2,), (2, 3), "axes lost"),
        ((2, 3), (3,), "axes added"),
        ((4, 3), (2, 3), "larger shape"),
        ((1, 3), (2, 3), "smaller shape"),
    ],
)
def test_another_shape_has_a_relation(
    ours: tuple[int, ...], wanted: tuple[int, ...], word: str
) -> None:
    assert f"0 {word}" in words(np.ones(ours), np.ones(wanted))


def test_what_is_asked_after_a_wrong_answer_is_told_by_itself() -> None:
    right = [make_fingerprint(part) for part in ([2.0], np.ones((5, 5)))]
    wrong = [make_fingerprint(part) for part in ([4.0], [[1.0, 2.0]])]
    described = describe_answers(wrong, right)
    assert sum(word.startswith("1 smaller ") for word in described) == 2
    assert "1 form" not in described
    first = describe_answers([right[0], wrong[1]], right)
    assert "1 form" in first


def test_the_order_of_a_dict_is_nobodys() -> None:
    wanted = {
        "loss": 1.0,
        "grads": {"w1": np.ones((2, 3)), "b1": np.ones(3), "w2": np.ones((3, 2))},
    }
    other = {"loss": 1.0, "grads": {"w2": np.ones((3, 2)), "w1": np.ones((2, 3)), "b1": np.ones(3)}}
    assert words(other, wanted) == set()
    other["grads"] |= {"w1": np.zeros((2, 3))}
    in_order = {**wanted, "grads": {**wanted["grads"], "w1": np.zeros((2, 3))}}
    right = [make_fingerprint(wanted)]
    described = describe_answers([make_fingerprint(other)], right)
    assert described == describe_answers([make_fingerprint(in_order)], right)
    assert "0 zero" in described


def test_what_is_no_dict_of_arrays_stays_in_its_order() -> None:
    assert words([[1.0], [2.0, 3.0]], [[2.0, 3.0], [1.0]])
    assert words({"a": True, "b": False}, {"a": False, "b": True})


def test_of_several_arrays_it_is_said_which_are_wrong_and_how() -> None:
    wanted = {"a": [2.0, 3.0], "b": [4.0, 5.0], "c": [6.0, 7.0]}
    described = words({"a": [2.0, 3.0], "b": [0.0, 0.0], "c": [-6.0, -7.0]}, wanted)
    assert described == {"0 smaller", "0 part 1 zero", "0 part 2 x-1"}
    assert words([0.0, 0.0], [4.0, 5.0]) == {"0 zero"}
