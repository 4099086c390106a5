"""The figures of the extra units: the learner's numbers, as the mathematics has them."""

import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.c_checkpoints.gradients import problem
from autograder.course import load_course
from autograder.data.images import Images, load_images
from autograder.data.wordlists import make_words
from autograder.learning import exhibits, showcase
from autograder.learning.exhibits import EXHIBITS, Exhibit
from autograder.learning.portfolio import page_parts
from autograder.learning.showcase import PROBES, Showcase, collect_showcase
from autograder.numerics import classifiers
from autograder.numerics.failure import WrongAnswer
from autograder.run.configure import launcher_for, learner_settings
from autograder.run.entry import learner_entry, staged_submission
from tests.implementations import write_reference

COURSE = load_course()
UNITS = [COURSE.part(unit) for unit in (*EXHIBITS, "w.hand")]
TAKEN = [(unit.id, unit.probes) for unit in UNITS]


def images() -> Images:
    settings = learner_settings(COURSE, None, None)
    return load_images(settings.profile, settings.data_dir)


def collect(folder: Path) -> Showcase:
    """Return what the work in `folder` shows of its extra units."""
    settings = learner_settings(COURSE, None, None)
    launcher = launcher_for(settings, UNITS, *PROBES)
    with staged_submission(learner_entry(folder), COURSE.modules) as work:
        return collect_showcase(work, TAKEN, set(), launcher, images())


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    return write_reference([*COURSE.milestones, *COURSE.units], folder)


@pytest.fixture(scope="module")
def shown(work: Path) -> Showcase:
    return collect(work)


def one(shown: Showcase, unit: str) -> Exhibit:
    (found,) = [exhibit for exhibit in shown.exhibits if exhibit.unit == unit]
    return found


def test_every_unit_of_right_work_has_its_figure(shown: Showcase) -> None:
    assert shown.absent == {}
    assert [exhibit.unit for exhibit in shown.exhibits] == [*EXHIBITS]
    assert not any(exhibit.wrong for exhibit in shown.exhibits)


def test_three_ways_are_the_gradient(shown: Showcase) -> None:
    x, y, weights = problem(np.random.default_rng(exhibits.SEED), 5, (3, 4, 2))
    wanted = classifiers.weight_gradients(weights, x, y)["w1"]
    for grid in one(shown, "c").grids.values():
        assert np.allclose(grid, wanted, rtol=0, atol=1e-6)


def test_activations_follow_their_formulas(shown: Showcase) -> None:
    formulas: dict[str, Callable[[float], float]] = {
        "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
        "swish": lambda x: x / (1 + math.exp(-x)),
        "gelu": lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    }
    for name, formula in formulas.items():
        x, y = one(shown, "x.activations").lines[name]
        assert np.allclose(y, [formula(value) for value in x.tolist()], rtol=0, atol=1e-3)


def test_normalised_numbers_are_counted(shown: Showcase) -> None:
    lines = one(shown, "x.norm").lines
    assert lines["before"][1].sum() <= lines["after"][1].sum() == 800
    middles, counts = lines["after"]
    assert abs((middles * counts).sum() / counts.sum()) < 0.1
    assert one(shown, "x.norm").sentence.endswith("before, 0.00 and 1.00 after.")


def test_the_shifted_digit_is_the_digit_shifted(shown: Showcase) -> None:
    grids = one(shown, "x.augment").grids
    whole = grids["as it is"]
    assert np.array_equal(grids["shift"][1:, :-2], whole[:-1, 2:])
    assert not grids["shift"][0].any()
    assert not np.array_equal(grids["rotate"], whole)
    assert np.abs(grids["add_noise"] - whole).max() > 0.0


def test_optimisers_go_their_ways(shown: Showcase) -> None:
    lines, (x, y) = one(shown, "x.optim").lines, exhibits.START
    for path in lines.values():
        assert (path[0][0], path[1][0]) == (x, y)
        assert max(abs(path[0][-1]), abs(path[1][-1])) < 0.5
    lr = exhibits.OPTIMIZERS["AdamW"][1]
    assert np.isclose(lines["AdamW"][0][1], x + lr)  # the first step is lr long in each direction
    assert np.isclose(lines["AdamW"][1][1], y - lr)


def test_letters_are_counted(shown: Showcase) -> None:
    words = make_words(np.random.default_rng(exhibits.SEED)).train
    counts = Counter(pair for word in words for pair in pairwise(f".{word}."))
    grid = one(shown, "x.makemore").grids["bigrams"]
    for i, first in enumerate(exhibits.LETTERS):
        for j, second in enumerate(exhibits.LETTERS):
            assert np.isclose(grid[i, j] ** 2, counts[first, second])


def test_a_sine_a_table_and_a_copy(shown: Showcase) -> None:
    lines = one(shown, "x.manual").lines
    x, y = lines["sin(pi x)"]
    assert np.allclose(y, np.sin(np.pi * x))
    assert np.abs(lines["your network"][1] - y).max() < 0.15
    rows = one(shown, "x.backend").rows
    assert [row[0] for row in rows] == ["module", "numpy", "array_api_strict"]
    assert rows[1][2] == rows[2][2]
    assert float(rows[2][3]) < 1e-12
    grids = one(shown, "x.rnn").grids
    assert np.array_equal(grids["read"], grids["repeated"])
    assert grids["read"].shape == (3, 27)


def test_the_page_has_a_picture_or_a_table_for_each(shown: Showcase) -> None:
    parts = page_parts(shown)
    ids = re.findall(r'\bid="([^"]+)"', " ".join(each.picture.svg for each in parts.exhibits))
    assert len(ids) == len(set(ids)) > 100
    for exhibit in parts.exhibits:
        assert exhibit.rows or exhibit.picture.svg.startswith("<svg ")
        assert len(exhibit.picture.svg) < 40_000
        assert exhibit.picture.caption


def test_a_broken_unit_leaves_the_others_whole(work: Path, tmp_path: Path) -> None:
    for file in work.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    norm = tmp_path / "norm.py"
    norm.write_text(f"{norm.read_text()}\nBatchNorm1d.__call__ = lambda self, x: 1 / 0\n")
    (tmp_path / "optim.py").write_text("def RMSprop(:\n")
    found = collect(tmp_path)
    assert [exhibit.unit for exhibit in found.exhibits] == [
        unit for unit in EXHIBITS if unit not in ("x.norm", "x.optim")
    ]
    assert "ZeroDivisionError" in found.absent["x.norm: picture"]
    assert "optim.py" in found.absent["x.optim: picture"]
    assert len(found.hand) == 12


def test_the_cell_that_is_wrong_is_marked() -> None:
    x, y, weights = problem(np.random.default_rng(exhibits.SEED), 5, (3, 4, 2))
    right = classifiers.weight_gradients(weights, x, y)
    spoilt = {**right, "w1": right["w1"].copy()}
    spoilt["w1"][2, 1] *= -1.0
    ways = {"hand": right, "difference": right, "engine": spoilt}
    found = exhibits.collect_three_ways(lambda *_, **__: {"three": ways}, images())
    assert found.wrong == {("engine", 2, 1)}
    assert found.sentence == "dL/dw1, wrong: engine [2, 1]."


@pytest.mark.parametrize(
    ("unit", "answer"),
    [
        ("c", {"three": {"hand": 1, "difference": 1, "engine": 1}}),
        ("c", {"three": "three"}),
        ("x.activations", {"curves": [{"out": "many"}]}),
        ("x.activations", {"curves": [{"out": np.full(81, np.nan)}]}),
        ("x.norm", {"batches": [3]}),
        ("x.augment", {"altered": [np.zeros((1, 1, 8, 8))]}),
        ("x.optim", {"path": np.zeros((2, 2))}),
        ("x.makemore", {"counts": np.zeros((27, 27)), "words": [1] * 8}),
        ("x.makemore", {"counts": np.zeros((2, 2)), "words": ["a"] * 8}),
        ("x.manual", {"out": None}),
        ("x.backend", {"modules": [{}, {}]}),
        ("x.backend", {"modules": [{"w1": np.zeros((4, 8)), "loss": "low", "kind": "x"}] * 2}),
        ("x.rnn", {"answers": np.zeros((27, 2))}),
    ],
)
def test_a_forged_figure_is_refused(unit: str, answer: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        EXHIBITS[unit](lambda *_, **__: answer, images())


def test_what_numbers_by_hand_are_is_looked_at() -> None:
    class Forged(showcase.Stage):
        def __init__(self, numbers: Any) -> None:
            self.numbers = numbers

        def ask(self, part: str, probe: str, /, **args: Any) -> dict[str, Any]:
            return {"numbers": self.numbers}

    found = Showcase()
    showcase._add_hand(Forged({"s1": 1.5, "h1": "x", "y": math.nan, "other": 2.0}), found)
    assert found.hand == {"s1": 1.5}
    with pytest.raises(WrongAnswer):
        showcase._add_hand(Forged("dict"), found)
