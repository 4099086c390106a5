"""What is parsed in the judge, and what is refused before it takes all memory."""

import ast
import warnings

import pytest

from autograder.worker.source import MAX_DOTS, MAX_PARSED, PARSE_ERRORS, parse_source


def test_odd_escapes_are_not_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ast.unparse(parse_source(r"x = '\d'")) == r"x = '\\d'"


@pytest.mark.parametrize("start", ["import a", "from a", "if 1: import a", "x = 1; import a"])
@pytest.mark.parametrize("joint", [".b", ". b", ".\\\n b", ".\\\r\nb"])
def test_an_import_of_endless_dots_never_reaches_the_parser(
    start: str, joint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ast, "parse", lambda text: pytest.fail("it would take gigabytes"))
    with pytest.raises(PARSE_ERRORS):
        parse_source(start + joint * 100_000)


def test_dots_elsewhere_are_free() -> None:
    text = f"import a.b\n# {'.' * MAX_DOTS * 2}\nx = '{'.' * MAX_DOTS * 2}'"
    assert isinstance(parse_source(text).body[0], ast.Import)


def test_a_text_that_would_take_all_memory_never_reaches_the_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(parse_source("a\n" * (MAX_PARSED // 2)).body) == MAX_PARSED // 2
    monkeypatch.setattr(ast, "parse", lambda text: pytest.fail("it would take gigabytes"))
    with pytest.raises(PARSE_ERRORS):
        parse_source("a\n" * (MAX_PARSED // 2) + "a")
