"""A sheet with every demo of the page to play with, on the reference, taken by Chromium."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from autograder.course import load_course
from autograder.learning.demos import DEMOS, answer, open_stage, read_settings
from autograder.learning.explore.page import recorded_page
from tests.implementations import write_reference
from tests.pictures.explore import ROOT

FILE = ROOT / "docs/pictures/demos.png"
WIDTH, SCALE = 1680, 0.6
SHEET = """
  .top, footer, .demo-nav, .demo details, .demo .idea, .demo form, .stepper { display: none !important; }
  body { max-width: none; padding: .6rem; }
  main { display: block !important; }
  .demos { columns: 3; column-gap: .6rem; }
  .demo, .demo.away { display: block !important; break-inside: avoid; margin: 0 0 .6rem; }
"""


def take(target: Path) -> None:
    """Write the picture to `target`."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = _write_page(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(
            viewport={"width": WIDTH, "height": 800},
            device_scale_factor=SCALE,
            color_scheme="light",
            bypass_csp=True,
        )
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.add_style_tag(content=SHEET)
        page.screenshot(path=target, full_page=True)
        browser.close()


def _write_page(folder: Path) -> Path:
    course = load_course()
    with open_stage(write_reference(course.milestones, folder), course) as stage:
        records = [_record_default(demo, stage) for demo in DEMOS]
    file = folder / "page.html"
    file.write_text(recorded_page("my-network", records), encoding="utf-8")
    return file


def _record_default(demo: Any, stage: Any) -> dict[str, Any]:
    """Return the answer at the defaults; of a training, the last."""
    found = answer(demo.id, {}, stage)
    while found["next"]:
        found = answer(demo.id, found["next"], stage)
    return {"demo": demo.id, "answers": [{"settings": read_settings(demo, {}), "answer": found}]}
