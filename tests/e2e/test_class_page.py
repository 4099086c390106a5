"""The class page in a browser: what its script sorts, filters, finds, draws and prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.cli import grade
from autograder.reports.class_rows import Names
from autograder.reports.page import write_class_page
from autograder.reports.summaries import Summaries
from autograder.score import Bonus, ExtraScore, Outcome, UnusualUse
from tests.conftest import ROOT
from tests.e2e.test_report import opened
from tests.synthetic_class import make_scores, name_of, section_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COUNT = 1200
NUMBERS = {name_of(number): number for number in range(COUNT)}
USES = (UnusualUse("engine.py, line 3 <b>", "looks into frames", "a question lies there"),)
ROWS = "#class tbody tr:not([aria-hidden])"
NAMES = f"[...document.querySelectorAll('{ROWS} td.name a')].map(e => e.textContent)"


@dataclass(frozen=True)
class Person:
    name: str
    id: str
    section: str


def persons(name: str) -> list[Person]:
    return [Person(f"Dürer {NUMBERS[name]}", f"00{NUMBERS[name]}x", section_of(NUMBERS[name]))]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two milestones; the first has extras, every hundredth something unusual."""
    folder = tmp_path_factory.mktemp("class_page")
    summaries = Summaries()
    scores = [summaries.summarize(score) for score in make_scores(COUNT, ("m1", "m2"))]
    part = scores[0].milestones[0]
    scores[0].extras = [ExtraScore("x.norm", "Extra", 3.0, 4.0, part.checks[:1])]
    scores[0].bonus = Bonus(3.0, 2.0, 5.0)
    outcomes = [
        Outcome(one.submission.id, one, folder / one.submission.id / "score.json") for one in scores
    ]
    marked = [replace(one, unusual=USES) if k % 100 == 0 else one for k, one in enumerate(outcomes)]
    write_class_page(marked, folder / "index.html", [["look"]], Names(persons=persons))
    return folder / "index.html"


@pytest.fixture(scope="module")
def page(browser: "Browser", file: Path) -> "Iterator[Page]":
    page, problems, requests = opened(browser, file, viewport={"width": 1200, "height": 800})
    yield page
    page.close()
    assert (problems, requests) == ([], [file.as_uri()])


def choose(page: "Page", **wanted: str) -> str:
    """Set the tools, all others to their first choice; return what is said of it."""
    tools = dict.fromkeys(("show", "section", "mistake", "sort"), "") | wanted
    page.fill(".tools [name=search]", tools.pop("search", ""))
    for name, value in tools.items():
        page.select_option(f".tools [name={name}]", value)
    return page.locator(".tools output").inner_text()


def test_rows_of_the_script_are_those_that_stand_in_the_page(
    browser: "Browser", file: Path, page: "Page"
) -> None:
    choose(page)
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(file.as_uri())
    assert plain.locator(ROWS).count() == 500
    assert plain.locator("noscript p").inner_text().startswith("Here are the first 500 of 1200;")
    assert not plain.locator(".tools").is_visible()
    for place in (0, 1, 2):
        static, drawn = (
            re.sub(r"\s*\n\s*", "", each.locator(ROWS).nth(place).inner_html())
            for each in (plain, page)
        )
        assert static == drawn
    plain.context.close()


def test_only_what_is_near_the_window_is_drawn(page: "Page") -> None:
    assert choose(page) == f"all {COUNT} submissions"
    assert page.locator(ROWS).count() <= 300
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.locator(f"{ROWS}[aria-rowindex='{COUNT + 1}']")
    last.wait_for()
    assert last.locator("a").first.inner_text() == name_of(COUNT - 1)
    assert page.locator("#class").get_attribute("aria-rowcount") == str(COUNT + 1)
    page.wait_for_function(f"document.querySelectorAll('{ROWS}').length <= 300")
    page.evaluate("scrollTo(0, 0)")


def test_search_reads_names_and_roster_without_accents(page: "Page") -> None:
    assert choose(page, search=" durer  0077x ") == f"1 of {COUNT} submissions"
    assert page.evaluate(NAMES) == [name_of(77)]
    assert choose(page, search="nobody") == f"0 of {COUNT} submissions"
    assert page.locator(ROWS).count() == 0


def test_filters_join(page: "Page") -> None:
    assert choose(page, show="unusual") == f"12 of {COUNT} submissions"
    said = choose(page, show="unusual", section=section_of(0))
    assert said == f"12 of {COUNT} submissions"  # each hundredth is of the first section
    assert choose(page, show="unusual", section=section_of(1)) == f"0 of {COUNT} submissions"
    full = int(choose(page, show="full").split(" ")[0])
    below = int(choose(page, show="below").split(" ")[0])
    assert (full + below, full > 0, below > 0) == (COUNT, True, True)
    choose(page, show="missing")
    rows = page.locator(ROWS).all_inner_texts()
    assert rows
    assert all(re.search(r"\d+ missing", row) for row in rows)
    counts = page.locator("#mistakes ~ ul li").all_inner_texts()
    shown = choose(page, mistake="0").split(" ")[0]
    assert f"({shown} submissions)" in counts[0]


def points(page: "Page") -> list[float]:
    return [float(row.split("\t")[2].split("/")[0]) for row in page.locator(ROWS).all_inner_texts()]


def test_headings_sort_by_keyboard_and_say_so(page: "Page") -> None:
    choose(page, section=section_of(2))
    head = page.locator("#class th[data-key=points]")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert points(page) == sorted(points(page), reverse=True)
    assert page.evaluate("document.activeElement.textContent") == "Points"
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert points(page) == sorted(points(page))
    assert page.locator("[name=sort]").input_value() == "points ascending"
    choose(page, sort="extras descending")  # one alone has any
    assert page.evaluate(NAMES)[0] == name_of(0)
    choose(page, sort="extras ascending")  # who has none goes last either way
    assert page.evaluate(NAMES)[0] == name_of(0)
    choose(page, sort="name descending")
    assert page.evaluate(NAMES)[0] == max(NUMBERS)
    assert page.locator("#class th[aria-sort]").count() == 1


def test_a_row_that_has_the_keyboard_stays(page: "Page") -> None:
    choose(page)
    page.locator(f"{ROWS} a").first.focus()
    page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    page.locator(f"{ROWS}[aria-rowindex='{COUNT + 1}']").wait_for()
    assert page.evaluate("document.activeElement.textContent") == name_of(0)


def test_print_has_no_tools_and_a_bound(page: "Page") -> None:
    choose(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(ROWS).count() == 500
    said = f"the first 500 of {COUNT} submissions; a filter prints others"
    assert page.locator(".tools output").inner_text() == said
    assert page.locator("nav:visible, .tools label:visible").count() == 0
    assert page.locator("details:not([open])").count() == 0
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".tools output").inner_text() == f"all {COUNT} submissions"


UNNAMED = """[...document.querySelectorAll('input, select, button, meter, svg, .scroll, nav')]
  .filter(e => !(e.labels?.length && e.labels[0].textContent.trim() || e.matches('button') && e.textContent.trim()
    || e.getAttribute('aria-label'))).map(e => e.outerHTML.slice(0, 99))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_and_every_control_has_a_name(
    browser: "Browser", file: Path, width: int, scheme: str
) -> None:
    page, problems, _ = opened(
        browser, file, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(UNNAMED) == []
    assert page.locator("main").count() == page.locator("h1").count() == 1
    page.locator("#submissions").scroll_into_view_if_needed()
    page.fill(".tools [name=search]", "durer 1199")
    assert page.locator(ROWS).count() == 1
    assert problems == []
    page.close()


def test_grade_hides_names_and_says_who_is_who(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / "in"
    (inbox / "ada-lovelace").mkdir(parents=True)
    stub = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
    (inbox / "ada-lovelace/engine.py").write_text(stub)
    (inbox / "bo-lost").mkdir()
    (inbox / "bo-lost/readme.txt").write_text("")

    def run(anonymous: bool) -> set[str]:
        code = grade.run(
            inbox, tmp_path / "out", ["m1"], None, 1, None, "process", False, anonymous=anonymous
        )
        assert code == 0
        return {page.stem for page in (tmp_path / "out/feedback").iterdir()}

    assert run(anonymous=False) == {"ada-lovelace", "bo-lost"}
    hidden = run(anonymous=True)
    assert "who is who: " in capsys.readouterr().out
    assert run(anonymous=True) == hidden
    table = (tmp_path / "out/pseudonyms.csv").read_text().splitlines()
    assert table[0] == '"pseudonym","submission"'
    assert {line.split('"')[1] for line in table[1:]} == hidden
    assert {line.split('"')[3] for line in table[1:]} == {"ada-lovelace", "bo-lost"}
    shown = (tmp_path / "out/index.html").read_text()
    assert "ada-lovelace" not in shown
    assert "bo-lost" not in shown
    assert all(f"feedback/{name}.html" in shown for name in hidden)
    assert "bo-lost has no .py" in capsys.readouterr().out
