"""The words of statements."""

import ast

import pytest

from autograder.worker.words import MOST_WORDS, find_words

STATEMENTS = [
    ("self._grad += out.grad * 2", [".grad", "2", "<AugAssign>", "Add", "Mult", "out", "self"]),
    ("x = np.sum(y, axis=-1)", [".sum", "1", "<Assign>", "<Call>", "USub", "axis", "np", "x", "y"]),
    ("if not seen:\n    seen = add(seen)", ["<If>", "Not", "seen"]),
    ("def f(x):\n    return y", ["<FunctionDef>", "x"]),
]


@pytest.mark.parametrize(("text", "words"), STATEMENTS)
def test_a_statement_has_the_words_of_its_head(text: str, words: list[str]) -> None:
    assert find_words(ast.parse(text).body[0], "") == words


def test_the_function_is_told_by_the_words_of_its_name() -> None:
    statement = ast.parse("pass").body[0]
    words = find_words(statement, "LogSoftmax.__backward__")
    assert words == ["in:backward", "in:log", "in:softmax", "<Pass>"]


def test_a_long_statement_has_only_so_many() -> None:
    text = f"x = [{', '.join(map(str, range(999)))}]"
    assert len(find_words(ast.parse(text).body[0], "f")) == MOST_WORDS
