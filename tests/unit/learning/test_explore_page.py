"""The page of demos as HTML: every number of a panel stands there, and only its own script may run."""

import base64
import gzip
import html
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.learning import panels
from autograder.learning.demos import DEMOS, answer, find_demo, open_stage, record
from autograder.learning.explore.drawings import draw_answer
from autograder.learning.explore.numbers import exact_text, short_text, text_rows
from autograder.learning.explore.page import (
    hash_source,
    live_page,
    recorded_page,
    report_demos,
    script_of,
)
from autograder.learning.playground import Playground
from tests.implementations import ROOT
from tests.shown_numbers import numbers_of, numbers_shown

OVERWRITES = (ROOT / "tests/classroom/noah-overwrites-grads/engine.py").read_text()
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e"


@pytest.fixture(scope="module")
def stage(course: Course, reference: Path) -> Iterator[Playground]:
    with open_stage(reference, course) as opened:
        yield opened


@pytest.fixture(scope="module")
def wrong(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "engine.py").write_text(OVERWRITES)
    with open_stage(folder, course) as opened:
        yield opened


def drawn(found: Any) -> str:
    return draw_answer(found)["panels"]


def answered(*shown: Any, sentence: str = "", problem: Any = None) -> Any:
    return {"panels": list(shown), "problem": problem, "sentence": sentence, "next": None}


@pytest.mark.parametrize("demo", [demo.id for demo in DEMOS])
def test_tables_hold_every_number(stage: Playground, demo: str) -> None:
    found = answer(demo, {}, stage)
    shown, wanted = numbers_shown(drawn(found)), numbers_of(found)
    assert len(wanted) > 3
    assert len(shown) == len(wanted)
    for got, number in zip(shown, wanted, strict=True):
        assert got == number or abs(got - number) <= 1e-6 * max(1.0, abs(number))


def test_numbers_as_text() -> None:
    assert exact_text(0.123456789) == "0.1234568"
    assert exact_text([[1.0, -0.0], [math.pi, None]]) == "[[1, 0], [3.141593, none]]"
    assert [short_text(value) for value in (2 / 3, "nan", None)] == ["0.6667", "nan", "none"]
    assert text_rows([[1.0, -0.25], [10.0, 2.0]]) == [" 1 -0.25", "10     2"]
    assert text_rows([[[1.0]], [[2.0]]]) == ["1", "2"]
    assert text_rows([]) == [""]


def in_drawing(form: str, pattern: str, page: str) -> list[str]:
    """Return what stands in the drawing for a wide page, or in the tall one for a narrow page."""
    (drawing,) = re.findall(rf'<svg class="\w+ {form} .*?</svg>', page, re.DOTALL)
    return re.findall(pattern, drawing)


def test_the_first_departure_is_red_crossed_and_named_beside_the_right_number(
    wrong: Playground,
) -> None:
    found = answer("expression", {}, wrong)
    page = drawn(found)
    first, stacked = (
        in_drawing(form, '<g class="first".*?</g>', page) for form in ("wide", "tall")
    )
    assert re.findall("<text.*?</text>", first[0]) == re.findall("<text.*?</text>", stacked[0])
    (first,) = first
    assert '<text class="head" x="10" y="19">a</text>' in first
    assert re.findall(r'<text class="grad wrong"[^>]*>grad (\S+) ✕</text>', first) == ["-1.41002"]
    assert re.findall(r'<text class="right"[^>]*>right (\S+)</text>', first) == ["-0.470007"]
    for form in ("wide", "tall"):
        assert len(in_drawing(form, 'class="red"', page)) == 2  # a is used twice
    status = draw_answer(found)["status"]
    assert "✕ Departs first:" in status
    assert "Likely mistake: assign-not-accumulate" in status
    assert "the first that departs is a" in page
    writes = json.loads(html.unescape(re.findall(r'data-writes="([^"]*)"', page)[0]))
    told = [sentence for node, _, sentence in writes if node == 0]
    assert told == ["4 of 6: a.grad is now 0.94", "5 of 6: a.grad was 0.94, is now -1.41"]


def test_what_departs_in_forward_is_red_towards_it() -> None:
    numbers = (("a", "", (), 2.0, 1.0), ("", "exp", (0,), 3.0, 1.0))
    nodes = [
        {**panels.make_node(name, op, below, (data, 1.0), (data, grad)), "order": k}
        for k, (name, op, below, data, grad) in enumerate(numbers)
    ]
    nodes[1]["right_data"] = 7.0
    page = drawn(answered(panels.graph_panel("e", nodes)))
    assert len(in_drawing("tall", 'class="red"', page)) == 1
    (first,) = in_drawing("tall", '<g class="first".*?</g>', page)
    assert "data 3 ✕" in first
    assert "right 7" in first


def test_curves_that_part_are_crossed_and_gaps_stay_gaps() -> None:
    series = {"yours": [1.0, None, 9.0], "right": [1.0, 2.0, 3.0]}
    shown = panels.curve_panel("loss", [0.0, 1.0, 2.0], series, compared=("yours", "right"))
    page = drawn(answered(shown))
    assert 'class="yours departs" d="M62 ' in page
    assert re.findall(r'class="yours departs" d="(.*?)"', page)[0].count("M") == 2
    assert 'class="cross"' in page
    assert "✕ where they part" in page
    assert "they part at 1" in page
    assert '<span class="value">none</span>' in page


def test_a_line_that_explodes_does_not_flatten_the_right_one() -> None:
    series = {"yours": [1.0, 1e300, "inf"], "right": [1.0, 2.0, 3.0]}
    page = drawn(answered(panels.curve_panel("loss", [0.0, 1.0, 2.0], series)))
    assert {"1", "2", "3"} <= {*re.findall(r'text-anchor="end">([^<]*)<', page)}


def test_cells_that_depart_are_crossed_masked_and_lit_ones_marked() -> None:
    shown = panels.matrix_panel(
        "m", (["a", "b"], ["c", "d"]), [[1.0, 0.5], [2.0, 0.0]], [[1.0, 0.0], [2.0, 0.0]],
        [[False, True], [False, False]], [(1, 0)],
    )  # fmt: skip
    page = drawn(answered(shown))
    cells = dict(re.findall(r'<td class="(h[^"]*)">(.*?)</td>', page))
    assert cells["h2 masked first"] == '✕ 0.5<br><span class="right">right 0</span>'
    assert cells["h8 lit"] == "2.00"
    assert "All digits" in page


def test_a_unit_that_departs_is_crossed() -> None:
    shown = panels.network_panel(
        "n", [[1.0], [0.5]], [[1.0], [0.25]], [[[2.0, 0.0]]], ["in", "out"]
    )
    page = drawn(answered(shown))
    assert re.findall(r'<g class="first".*?</g>', page)[0].count("✕") == 1
    assert "right 0.25" in page
    assert "the first that departs is out 0" in page


def test_what_a_learner_wrote_is_text() -> None:
    trouble = {"message": HOSTILE, "place": HOSTILE, "check": HOSTILE}
    matrix = panels.matrix_panel(HOSTILE, ([HOSTILE], [HOSTILE]), [[1.0]])
    curve = panels.curve_panel(HOSTILE, [0.0], {HOSTILE: [1.0]}, (HOSTILE, HOSTILE))
    node = {**panels.make_node(HOSTILE, HOSTILE, (), (1.0, 1.0), (1.0, 1.0)), "order": 0}
    graph = panels.graph_panel(HOSTILE, [node], [(0, 1.0)])
    found = answered(matrix, curve, graph, sentence=HOSTILE, problem=trouble)
    pieces = draw_answer(found)
    page = recorded_page(HOSTILE, [{"demo": "arrays", "answers": [recorded(found)]}])
    for text in (*pieces.values(), page):
        assert "<img" not in text
        assert "\u202e" not in text
    assert page.count("</script>") == 2  # its record's end and its own


def recorded(found: Any) -> Any:
    (program,) = find_demo("arrays").controls
    return {"settings": {program.name: program.default}, "answer": found}


def packed(page: str) -> list[Any]:
    records = re.findall(r'<script type="text/plain" class="record">(.*?)</script>', page)
    return [json.loads(gzip.decompress(base64.b64decode(each))) for each in records]


def test_a_record_offers_its_values_alone(stage: Playground) -> None:
    page = recorded_page("ada", [record(find_demo("window"), stage)])
    (answers,) = packed(page)
    assert {one["settings"]["stride"] for one in answers} == {1.0, 2.0}
    assert "kernel" not in answers[0]["settings"]
    assert '<p class="control fixed">kernel <span>3</span></p>' in page
    values = json.loads(
        html.unescape(re.findall(r'id="control-window-stride".*?data-values="(.*?)"', page)[0])
    )
    assert values == [1.0, 2.0]
    assert answers[0]["panels"] in page  # what stands there without a script


def test_pages_allow_their_own_script_and_nothing_else() -> None:
    page = live_page("ada")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    scripts, styles = (
        re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL) for tag in ("script", "style")
    )
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {hash_source(scripts[0])};" in policy
    assert f"style-src {hash_source(styles[0])};" in policy
    assert "connect-src 'self'" in policy
    assert "connect-src" not in recorded_page(
        "ada", [{"demo": "arrays", "answers": [recorded(answered())]}]
    )
    assert len(page.encode()) < 60_000
    assert not re.findall(r'(?:src|href)="(?!data:,|#)', page)
    assert len(re.findall(r'<section class="demo"', page)) == len(DEMOS)


def test_a_hash_is_that_of_the_standard() -> None:
    """The example of the policy's specification (CSP 3, section 5.2)."""
    assert (
        hash_source("alert('Hello, world.');")
        == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    )


def test_every_file_of_the_page_is_in_it() -> None:
    for file in (ROOT / "autograder/templates/explore").iterdir():
        page = live_page("ada") if file.name != "recorded.js" else script_of("recorded")
        assert file.read_text() in page, file.name


def test_scripts_are_small_and_ask_nothing_but_their_server() -> None:
    for mode in ("live", "recorded"):
        script = script_of(mode)
        assert len(script) < 12_000
        assert "eval" not in script
        assert "http" not in script
    assert "fetch(" not in script_of("recorded")


def test_a_report_without_an_engine_has_no_demos_and_no_script() -> None:
    assert report_demos([]) is None
