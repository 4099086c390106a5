"""A picture of a part of the report of right work, taken by Chromium."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/pictures/report.png"
FIRST, LAST = "Decision boundaries", "What the language model writes"
WIDTH = 1000
EDGE = 16


def take(target: Path) -> None:
    """Write the picture to `target`."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        page_file = _written(Path(place) / "my-network")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.screenshot(path=target, full_page=True, clip=_clip(page))
        browser.close()


def _written(folder: Path) -> Path:
    folder.mkdir()
    for source in sorted((ROOT / "solutions").glob("m*_*/*.py")):
        shutil.copy(source, folder)
    command = [sys.executable, "-m", "autograder", "report"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "report.html"


def _clip(page: Page) -> dict[str, float]:
    first, last = (_box(page, heading) for heading in (FIRST, LAST))
    top = first["y"] - EDGE
    return {"x": 0, "y": top, "width": WIDTH, "height": last["y"] + last["height"] + EDGE - top}


def _box(page: Page, heading: str) -> dict[str, float]:
    box = page.locator("section", has_text=heading).bounding_box()
    assert box is not None
    return box
