"""Letters that an output lacks."""

import io
import sys

import pytest

from autograder.language.letters import spell_unshowable


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", 'fuer Groesse "a" ?'),
        ("latin-1", 'für Größe "a" ?'),
        ("utf-8", "für Größe „a“ █"),
    ],
)
def test_letters_are_spelled_out_where_they_cannot_be_shown(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding=encoding))
    spell_unshowable()
    print("für Größe „a“ █", flush=True)
    assert data.getvalue().decode(encoding).strip() == shown


def test_a_stream_of_another_kind_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    spell_unshowable()
    print("für")
