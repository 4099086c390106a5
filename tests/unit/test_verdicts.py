"""The table of what each verdict rests on has every check once, and words that it explains."""

import re
from collections.abc import Iterator

import pytest

from autograder.course import Part, load_course
from autograder.judge.spec import list_checks
from autograder.worker.unusual import UNUSUAL
from tests.conftest import ROOT

PAGE = (ROOT / "docs/verdicts.md").read_text()
PARTS = load_course().parts


def rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of the rows of the table under `heading`, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert lines[1].startswith("|---"), heading
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def words() -> set[str]:
    """Return what a verdict may rest on, as the first table explains it."""
    lines = PAGE.partition("\n## ")[0].splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
    return {*cells[2:]}


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_every_check_is_in_the_table_once(milestone: Part) -> None:
    named = [
        f"{milestone.id}.{name}"
        for cells in rows(milestone.name.capitalize())
        for name in re.findall(r"`(\w+)`", cells[0])
    ]
    listed = [check.id for check in list_checks(milestone.id, milestone.checks)]
    assert sorted(named) == sorted(listed)


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_a_verdict_rests_on_something_that_the_page_explains(milestone: Part) -> None:
    assert words() == {"numbers", "weights", "outputs", "clock", "refusals", "reported"}
    for checks, how, rests_on, recomputed in rows(milestone.name.capitalize()):
        assert how, checks
        assert {*rests_on.split(", ")} <= words(), checks
        assert recomputed in ("yes", "no", "where it can"), checks


def test_all_that_is_shown_is_explained() -> None:
    told = [tuple(cells) for cells in rows("What is shown, and costs nothing")]
    assert told == [(row.what, row.why) for row in UNUSUAL.values()]
