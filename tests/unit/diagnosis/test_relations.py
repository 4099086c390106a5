"""How answers relate to what was wanted, whatever the construction."""

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
