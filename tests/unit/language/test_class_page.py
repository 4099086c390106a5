"""The class page in German: what stands in it, and what its script says."""

import json
import re
from pathlib import Path

import pytest

from autograder.reports.class_words import script_words, show_counts
from autograder.templates import text
from tests.unit.language.test_pages import words
from tests.unit.reports.test_class import half
from tests.unit.reports.test_class_page import rows_of, write_page


def embedded(page: str) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="rows">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])["words"]  # type: ignore[no-any-return]


@pytest.mark.usefixtures("german")
def test_the_page_is_german_and_its_rows_are_not(tmp_path: Path) -> None:
    page = write_page(tmp_path, [half("a"), half("b")], notes=[["a note"]])
    assert '<html lang="de">' in page
    shown = words(page)
    for said in (
        "Bewertungen",
        "2 Abgaben, im Mittel 75.0 von 200 Punkten.",
        "2 von 2 2 nicht bestanden",
        "niemand besteht",
        "mit einem Test: nicht bestanden",
        "2 nicht bestanden, 1 wartet, 1 bestanden",
    ):
        assert said in shown
    assert 'aria-label="Abgaben, als Tabelle"' in page
    assert rows_of(page)[0]["counts"] == "2 failed, 1 blocked, 1 passed"
    said_by_script = embedded(page)
    assert said_by_script["all"] == "alle {count} Abgaben"
    assert said_by_script["statuses"]["failed"] == "nicht bestanden"  # type: ignore[index]
    assert said_by_script["language"] == "de"


def test_the_script_has_no_sentence_of_its_own() -> None:
    script = re.sub(r"//.*", "", text("class_table.js"))
    for word in ("submissions", "lowest", "a to z", "adjusted:", "Why look", " count)", "first 5"):
        assert word not in script
    assert {*re.findall(r"\bwords\.(\w+)", script)} == {*script_words([])}


def test_counts_are_as_they_were_in_english() -> None:
    assert show_counts("2 failed, 1 passed") == "2 failed, 1 passed"
    assert show_counts("") == ""
