"""What tests of the languages share: a reader of German."""

from collections.abc import Iterator

import pytest

from autograder.language import catalogue
from autograder.language.choice import choose_language


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show everything in German while a test runs."""
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "de")
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Let the next text be looked up anew."""
    choose_language.cache_clear()
    catalogue.load_catalogue.cache_clear()
    catalogue.reported.clear()
