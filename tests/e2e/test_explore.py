"""The page to play with in a browser: its numbers, its keys, its widths, and a server that ends."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.course import load_course
from autograder.learning.controls import Control
from autograder.learning.demos import DEMOS, answer, open_stage, read_settings, record
from autograder.learning.explore.page import recorded_page
from autograder.learning.playground import Playground
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder
from tests.implementations import ALTERNATIVES
from tests.shown_numbers import numbers_of, numbers_shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = 60.0  # seconds; machines may be busy
NO_BROWSER = dict.fromkeys(("BROWSER", "DISPLAY", "PATH", "TERM", "WAYLAND_DISPLAY"), "")
OVERWRITES = ROOT / "tests/classroom/noah-overwrites-grads/engine.py"
SAMPLE = ("table_driven", "tape")
SHOWN = ".demo:not(.away)"


class Explore:
    """The command as it runs, and the address that it printed."""

    def __init__(self, folder: Path, *options: object, **env: str) -> None:
        command = [sys.executable, "-m", "autograder", "explore", "--submission", folder, *options]
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env}, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.process.communicate()[1]

    def end(self) -> str:
        """End it as Ctrl-C does; return what it says then."""
        os.killpg(self.process.pid, signal.SIGINT)
        said = self.process.communicate(timeout=LONG)[1]
        assert self.process.returncode == 130
        return said


@pytest.fixture(scope="module")
def work(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explored") / "my-network"
    shutil.copytree(reference, folder)
    return folder


@pytest.fixture(scope="module")
def live(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explore]:
    cache = tmp_path_factory.mktemp("cache")
    explore = Explore(work, "--no-browser", XDG_CACHE_HOME=str(cache))
    yield explore
    explore.end()


@pytest.fixture(scope="module")
def page(browser: "Browser", live: Explore) -> "Iterator[Page]":
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(live.address)
    yield page
    page.close()
    assert problems == []


@pytest.fixture(scope="module")
def stage(reference: Path) -> Iterator[Playground]:
    with open_stage(reference, load_course()) as opened:
        yield opened


def show(page: "Page", demo: str) -> None:
    page.evaluate(f"location.hash = 'demo-{demo}'")
    page.wait_for_selector(f"#demo-{demo}:not(.away):not(.unasked)")


def assert_shows(page: "Page", demo: str, found: Any) -> None:
    """Wait until the page shows the numbers of an answer, to 1e-6."""
    wanted, end = numbers_of(found), time.monotonic() + LONG
    while True:
        shown = numbers_shown(page.locator(f"#demo-{demo} .panels").inner_html())
        pairs = [*zip(shown, wanted, strict=False)]
        near = [a == b or abs(a - b) <= 1e-6 * max(1.0, abs(b)) for a, b in pairs]
        if len(shown) == len(wanted) and all(near):
            return
        assert time.monotonic() < end, [
            pair for pair, is_near in zip(pairs, near, strict=False) if not is_near
        ]
        time.sleep(0.05)


def another(control: Control) -> Any:
    """Return a setting that is not the default."""
    if control.kind == "text":
        return {"expression": "exp(a) / (b + c)", "values": "a = 1, b = 2"}.get(
            control.name, "a tale"
        )
    return control.choices[-1] if control.kind == "choice" else control.low


def choose(page: "Page", demo: str, control: Control, value: Any) -> None:
    field = page.locator(f"#control-{demo}-{control.name}")
    if control.kind == "choice":
        field.select_option(value)
    else:
        field.fill(str(value))


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.id)
def test_what_is_shown_is_what_the_engine_says(page: "Page", stage: Playground, demo: Any) -> None:
    show(page, demo.id)
    assert_shows(page, demo.id, answer(demo.id, {}, stage))
    control = next(each for each in demo.controls if each.kind != "button")
    value = another(control)
    choose(page, demo.id, control, value)
    assert_shows(page, demo.id, answer(demo.id, {control.name: value}, stage))
    assert page.locator(f"#demo-{demo.id} .departs").count() == 0
    choose(page, demo.id, control, control.default)


def test_a_training_goes_on_until_its_end(page: "Page", stage: Playground) -> None:
    show(page, "classifier")
    page.click(f"{SHOWN} [data-train]")
    page.wait_for_selector("text=after 60 of 60 epochs", timeout=1000 * LONG)
    found = answer("classifier", {}, stage)
    while found["next"]:
        found = answer("classifier", found["next"], stage)
    assert_shows(page, "classifier", found)
    page.wait_for_selector(f"{SHOWN} [data-train]:text('train')")


@pytest.mark.parametrize("name", SAMPLE)
def test_a_save_is_drawn_at_once(page: "Page", work: Path, name: str) -> None:
    folder = next(folder for folder in ALTERNATIVES if folder.name == name)
    show(page, "expression")
    shutil.copy(folder / "engine.py", work / "engine.py")
    page.wait_for_function(f"document.querySelector('{SHOWN} .status').isConnected")
    page.wait_for_selector(".connection.on >> text=engine.py saved: this page shows it.")
    with open_stage(work, load_course()) as changed:
        assert_shows(page, "expression", answer("expression", {}, changed))
        show(page, "neuron")
        assert_shows(page, "neuron", answer("neuron", {}, changed))


def test_a_wrong_engine_turns_red_where_it_departs(page: "Page", work: Path) -> None:
    show(page, "expression")
    shutil.copy(OVERWRITES, work / "engine.py")
    first = page.locator(f"{SHOWN} svg.graph.wide g.first")
    first.wait_for()
    assert first.locator(".head").text_content() == "a"
    assert (
        page.locator(f"{SHOWN} .status").inner_text().startswith("✕ Departs first: a.grad: -1.41")
    )
    assert "Likely mistake: assign-not-accumulate." in page.locator(f"{SHOWN} .status").inner_text()
    style = "e => [getComputedStyle(e).stroke, getComputedStyle(e).strokeDasharray]"
    red, dashes = page.locator(f"{SHOWN} svg.graph.wide path.red").first.evaluate(style)
    assert red == first.locator("rect").evaluate(style)[0] == "rgb(179, 55, 47)"
    assert dashes != "none"  # not by colour alone


def test_backward_is_watched_write_by_write_with_the_keys_alone(page: "Page") -> None:
    show(page, "expression")
    page.locator(f"{SHOWN} .stepper input").focus()
    said, a = (
        page.locator(f"{SHOWN} .stepper output"),
        page.locator(f"{SHOWN} svg.graph.wide g").first,
    )
    page.keyboard.press("ArrowLeft")
    assert said.inner_text() == "5 of 6: a.grad was 0.94, is now -1.41"
    assert "grad -1.41" in a.text_content()
    page.keyboard.press("ArrowLeft")
    assert said.inner_text() == "4 of 6: a.grad is now 0.94"
    assert a.get_attribute("class") == "first now waiting"
    page.keyboard.press("Home")
    assert "grad 0" in a.text_content()
    page.keyboard.press("End")
    assert "grad -1.41002 ✕" in a.text_content()


def test_backward_of_arrays_is_watched_write_by_write(page: "Page") -> None:
    page.evaluate("location.hash = 'demo-arrays'")
    page.reload()  # at its defaults, with no answer on its way
    page.wait_for_selector("#demo-arrays:not(.away):not(.unasked)")
    page.locator(f"{SHOWN} .stepper input").focus()
    said = page.locator(f"{SHOWN} .stepper output")
    grads = {
        form: page.locator(f"{SHOWN} svg.{form} [data-node='2'] .grad") for form in ("wide", "tall")
    }
    page.keyboard.press("Home")
    assert said.inner_text() == "before backward: there is no gradient yet"
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        assert [each.all_text_contents() for each in grads.values()] == [["grad none", ""]] * 2
    page.keyboard.press("ArrowRight")
    rows = ["grad   0.42 0.28 0.00987", "     0.0707    1    0.94"]
    assert [each.all_text_contents() for each in grads.values()] == [rows, rows]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert said.inner_text() == (
        "5 of 5: b.grad is now [0.4906 1.28 0.9499]; what came had the shape (2, 3), and "
        "unbroadcast summed it: [[0.42 0.2804 0.009866] [0.07065 1 0.94]]"
    )


def test_all_is_reached_with_the_keys_alone(page: "Page") -> None:
    page.evaluate("location.hash = ''")
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the demo"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the second demo
    page.wait_for_selector("#demo-tangent:not(.away):not(.unasked)")
    assert page.evaluate("document.activeElement.id") == "title-tangent"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "control-tangent-x"
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{SHOWN} .status >> text=at x = 1.1 the slope is 2.2")
    assert page.locator(f"{SHOWN} .tangent, {SHOWN} output").first.inner_text() == "1.1"
    assert page.evaluate("document.activeElement.id") == "control-tangent-x"
    assert page.locator(".demo-nav [aria-current]").inner_text().startswith("The tangent")


def test_what_was_open_stays_open(page: "Page") -> None:
    show(page, "tangent")
    table = page.locator(f"{SHOWN} details").first
    table.locator("summary").click()
    page.locator("#control-tangent-x").fill("0.5")
    page.wait_for_selector(f"{SHOWN} .status >> text=at x = 0.5")
    assert table.get_attribute("open") is not None


def test_a_wrong_expression_is_a_sentence(page: "Page") -> None:
    show(page, "expression")
    page.fill("#control-expression-expression", "a +* b")
    page.wait_for_selector(f"{SHOWN} .problem")
    page.fill("#control-expression-expression", "a + b")
    page.wait_for_selector(f"{SHOWN} svg.graph.wide")
    assert page.locator(f"{SHOWN} .problem").count() == 0


def left_in_session(pid: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [each for each in pids if _session(each) == pid]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def test_a_page_outlives_its_server_and_goes_on_with_the_next(
    browser: "Browser", tmp_path: Path
) -> None:
    shutil.copy(ROOT / "solutions/m1_scalar_autograd/engine.py", tmp_path)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as cache:
        env = {"TMPDIR": scratch, "XDG_CACHE_HOME": cache}
        first = Explore(tmp_path, "--no-browser", **env)
        page = browser.new_page()
        page.goto(f"{first.address}#demo-expression")
        page.wait_for_selector(f"{SHOWN} svg.graph.wide")
        said = first.end()
        assert (
            said
            == "\nautograder: stopped; a page that is still open goes on when you start explore again\n"
        )
        assert list(Path(scratch).iterdir()) == []
        assert left_in_session(first.process.pid) == []
        page.wait_for_selector(".connection.off >> text=The server has ended")
        page.fill("#control-expression-expression", "a*a")
        page.wait_for_selector(f"{SHOWN}.stale")
        second = Explore(tmp_path, "--no-browser", **env)
        assert second.address == first.address
        page.wait_for_selector(".connection.on >> text=Connected to your code")
        page.wait_for_selector(f"{SHOWN}:not(.stale) figcaption >> text=a*a")
        third = Explore(tmp_path, "--no-browser", **env)  # beside it
        assert third.address != second.address
        page.close()
        second.end()
        third.end()


@pytest.fixture(scope="module")
def recording(stage: Playground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All demos, those that train for long with one answer alone."""
    file = tmp_path_factory.mktemp("recording") / "page.html"
    slow = ("training", "classifier", "attention")
    records = [
        {"demo": demo.id, "answers": [{"settings": read_settings(demo, {}), "answer": found}]}
        if demo.id in slow and (found := answer(demo.id, {}, stage))
        else record(demo, stage)
        for demo in DEMOS
    ]
    file.write_text(recorded_page("my-network", records))
    return file


def open_recording(
    browser: "Browser", file: Path, **options: Any
) -> "tuple[Page, list[str], list[str]]":
    page = browser.new_page(**options)
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    return page, problems, [url for url in requests if not url.startswith("data:")]


def test_a_recording_replays_what_the_engine_said_without_a_network(
    browser: "Browser", recording: Path, stage: Playground
) -> None:
    page, problems, requests = open_recording(browser, recording)
    show(page, "neuron")
    page.fill("#control-neuron-w1", "0")  # the smallest that was recorded
    assert_shows(page, "neuron", answer("neuron", {"w1": -2.0}, stage))
    assert page.locator(f"{SHOWN} output").first.inner_text() == "-2"
    show(page, "expression")
    page.select_option("#control-expression-expression", "a*a + a")
    assert_shows(page, "expression", answer("expression", {"expression": "a*a + a"}, stage))
    show(page, "window")
    page.fill("#control-window-stride", "1")  # the second that was recorded, with its padding
    page.wait_for_selector(f"{SHOWN} .status >> text=window 0 of 9")
    found = answer("window", {"stride": 2, "padding": 1, "window": 0}, stage)
    assert_shows(page, "window", found)
    assert page.locator(f"{SHOWN} output").all_inner_texts() == ["2", "1", "0"]
    assert (problems, requests) == ([], [recording.as_uri()])
    page.close()


def test_without_a_script_the_defaults_stand_there(
    browser: "Browser", recording: Path, stage: Playground
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(recording.as_uri())
    for demo in DEMOS:
        assert page.locator(f"#demo-{demo.id} .panels").is_visible()
    assert_shows(page, "expression", answer("expression", {}, stage))
    assert page.locator("fieldset[disabled]").count() == len(DEMOS)
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "dark"), (390, "light"), (1200, "dark")], ids=str
)
def test_every_demo_fits_and_has_words(
    browser: "Browser", recording: Path, scheme: str, width: int
) -> None:
    page, problems, _ = open_recording(
        browser, recording, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    for demo in DEMOS:
        show(page, demo.id)
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, demo.id
        assert page.evaluate(UNNAMED) == [], demo.id
        assert page.evaluate(DRAWN) == [], demo.id
        page.wait_for_function(f"{UNTOLD}.length === 0")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert problems == []
    page.close()


DRAWN = """[...document.querySelectorAll('.demo:not(.away) :is(.graph-panel, .network-panel) > .scroll')]
  .filter(e => e.scrollWidth > e.clientWidth || [...e.children].filter(svg => svg.clientWidth).length !== 1)
  .map(e => [e.getAttribute('aria-label'), e.scrollWidth, e.clientWidth])"""  # wider than the page, or twice
UNTOLD = """[...document.querySelectorAll('.demo:not(.away) .scroll')]
  .filter(e => e.scrollWidth > e.clientWidth + 1
    && !(e.hasAttribute('data-more') && e.tabIndex === 0 && e.getAttribute('aria-label')))"""
UNNAMED = """[...document.querySelectorAll('.demo:not(.away) :is(input, select, svg, table, button)')]
  .filter(e => !(e.labels?.length || e.textContent.trim() && e.matches('button, table')
    || e.getAttribute('aria-label') && e.getAttribute('role') === 'img' || e.closest('[aria-hidden], svg svg')))
  .map(e => e.outerHTML.slice(0, 99))"""  # controls without a label, drawings without words


def test_print_shows_all_demos_and_no_buttons(browser: "Browser", recording: Path) -> None:
    page, _, _ = open_recording(browser, recording)
    page.emulate_media(media="print")
    assert page.locator(".demo").count() == len(DEMOS)
    assert all(page.locator(f"#demo-{demo.id}").is_visible() for demo in DEMOS)
    assert not page.locator(".demo-nav").is_visible()
    assert page.locator(".stepper:visible, button:visible").count() == 0
    page.close()


def test_nothing_moves_by_itself_where_motion_is_not_wanted(
    browser: "Browser", recording: Path
) -> None:
    page, _, _ = open_recording(browser, recording, reduced_motion="reduce")
    moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) || getComputedStyle(e).animationName !== 'none').length"
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0
    page.close()


def test_the_nearest_record_has_what_was_chosen(browser: "Browser", recording: Path) -> None:
    page, _, _ = open_recording(browser, recording)
    answers = [{"settings": {"x": x, "c": c}} for x, c in ((1, "p"), (2, "p"), (3, "q"))]
    nearest = "([answers, settings, changed]) => nearestAnswer(answers, settings, changed).settings"
    for settings, changed, wanted in (
        ({"x": 2, "c": "q"}, "c", {"x": 3, "c": "q"}),
        ({"x": 2, "c": "q"}, "x", {"x": 2, "c": "p"}),
        ({"x": 1, "c": "p"}, None, {"x": 1, "c": "p"}),
    ):
        assert page.evaluate(nearest, [answers, settings, changed]) == wanted
    page.close()


def test_without_a_browser_the_address_is_printed(tmp_path: Path) -> None:
    explore = Explore(tmp_path, "tangent", XDG_CACHE_HOME=str(tmp_path / "cache"), **NO_BROWSER)
    assert explore.address.endswith("/#demo-tangent")
    assert explore.process.stdout
    lines = [explore.process.stdout.readline() for _ in range(2)]
    assert lines[1] == "there is no browser here: open that address in one of this machine\n"
    explore.end()


def test_the_browser_is_shown_the_address(tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text(
        f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown.part"\nmv "{tmp_path}/shown.part" "{tmp_path}/shown"\n'
    )
    program.chmod(0o755)
    explore = Explore(tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"), BROWSER=str(program))
    end = time.monotonic() + LONG
    while not (tmp_path / "shown").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (tmp_path / "shown").read_text() == explore.address
    explore.end()


def test_a_recording_is_one_file(tmp_path: Path) -> None:
    shutil.copy(ROOT / "solutions/m1_scalar_autograd/engine.py", tmp_path)
    file = tmp_path / "page.html"
    result = autograder("explore", "--export", file, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    size = file.stat().st_size
    assert result.stdout == f"{file}: 5 demos, {size // 1000} kB; it needs nothing but a browser\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["engine.py", "page.html"]
