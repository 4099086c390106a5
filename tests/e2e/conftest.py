"""What the tests of pages share: one browser."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEEDED = os.environ.get("AUTOGRADER_NEEDS_BROWSER") == "1"


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    found = shutil.which("chromium")
    if found is None:
        assert not NEEDED, "chromium is not installed"
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
