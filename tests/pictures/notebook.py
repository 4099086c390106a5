"""A picture of checks in a notebook, as JupyterLab shows them, taken by Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, sync_playwright

from autograder.exchange.assignments import FIRST_CELL, KERNEL
from autograder.templates import text

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/pictures/notebook.png"
WORK = ROOT / "tests/classroom/noah-overwrites-grads/engine.py"
ASKED = ("%check m1.add m1.mul m1.tanh m1.diamond m1.deep_chain", "%hint")
WIDTH, HEIGHT = 900, 1400
READY = 60.0  # seconds for the server
SETTINGS = (
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--IdentityProvider.token=",
    "--LabApp.news_url=None",
)


def take(target: Path, theme: str = "JupyterLab Light") -> None:
    """Write the picture to `target`."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        write_notebook(Path(place) / "work")
        with serve(Path(place), theme) as address:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"{address}/doc/tree/engine.ipynb")
            cells = run_cells(page)
            page.screenshot(path=target, clip=_clip(cells))
            browser.close()


def write_notebook(folder: Path) -> None:
    """Write a notebook with a mistake, and what is asked of it."""
    folder.mkdir()
    sources = (text(FIRST_CELL).strip(), WORK.read_text(), *ASKED)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(book, folder / "engine.ipynb")


@contextmanager
def serve(place: Path, theme: str) -> Iterator[str]:
    """Run JupyterLab with a home of its own, and give its address."""
    settings = place / "config/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text(f'{{"theme": "{theme}"}}')
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "HOME")
    env = os.environ | {name: str(place / "config") for name in names}
    env["JUPYTERLAB_SETTINGS_DIR"] = str(place / "config/lab/user-settings")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", *SETTINGS, f"--port={port}"]
    server = subprocess.Popen(
        [*command, f"--ServerApp.root_dir={place / 'work'}"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _wait_for(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> str:
    end = time.monotonic() + READY
    while True:
        try:
            urllib.request.urlopen(f"{address}/api").close()
            return address
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def run_cells(page: Page) -> list[Locator]:
    """Run the notebook; return the cells that ask, with what they show."""
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector("text=| Idle")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector("text=Ask yourself")
    page.keyboard.press("Escape")
    shown = [cells.filter(has_text=source.split()[0]).last for source in ASKED]
    shown[-1].scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    return shown


def _clip(cells: list[Locator]) -> dict[str, float]:
    first, last = (cell.bounding_box() for cell in (cells[0], cells[-1]))
    assert first is not None
    assert last is not None
    bottom = last["y"] + last["height"]
    return {
        "x": first["x"],
        "y": first["y"],
        "width": first["width"],
        "height": bottom - first["y"],
    }
