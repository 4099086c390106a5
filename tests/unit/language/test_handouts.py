"""Handouts in another language: the same code, numbers and checks."""

import re
from pathlib import Path

import pytest

from autograder.language.handouts import find_handout
from tests.conftest import ROOT

TRANSLATED = sorted((ROOT / "solutions").glob("*/README.??.md"))
CODE = re.compile(r"`[^`\n]+`")
NUMBER = re.compile(r"\d[\d.e^-]*")


def original(handout: Path) -> str:
    return handout.with_name("README.md").read_text()


def test_the_first_milestone_has_one() -> None:
    assert [f"{file.parent.name}/{file.name}" for file in TRANSLATED] == [
        "m1_scalar_autograd/README.de.md"
    ]


@pytest.mark.parametrize("handout", TRANSLATED, ids=lambda file: file.parent.name)
def test_code_names_and_numbers_are_those_of_the_original(handout: Path) -> None:
    own, wanted = handout.read_text(), original(handout)
    assert {*CODE.findall(own)} == {*CODE.findall(wanted)}
    rows = [
        [NUMBER.findall(line) for line in text.splitlines() if line.startswith("| ")]
        for text in (own, wanted)
    ]
    assert rows[0] == rows[1]
    assert [own.count(mark) for mark in ("\n## ", "\n```", "\n**", "\n- **", "](")] == [
        wanted.count(mark) for mark in ("\n## ", "\n```", "\n**", "\n- **", "](")
    ]


@pytest.mark.usefixtures("german")
def test_a_reader_of_german_gets_it_where_it_is_there() -> None:
    assert find_handout(ROOT / "assignments/m1_scalar_autograd").name == "README.de.md"
    assert find_handout(ROOT / "assignments/m2_scalar_mlp").name == "README.md"


def test_others_get_the_english_one() -> None:
    assert find_handout(ROOT / "assignments/m1_scalar_autograd").name == "README.md"
