"""How long a change of a control takes on the page to play with, and what the page weighs."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.course import load_course
from autograder.learning.demos import DEMOS, open_stage, record_all
from autograder.learning.explore.addresses import new_address
from autograder.learning.explore.live_work import LiveWork
from autograder.learning.explore.page import live_page, recorded_page
from autograder.learning.explore.server import PageServer, serve_page
from tests.benchmarks.measure import Row, milliseconds, timed
from tests.implementations import write_reference

ASKED = 12  # times, and once before: a page shows its demo before anybody moves a control


def rows() -> list[Row]:
    """Ask the reference through the real server, a demo after the other, and weigh both pages."""
    with _reference() as folder:
        return [*_weights(folder), *_interactions(folder)]


@contextmanager
def _reference() -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield write_reference(load_course().milestones, Path(place))


def _weights(folder: Path) -> Iterator[Row]:
    with open_stage(folder, load_course()) as stage:
        pages = {"live": live_page("ada"), "recorded": recorded_page("ada", record_all(stage))}
    for name, page in pages.items():
        yield Row(f"{name} page, scripts and styles in it", [len(page.encode()) / 1000], "kB")


def _interactions(folder: Path) -> Iterator[Row]:
    server = PageServer(LiveWork(folder, load_course()), *new_address())
    with serve_page(server):
        for demo in DEMOS:
            _ask(server.address, demo.id)
            times = [_time(server.address, demo.id) for _ in range(ASKED)]
            yield Row(f"a question of {demo.id} to its drawing", milliseconds(times), "ms")


def _time(address: str, demo: str) -> float:
    with timed() as watch:
        _ask(address, demo)
    return watch.seconds


def _ask(address: str, demo: str) -> None:
    body = json.dumps({"demo": demo, "settings": {}}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}answer", body, headers)
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["panels"]
