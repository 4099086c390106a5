"""Pictures of the class page with 300 rows and with 10,000, taken by Chromium."""

import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from autograder.reports.class_rows import Names
from autograder.reports.page import write_class_page
from autograder.reports.summaries import Summaries
from autograder.score import Outcome
from tests.synthetic_class import make_scores, section_of

FOLDER = Path(__file__).parents[2] / "docs/pictures"
FILES = {300: FOLDER / "class-300.png", 10_000: FOLDER / "class-10000.png"}
SIZE = {"width": 1000, "height": 620}
COLOURS = 64  # of a picture: it is text on one ground


@dataclass(frozen=True)
class Person:
    """A person of the roster of that class."""

    name: str
    id: str
    section: str


def take_all() -> list[Path]:
    """Write both pictures: that of 300 shows the top, that of 10,000 its table, searched."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for count, target in FILES.items():
            _take(browser, _write(Path(place), count), target, count > min(FILES))
        browser.close()
    return [*FILES.values()]


def _write(folder: Path, count: int) -> Path:
    summaries, file = Summaries(), folder / f"{count}.html"
    scores = [summaries.summarize(score) for score in make_scores(count)]
    names = [score.submission.id for score in scores]
    outcomes = [Outcome(name, score) for name, score in zip(names, scores, strict=True)]
    write_class_page(outcomes, file, names=Names(persons=_list_persons))
    return file


def _list_persons(name: str) -> list[Person]:
    family, given, number = name.split("-")
    return [Person(f"{given} {family}".title(), number, section_of(int(number)))]


def _take(browser: Browser, file: Path, target: Path, is_searched: bool) -> None:
    page = browser.new_page(viewport=SIZE, color_scheme="light")
    page.goto(file.as_uri())
    if is_searched:
        page.select_option(".tools [name=section]", section_of(1))
        page.locator("#class th[data-key=points] button").click()
        page.locator("#submissions").evaluate("e => e.scrollIntoView()")
        page.wait_for_timeout(500)
    _write_small(page.screenshot(), target)
    page.close()


def _write_small(picture: bytes, target: Path) -> None:
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS).save(target, optimize=True)
