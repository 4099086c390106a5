"""The pictures of the handouts: as drawn, with the reference's numbers, wherever a handout goes."""

import base64
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import nbformat
import numpy as np
import pytest

from autograder.cli import start
from autograder.cli.export import _make_exercise
from autograder.course import load_course
from autograder.exchange import nbgrader_source
from autograder.exchange.illustrations import list_pictures
from autograder.numerics.hand_network import compute_numbers
from tests.conftest import ROOT
from tests.pictures import arrays, clock, curves, scalars
from tests.pictures.handouts import PICTURES

COURSE = load_course()
SVG = "{http://www.w3.org/2000/svg}"
SHOWN = [part for part in (*COURSE.milestones, *COURSE.units) if f"{part.folder}/" in str(PICTURES)]


def words(name: str) -> list[str]:
    """Return the texts inside a picture."""
    tree = Xml.parse(ROOT / "solutions" / name)
    return [element.text or "" for element in tree.iter(f"{SVG}text")]


def handout(folder: str) -> str:
    return (ROOT / "solutions" / folder / "README.md").read_text()


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_stored_is_what_is_drawn(name: str) -> None:
    drawn = PICTURES[name]()
    for folder in ("solutions", "assignments"):
        assert (ROOT / folder / name).read_text(encoding="utf-8") == drawn, "run 'make pictures'"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_safe_labelled_and_legible(name: str) -> None:
    text = (ROOT / "solutions" / name).read_text(encoding="utf-8")
    tree = Xml.fromstring(text)
    assert len(tree.findtext(f"{SVG}title") or "") > 20
    assert len(tree.findtext(f"{SVG}desc") or "") > 80
    assert tree.get("viewBox", "").startswith("0 0 460 ")
    assert "prefers-color-scheme: dark" in text
    assert min(int(size) for size in re.findall(r"(\d+)px", text)) >= 14
    assert not re.search(r"<script|\bon\w+=|href|url\(|@import|//(?!www.w3.org)", text)


def test_every_milestone_shows_one_and_no_two_have_one_name() -> None:
    paths = [picture.path for part in SHOWN for picture in list_pictures(_solution(part.folder))]
    assert len(paths) == len(set(paths)) == len(PICTURES)
    assert {part.id for part in SHOWN} >= {*(part.id for part in COURSE.milestones), "w.hand", "c"}


def _solution(folder: str) -> Path:
    return ROOT / "solutions" / folder


def test_the_graph_has_the_numbers_of_the_table() -> None:
    rows = re.findall(
        r"^\| (\w+) \| .* \| (-?\d+\.\d{4}) \|.*\| (-?\d+\.\d{4}) \|$",
        handout("m1_scalar_autograd"), re.MULTILINE,
    )  # fmt: skip
    values = scalars.compute_worked()
    found = {name: (f"{v.data:.4f}", f"{v.grad:.4f}") for name, v in values.items()}
    assert found == {name: (data, grad) for name, data, grad in rows}
    inside = words("m1_scalar_autograd/pictures/graph.svg")
    for data, grad in found.values():
        assert any(pair == (data, grad) for pair in zip(inside, inside[1:], strict=False))


def test_the_network_has_the_numbers_of_the_table() -> None:
    rows = re.findall(
        r"^\| \w+(?: \d)?, .*? \| (-?\d+\.\d{4}) \| (-?\d+\.\d{4}) \|", handout("m2_scalar_mlp"), re.MULTILINE
    )  # fmt: skip
    network, _, numbers = scalars.compute_network()
    assert [(f"{p.data:.4f}", f"{p.grad:.4f}") for p in network.parameters()] == rows
    inside = [word.removeprefix("bias ") for word in words("m2_scalar_mlp/pictures/network.svg")]
    for data, grad in rows:
        pairs = [*zip(inside, inside[1:], strict=False)]
        assert (data, grad) in pairs or (grad, data) in pairs
    assert f"{numbers['L'].data:.4f}" == "0.9825"


def test_the_network_by_hand_has_its_twelve_numbers() -> None:
    inside = " ".join(words("w_by_hand/pictures/by-hand.svg"))
    assert all(f"{number:.3f}" in inside for number in compute_numbers(scalars.HAND).values())
    told = re.findall(r"^([sh][12]|y|loss|d_\w+)\s.*=\s+(-?\d\.\d{3})$", handout("w_by_hand"), re.M)
    assert {name: f"{n:.3f}" for name, n in compute_numbers(scalars.HAND).items()} == dict(told)


def test_sums_and_windows_are_those_of_numpy() -> None:
    found, g = arrays.compute_broadcast(), np.array(arrays.COTANGENT)
    assert np.array_equal(found["a.grad"], g.sum(axis=1, keepdims=True))
    assert np.array_equal(found["b.grad"], g.sum(axis=0, keepdims=True))
    inside = words("m5_convolution/pictures/window.svg")
    windows = np.lib.stride_tricks.sliding_window_view(np.array(arrays.IMAGE), (2, 2))
    out = (windows * np.array(arrays.KERNEL)).sum(axis=(2, 3)) + arrays.BIAS
    numbers = [f"{number:g}" for number in (*windows.ravel(), *out.ravel())]
    grids = " ".join(inside)
    assert " ".join(numbers[: windows.size]) in grids
    assert " ".join(numbers[windows.size :]) in grids


def test_the_clock_has_the_turns_of_the_worked_example() -> None:
    rows = [(row["g"], row["p"]) for row in clock.compute_turns()]
    wanted = [(1.0, 0.9), (0.9, 0.72), (0.72, 0.486)]
    assert np.allclose(rows, wanted, rtol=0, atol=1e-7)
    inside = words("m4_training_loop/pictures/clock.svg")
    assert {"0.9000", "0.7200", "0.4860", "0.4050"} <= {*inside}


def test_the_block_counts_its_parameters() -> None:
    width = arrays.WIDTH
    assert arrays.compute_block()["counts"] == {
        "ln1": 2 * width,
        "attn": 4 * width * width + 4 * width,
        "ln2": 2 * width,
        "fc": 4 * width * width + 4 * width,
        "out": 4 * width * width + width,
    }


def test_the_three_regimes_are_what_they_are_called() -> None:
    losses = curves.compute_regimes()
    ends = {name: (train[-1], validation[-1]) for name, (train, validation) in losses.items()}
    assert min(ends["underfit"]) > 0.9
    assert max(ends["fit"]) < 0.3
    assert ends["overfit"][0] < 0.01 < 1.0 < ends["overfit"][1]


@pytest.mark.parametrize("part", SHOWN, ids=lambda part: part.id)
def test_notebooks_hold_the_pictures_themselves(part: object) -> None:
    folder, module = part.folder, part.module  # type: ignore[attr-defined]
    pictures = list_pictures(_solution(folder))
    book = nbformat.read(ROOT / "assignments" / folder / f"{module}.ipynb", as_version=4)
    course = nbgrader_source.make_source(_make_exercise(part))  # type: ignore[arg-type]
    for cells in (book.cells, course.cells):
        cell = next(cell for cell in cells if cell.cell_type == "markdown")
        for picture in pictures:
            name = Path(picture.path).name
            assert f"![{picture.alternative}](attachment:{name})" in cell.source
            data = cell.attachments[name]["image/svg+xml"]
            assert base64.b64decode(data).decode() == picture.svg
    assert "attachment:" not in (ROOT / "assignments" / folder / f"{module}.py").read_text()


def test_a_workspace_gets_them_beside_its_handouts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start.run(tmp_path, notebook=False)
    printed = capsys.readouterr().out
    assert "pictures" not in printed
    for handout in (tmp_path / "handouts").glob("*.md"):
        shown = list_pictures(_solution(handout.stem))
        assert shown
        for picture in shown:
            assert (handout.parent / picture.path).read_text() == picture.svg
