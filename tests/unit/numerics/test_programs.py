"""How a program is shown to a learner."""

import pytest

from autograder.numerics.programs import program_text


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (["out = a + b"], "out = a + b"),
        (["b = a", "out = b"], "b = a; out = b"),
        (["out = a", *["out = out + out"] * 26], "out = a; out = out + out (26 times)"),
        (["b = a", "c = b", "b = a"], "b = a; c = b; b = a"),
    ],
)
def test_a_line_that_is_repeated_is_shown_once_and_counted(program: list[str], told: str) -> None:
    assert program_text(program) == told
