"""The page to play with in German: its own words, its controls, what a demo says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.learning.demos import answer, open_stage
from autograder.learning.explore.drawings import draw_answer
from autograder.learning.explore.page import live_page, script_of
from autograder.learning.playground import Playground


@pytest.fixture(scope="module")
def stage(course: Course, reference: Path) -> Iterator[Playground]:
    with open_stage(reference, course) as opened:
        yield opened


@pytest.mark.usefixtures("german")
def test_the_page_is_german() -> None:
    page = live_page("ada")
    assert '<html lang="de">' in page
    for said in (
        "<title>ada: zum Ausprobieren</title>",
        '<p class="idea">Verschiebe ein Gewicht: ',
        ">Eingabe x1</label>",
        '<option value="the first that departs" selected>das erste, das abweicht</option>',
        "<option selected>tanh</option>",
        "&#34;play&#34;: &#34;abspielen&#34;",
    ):
        assert said in page
    assert "Jede Zahl stammt vom Code in ada; " in page


@pytest.mark.usefixtures("german")
def test_an_answer_is_german(stage: Playground) -> None:
    drawn = draw_answer(answer("tangent", {}, stage))
    assert "bei x = 1 ist die Steigung 2" in drawn["status"]
    assert "<figcaption>die Tangente von x^2</figcaption>" in drawn["panels"]
    assert re.search(r"</svg> deine Tangente</li>", drawn["panels"])
    assert '<path class="yours"' in drawn["panels"]
    assert "<summary>Als Tabelle</summary>" in drawn["panels"]


@pytest.mark.parametrize("mode", ["live", "recorded"])
def test_its_scripts_have_no_sentence_of_their_own(mode: str) -> None:
    script = script_of(mode)  # type: ignore[arg-type]
    for word in ("The server", '"play"', '"stop"', "write by write"):
        assert word not in script
