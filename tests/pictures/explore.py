"""A picture of the page to play with, on an engine that overwrites gradients, taken by Chromium."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from autograder.course import load_course
from autograder.learning.demos import find_demo, open_stage, record
from autograder.learning.explore.page import recorded_page

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/pictures/explore.png"
ENGINE = ROOT / "tests/classroom/noah-overwrites-grads/engine.py"
WIDTH = 1000


def take(target: Path) -> None:
    """Write the picture to `target`."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = _write_page(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.locator("#demo-expression").screenshot(path=target)
        browser.close()


def _write_page(folder: Path) -> Path:
    shutil.copy(ENGINE, folder)
    with open_stage(folder, load_course()) as stage:
        records = [record(find_demo("expression"), stage)]
    file = folder / "page.html"
    file.write_text(recorded_page("my-network", records), encoding="utf-8")
    return file
