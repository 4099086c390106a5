"""nbgrader on notebooks as students hand them in: cells deleted, copied, unmarked, hostile."""

import copy
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config, PyFileConfigLoader

from autograder.cli import export
from autograder.exchange.nbgrader_pages import sanitize
from autograder.score import write_score
from tests.conftest import ROOT, Judge
from tests.e2e.test_nbgrader import by_cell, hand_in, nbgrader, points
from tests.mutants.mutants import EVERY_CHECK

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Cells = list[NotebookNode]
NEW = nbformat.v4


def name_of(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def find(cells: Cells, name: str) -> NotebookNode:
    return next(cell for cell in cells if name_of(cell) == name)


def without_a_test(book: NotebookNode) -> None:
    """And with the same id in all cells, as copies once had it."""
    book.cells = [cell for cell in book.cells if name_of(cell) != "m1-add"]
    for cell in book.cells:
        cell["id"] = "same"


def without_any_graded_or_given_cell(book: NotebookNode) -> None:
    """Without the imports too, which everybody gets."""
    book.cells = [cell for cell in book.cells if cell.metadata.nbgrader.solution]


def without_an_answer(book: NotebookNode) -> None:
    book.cells = [cell for cell in book.cells if name_of(cell) != "cell-05"]


def with_copies(book: NotebookNode) -> None:
    """A graded cell twice, and an answer: the one that runs last counts, as it does in Jupyter."""
    graded, answer = (copy.deepcopy(find(book.cells, name)) for name in ("m1-add", "cell-05"))
    find(book.cells, "cell-05").source = "def numerical_gradient(): ..."
    book.cells += [graded, answer]


def with_an_answer_in_a_copy(book: NotebookNode) -> None:
    """The answer stands in a copy of a graded cell, and nowhere else."""
    answer = find(book.cells, "cell-05")
    held = copy.deepcopy(find(book.cells, "m1-add"))
    held.source, answer.source = answer.source, ""
    book.cells.append(held)


def with_other_types(book: NotebookNode) -> None:
    """And with what is graded first, from the last to the first."""
    for name in ("m1-add", "m1-exp", "cell-03"):
        place = book.cells.index(find(book.cells, name))
        old = book.cells[place]
        make = NEW.new_raw_cell if name == "m1-exp" else NEW.new_markdown_cell
        book.cells[place] = make(old.source, metadata=old.metadata)
    graded = [cell for cell in book.cells if cell.metadata.nbgrader.grade]
    rest = [cell for cell in book.cells if not cell.metadata.nbgrader.grade]
    book.cells = [*reversed(graded), *rest]


def without_marks(book: NotebookNode) -> None:
    """As Colab does, which keeps a cell's id in metadata of its own."""
    for number, cell in enumerate(book.cells):
        cell.metadata = NotebookNode(id=f"x{number}")
        del cell["id"]
    book.nbformat_minor = 0
    book.metadata = NotebookNode(colab={"provenance": []})


def with_false_marks(book: NotebookNode) -> None:
    """Points, names, versions and marks that the source does not have."""
    graded = find(book.cells, "m1-add")
    graded.metadata.nbgrader.update(points=1000, grade=False, schema_version=99)
    find(book.cells, "m1-exp").metadata.nbgrader = "m1-exp"
    find(book.cells, "m1-mul").metadata.nbgrader.pop("grade")
    marks = {"grade": True, "grade_id": "bonus", "points": 500, "locked": False}
    book.cells.append(NEW.new_code_cell("1", metadata={"nbgrader": marks}))
    book.cells.append(NEW.new_code_cell("1", metadata={"nbgrader": {"grade_id": ["x"]}}))


CHANGED: dict[str, tuple[Callable[[NotebookNode], None], str]] = {  # student: change, note
    "no-test": (without_a_test, "Cell m1-add was missing, and put back as the source has it."),
    "only-answers": (without_any_graded_or_given_cell, "38 cells were missing, and put back"),
    "copies": (with_copies, "2 cells were there more than once; the last counts"),
    "answer-in-copy": (with_an_answer_in_a_copy, "Cell m1-add was there more than once"),
    "types": (with_other_types, "3 cells were of another type, and changed back"),
    "colab": (without_marks, "38 cells were without nbgrader's marks, and recognised by the text"),
    "false-marks": (with_false_marks, "marks, and recognised by the text"),
    "no-answer": (
        without_an_answer,
        "Cell cell-05 was not found by its mark; its answer is looked",
    ),
}
EMPTY = {  # student: what is handed in, what is told
    "no-cells": (nbformat.writes(NEW.new_notebook()), "38 cells were missing, and put back"),
    "no-bytes": ("", "graded as an empty notebook: it is empty; save it in Jupyter"),
    "no-book": ('{"cells": 1, "nbformat": 4}', "graded as an empty notebook: it has no cells"),
}
if not EVERY_CHECK:  # each takes nbgrader some seconds; what is done to the cells has unit tests
    CHANGED = {name: CHANGED[name] for name in ("no-test", "answer-in-copy", "colab", "no-answer")}
    EMPTY = {name: EMPTY[name] for name in ("no-bytes",)}
PAYLOADS = (
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    "<svg onload=hit()></svg>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "[click](javascript:hit())",
    "[click](java&#10;script:hit())",
    "[data](data:text/html,<script>hit()</script>)",
    "<a href='  javascript:hit()'>click</a>",
    "![x](javascript:hit())",
    "![x](attachment:a.png)",
    "`<script>hit()</script>`",
    "```html\n<script>hit()</script>\n```",
    "```x\"><script>hit()</script>\n1\n```",
    "# Head <script>hit()</script>",
    "# m1-add",
    "| a |\n|:-:|\n| <script>hit()</script> |",
    "$x <script>hit()</script>$",
    "$$\\href{javascript:hit()}{x}$$",
    "<details open ontoggle=hit()>x</details>",
    "<form action=//x><button class='full-credit' id='m1-add'>x</button></form>",
    "<div style='position:fixed;top:0'>100 of 100</div>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    "<!-- --!><script>hit()</script> -->",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()></style>",
    "<div>" * 3000,
    ">" * 3000 + "x",
)  # fmt: skip


def hostile(book: NotebookNode) -> None:
    """Scripts in every place that a page is made of."""
    script = '"><script>hit()</script>'
    for payload in PAYLOADS:
        cell = NEW.new_markdown_cell(payload)
        cell["attachments"] = {"a.png": {f"image/png{script}": "AAAA"}}
        book.cells += [cell, NEW.new_raw_cell(payload), NEW.new_code_cell(f"# {payload}")]
        book.cells[-2].metadata["raw_mimetype"] = "text/html"
        book.cells[-1].metadata.update(tags=[script], alt=script, magics_language=script)
    book.metadata = NotebookNode(
        title=script, widgets={script: {}}, language_info={"name": script, "pygments_lexer": script}
    )
    outputs = [
        NEW.new_output("display_data", {kind: "<script>hit()</script>"})
        for kind in ("text/html", "application/javascript", "image/svg+xml", "text/markdown")
    ]
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = copy.deepcopy(outputs)


@pytest.fixture(scope="module")
def place(judge: Judge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which all of these were handed in."""
    top = tmp_path_factory.mktemp("cells")
    score = judge(ROOT / "tests/classroom/ada-perfect", "m1", only=frozenset({"m1.add"})).score
    (top / "grades/ada").mkdir(parents=True)
    write_score(score, top / "grades/ada/score.json")
    export.run("nbgrader", top / "grades", top / "course")
    made = top / "course"
    nbgrader(made, "GenerateAssignmentApp m1")
    for student, (change, _) in [*CHANGED.items(), ("hostile", (hostile, ""))]:
        file = hand_in(made, student)
        book = nbformat.read(file, 4)
        change(book)
        file.write_text(json.dumps(book))
    for student, (text, _) in EMPTY.items():
        file = made / f"submitted/{student}/m1/engine.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return made


@pytest.fixture(scope="module")
def told(place: Path) -> str:
    return nbgrader(place, "AutogradeApp m1", "GenerateFeedbackApp m1")


def page(place: Path, student: str) -> str:
    return (place / f"feedback/{student}/m1/engine.html").read_text()


def test_no_submission_ends_in_a_traceback(place: Path, told: str) -> None:
    assert "Traceback" not in told
    assert "ERROR" not in told
    graded = {folder.parent.name for folder in (place / "feedback").glob("*/m1")}
    assert {*CHANGED, *EMPTY, "hostile"} <= graded


@pytest.mark.parametrize("student", [*CHANGED, "hostile"])
def test_work_that_is_there_has_its_points(
    place: Path, told: str, judge: Judge, student: str
) -> None:
    wanted = 100.0
    if student == "no-answer":  # what the kit gives for the same file
        wanted = judge(place / f"submitted/{student}/m1", "m1").score.points
        assert 0 < wanted < 100
    assert points(place, student) == wanted, told


@pytest.mark.parametrize("student", CHANGED)
def test_what_was_done_to_the_cells_is_told(place: Path, told: str, student: str) -> None:
    sentence = CHANGED[student][1]
    assert sentence in html.unescape(page(place, student))
    assert f"{student}: {sentence}" in told or student == "false-marks"


@pytest.mark.parametrize("student", EMPTY)
def test_what_holds_no_work_has_no_points_and_is_told_why(
    place: Path, told: str, student: str
) -> None:
    assert points(place, student) == 0.0
    scores = by_cell(place, student, "m1")
    assert len(scores) > 20
    assert set(scores.values()) == {0.0}
    assert EMPTY[student][1] in page(place, student)
    assert "not implemented yet: engine.ipynb does not define Value" in page(place, student)


def formgrader_page(place: Path, student: str) -> str:
    """Return what formgrader shows of a submission, by its own settings and the course's."""
    config = Config(PyFileConfigLoader("nbgrader_config.py", str(place)).load_config())
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = (
        "assignment_id",
        "base_url",
        "notebook_id",
        "notebook_path",
        "student",
        "submission_id",
    )
    resources = {**dict.fromkeys(names, "x"), "index": 0, "total": 1}
    file = place / f"autograded/{student}/m1/engine.ipynb"
    text, _ = HTMLExporter(config=config).from_filename(str(file), resources=resources)
    return str(text)


@pytest.mark.parametrize("make", [page, formgrader_page])
def test_nothing_that_a_student_wrote_runs_in_a_page(
    place: Path, told: str, browser: "Browser", tmp_path: Path, make: Callable[[Path, str], str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(make(place, "hostile"))
    opened = browser.new_page()
    opened.route(re.compile("^https?:"), lambda route: route.abort())
    opened.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1 }")
    opened.goto(file.as_uri())
    steering = (
        "iframe, form, svg, object, embed, meta[http-equiv], [style*=position], #notebook style"
    )
    assert opened.locator(steering).count() == 0
    scripts = opened.locator("script").evaluate_all("all => all.map(one => one.textContent)")
    assert [text for text in scripts if "hit()" in text] == []
    links = opened.locator("#notebook a").evaluate_all("all => all.map(one => one.href)")
    assert [link for link in links if link.startswith(("javascript:", "data:"))] == []
    named = opened.locator("[id=m1-add], [name=m1-add]")
    assert named.count() == 1  # nbgrader's own, by which it finds the score
    assert opened.get_by_text("<script>hit()</script>").count() > 5  # it is shown
    for link in opened.get_by_text("click", exact=True).all():
        link.click(force=True, timeout=2000)
    assert opened.evaluate("window.hits") == 0
    opened.close()


@pytest.mark.parametrize(
    "text",
    [
        '<h1>Title</h1>\n<p>a <em>b</em> <a href="https://example.org" title="t">c</a></p>',
        '<table><tbody><tr><td style="text-align: center;">1</td></tr></tbody></table>',
        '<div class=" highlight hl-python"><pre><span class="k">def</span></pre></div>',
        '<img alt="plot" src="data:image/png;base64,AAAA">',
    ],
)
def test_what_text_cells_are_made_of_stays(text: str) -> None:
    assert sanitize(text) == text
