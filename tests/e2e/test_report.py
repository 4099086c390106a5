"""The pages that commands write, opened in a browser: no network, and words for pictures."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.course import load_course
from autograder.learning.demos import DEMOS
from autograder.reports.page import write_class_page
from autograder.score import Outcome
from autograder.templates import hash_source
from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, autograder, one_line
from tests.implementations import write_reference
from tests.unit.reports.test_class import check, score

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME = 'ada <b>"&'
SHORT = """
import sys
from autograder.cli import app
from autograder.course import load_course
from autograder.learning import portfolio
from tests.mutants.mutants import short
usual, checks = portfolio.learner_settings, frozenset().union(*map(short, load_course().milestones))
portfolio.learner_settings = lambda course, profile, only: usual(course, profile, checks)
app.main(sys.argv[1:])
"""  # without the checks that train for long
CHECKPOINTS = SHORT.replace("frozenset().union(*map(short, load_course().milestones))", repr(
    frozenset(f"c.{name}" for name in (
        "underfit", "fit", "overfit", "explain", "explain_noisy", "explain_finite",
        "tune", "tune_again", "decide", "decide_spread",
    ))
))  # fmt: skip
NO_BROWSER = dict.fromkeys(("BROWSER", "DISPLAY", "PATH", "TERM", "WAYLAND_DISPLAY"), "")


@pytest.fixture(scope="module")
def written(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the reference, with one mistake that brings a hostile message."""
    folder = tmp_path_factory.mktemp("report") / NAME
    shutil.copytree(reference, folder)
    (folder / "handouts").mkdir()
    engine = (folder / "engine.py").read_text()
    bad = 'raise ValueError("<img src=x onerror=alert(1)>")'
    broken = engine.replace("def sigmoid(self)", f"def sigmoid(self): {bad}\n    def unused(self)")
    assert broken != engine
    (folder / "engine.py").write_text(broken)
    command = [sys.executable, "-c", SHORT, "report"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert " public points; open it in a browser" in result.stdout
    assert (folder / "progress.json").exists()
    return folder / "report.html"


def opened(
    browser: "Browser", file: Path, **options: object
) -> "tuple[Page, list[str], list[str]]":
    page = browser.new_page(**options)  # type: ignore[arg-type]
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    return page, problems, [url for url in requests if not url.startswith("data:")]


def test_it_opens_without_errors_and_without_a_network(browser: "Browser", written: Path) -> None:
    page, problems, requests = opened(browser, written)
    assert problems == []
    assert requests == [written.as_uri()]
    assert page.locator("h1").inner_text() == NAME
    assert page.locator("script:not(.record)").count() == 1  # that of the demos
    assert page.locator("img[src='x']").count() == 0
    headings = page.locator("h2").all_inner_texts()
    for wanted in ("Milestones", "Gradient check", "Loss curves", "Handwritten digits",
                   "Decision boundaries", "A computation graph of this engine",
                   "What the language model writes", "Time and memory", "Environment"):  # fmt: skip
        assert wanted in headings
    assert page.locator("section:has(#milestones) details").count() == len(load_course().milestones)
    assert page.locator("section:has(#gradients) tbody tr").count() > 60
    assert page.locator(".confusion tbody tr").count() == 10
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    page.close()


def test_every_picture_has_words(browser: "Browser", written: Path) -> None:
    page, _, _ = opened(browser, written)
    images = page.evaluate("[...document.images].map(e => [e.alt, e.naturalWidth])")
    assert images
    assert all(re.fullmatch(r"a \d taken for a \d, \d+% sure", alt) for alt, _ in images)
    assert {width for _, width in images} == {8}
    pictures = page.evaluate(
        "[...document.querySelectorAll('svg')].filter(e => !e.closest('.demos')).map("
        "e => [e.getAttribute('role'), e.getAttribute('aria-label')])"
    )
    assert [role for role, _ in pictures] == ["img"] * 5
    told = " ".join(label for _, label in pictures)
    assert "; digits (milestone 4): from " in told
    assert "Loss curves. two moons, scalar network (milestone 2): from " in told
    assert "Decision boundary of 2 classes. Two moons: " in told
    assert "Decision boundary of 3 classes. Spiral: " in told
    assert "each with data and gradient" in told
    page.close()


def test_the_graph_is_the_learners(browser: "Browser", written: Path) -> None:
    page, _, _ = opened(browser, written)
    section = page.locator("section:has(#graph)")
    boxes = section.locator("svg g").all_text_contents()
    assert any("data 0.5" in box and "grad" in box and box.strip().startswith("a") for box in boxes)
    rows = section.locator("tbody tr").all_text_contents()
    assert len(rows) == len(boxes)
    assert any(row.startswith("out+") and row.endswith("1") for row in rows)
    page.close()


def test_demos_are_played_in_the_report_by_the_one_script_that_may_run(
    browser: "Browser", written: Path
) -> None:
    page, problems, requests = opened(browser, written)
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content")
    script = page.locator("script:not(.record)").text_content()
    assert f"script-src {hash_source(script or '')};" in (policy or "")
    assert page.locator(".demo").count() == len(DEMOS)
    assert page.locator(".demo:visible").count() == 1
    page.click(".demo-nav >> text=The graph of an expression")
    page.select_option("#control-expression-expression", "a*a + a")
    page.wait_for_selector("#demo-expression figcaption >> text=a*a + a")
    assert page.locator("#demo-expression svg.graph.wide g").count() == 3
    page.evaluate("document.body.append(document.createElement('script'))")
    page.evaluate("document.body.lastChild.textContent = 'window.ran = 1'")
    assert page.evaluate("window.ran") is None
    assert ["script-src" in problem for problem in problems] in ([True], [])
    assert requests == [written.as_uri()]
    assert written.stat().st_size < 900_000
    page.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the reference up to the checkpoints."""
    course = load_course()
    folder = write_reference(
        course.steps_to(course.part("c")), tmp_path_factory.mktemp("checkpoints")
    )
    command = [sys.executable, "-c", CHECKPOINTS, "report"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return folder / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_checkpoints_are_shown_in_words_and_fit(
    browser: "Browser", shown: Path, scheme: str, width: int
) -> None:
    page, problems, requests = opened(
        browser, shown, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    assert (problems, requests) == ([], [shown.as_uri()])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    section = page.locator("section:has(#checkpoints)")
    figures = section.locator("figure")
    said = figures.locator("figcaption").all_inner_texts()
    for caption, regime in zip(said, ("underfit", "fit", "overfit"), strict=False):
        assert caption.startswith(f'{regime.capitalize()}: explain says "{regime}". Loss at the')
    assert re.match(
        r'decide says "no difference"\. .* 3 seeds .*: baseline [\d.]+ ± [\d.]+, L2 .*, cosine ',
        said[3],
    )
    labels = [figures.nth(k).locator("svg").get_attribute("aria-label") for k in range(4)]
    starts = ["Loss curves. "] * 3 + ["Tuning: "]
    assert labels == [start + caption for start, caption in zip(starts, said, strict=True)]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    widths = [figures.nth(k).bounding_box()["width"] for k in range(4)]  # type: ignore[index]
    assert min(widths) > 250
    tops = {figures.nth(k).bounding_box()["y"] for k in range(3)}  # type: ignore[index]
    assert len(tops) == (3 if width == 390 else 1)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1100])
def test_light_and_dark_wide_and_narrow(
    browser: "Browser", written: Path, scheme: str, width: int
) -> None:
    page, problems, _ = opened(
        browser, written, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    assert problems == []
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    back, ink = page.evaluate(
        "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
    )
    levels = [sum(map(int, re.findall(r"\d+", colour)[:3])) / 3 for colour in (back, ink)]
    assert (
        (levels[0] > 200 and levels[1] < 60)
        if scheme == "light"
        else (levels[0] < 60 and levels[1] > 200)
    )
    page.close()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two, one with a long name that has no place to break."""
    folder = tmp_path_factory.mktemp("class")
    for name in ("noah-overwrites-grads", "linus half done"):
        shutil.copytree(ROOT / "tests/classroom" / name, folder / "in" / f"{name}{'x' * 60}")
    result = autograder("grade", "in", "--out", "out", "--milestone", "m1", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder / "out"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_class_and_feedback_fit_phone_and_desk(
    browser: "Browser", graded: Path, scheme: str, width: int
) -> None:
    files = [graded / "index.html", *(graded / "feedback").iterdir()]
    assert len(files) == 3
    for file in files:
        page, problems, requests = opened(
            browser, file, color_scheme=scheme, viewport={"width": width, "height": 800}
        )
        assert (problems, requests) == ([], [file.as_uri()])
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("svg:not([aria-label]), meter:not([aria-label])").count() == 0
        page.close()


def test_the_class_on_a_phone_needs_no_sideways_scroll_but_for_the_map(
    browser: "Browser", graded: Path
) -> None:
    page, _, _ = opened(browser, graded / "index.html", viewport={"width": 390, "height": 800})
    wide = "e => e.scrollWidth > e.clientWidth + 1"
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    tables = page.locator("div.scroll:has(table.stack)")
    assert tables.count() == 3
    assert [tables.nth(place).evaluate(wide) for place in range(3)] == [False, False, False]
    tallest = "Math.max(...[...document.querySelectorAll('.stack tr')].map(e => e.offsetHeight))"
    assert page.evaluate(tallest) < 250
    page.close()


@pytest.mark.parametrize("width", [700, 940, 1200])
def test_a_class_of_six_milestones_fits_a_desk(
    browser: "Browser", tmp_path: Path, width: int
) -> None:
    ids = [f"m{number}.{status}" for number in range(1, 7) for status in ("passed", "failed")]
    checks = [check(id, id.partition(".")[2], 50.0) for id in ids]
    mixed = [*checks, *(check(f"m6.{end}", end, 0.0) for end in ("missing", "blocked", "timeout"))]
    whole = score("noah-overwrites-gradients", mixed)
    write_class_page([Outcome("noah-overwrites-gradients", whole)], tmp_path / "index.html")
    page, _, _ = opened(browser, tmp_path / "index.html", viewport={"width": width, "height": 800})
    over = "[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth)"
    assert max(page.evaluate(over)) <= 1
    page.close()


def test_what_a_submission_says_is_text(written: Path) -> None:
    page = written.read_text()
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "ada &lt;b&gt;&#34;&amp;" in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page)
    assert str(written.parent) not in page


def test_the_report_of_a_beginning_says_what_is_not_there(tmp_path: Path) -> None:
    shutil.copy(ROOT / "assignments/m1_scalar_autograd/engine.py", tmp_path)
    result = autograder("report", "--out", "page.html", "--open", cwd=tmp_path, **NO_BROWSER)
    assert result.returncode == 1
    assert result.stderr == (
        "autograder: there is no browser here to open page.html; copy it to where there is one\n"
    )
    page = (tmp_path / "page.html").read_text()
    assert "Not there yet" in page
    assert "computation graph" in page
    assert "not implemented yet: milestone 1: Value.__mul__" in page
    assert "NotImplementedError" not in page.partition('id="absent"')[2]
    assert 'id="graph"' not in page
    assert "<script" not in page
    assert "script-src" not in page
    assert 'id="checkpoints"' not in page
    assert "tuning" not in page.partition('id="absent"')[2]


def test_only_what_passed_has_a_time(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(REFERENCE)
    autograder("report", cwd=tmp_path)
    page = (tmp_path / "report.html").read_text()
    table = page.partition('id="time"')[2].partition("</table>")[0]
    timed = re.findall(r"<code>(.*?)</code>", table)
    assert len(timed) == 8
    assert {id[:3] for id in timed} == {"m1."}
    assert "Checked at" in page
    assert "Graded at" not in page


def test_open_shows_the_page_in_the_browser(tmp_path: Path) -> None:
    """What BROWSER names is a browser that may do anything: here it writes down what it is shown."""
    (tmp_path / "engine.py").write_text("")
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown"\n')
    program.chmod(0o755)
    result = autograder("report", "--open", cwd=tmp_path, BROWSER=str(program))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "shown").read_text() == (tmp_path / "report.html").resolve().as_uri()


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("")
    told = autograder("report", "--out", "/proc/nowhere/report.html", cwd=tmp_path)
    assert "cannot write /proc/nowhere/report.html" in one_line(told, 1)
    nowhere = autograder("report", "--submission", tmp_path / "nowhere")
    assert "there is no folder" in one_line(nowhere, 2)
