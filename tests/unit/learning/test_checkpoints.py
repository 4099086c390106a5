"""What checkpoints show in the report: asked of the learner's code, validated, told in words."""

from typing import Any

import numpy as np
import pytest

from autograder.learning.checkpoints import (
    REGIMES_NEED,
    TUNING_NEEDS,
    Regime,
    Setting,
    Tuning,
    collect_regimes,
    collect_tuning,
)
from autograder.learning.portfolio import page_parts
from autograder.learning.showcase import Showcase, Stage, collect_showcase
from autograder.numerics.failure import WrongAnswer

SETTINGS = {"width": 4, "samples": 20, "epochs": 12, "lr": 0.1, "weight_decay": 0.0}
REGIMES = dict.fromkeys(("underfit", "fit", "overfit"), SETTINGS)
CURVES = [np.linspace(1.0, 0.5, 12), np.linspace(1.0, 0.8, 12)]
PLAIN = {"hidden": 8, "epochs": 3, "batch_size": 16, "lr": 0.1, "weight_decay": 0.0,
         "dropout": 0.0, "schedule": "constant"}  # fmt: skip
CHANGES: dict[str, dict[str, Any]] = {
    "baseline": {},
    "L2": {"weight_decay": 0.1},
    "dropout": {"dropout": 0.5},
    "step": {"schedule": "step"},
    "cosine": {"schedule": "cosine"},
}
ROWS = [
    {"name": name, "seed": seed, **PLAIN, **change, "accuracy": accuracy}
    for name, change in CHANGES.items()
    for seed, accuracy in enumerate((0.7, 0.8, 0.9))
]


class Answers:
    """Answers each question of a probe from a table, and notes what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: dict[str, dict[str, Any]] = {}

    def __call__(self, part: str, probe: str, /, **args: Any) -> dict[str, Any]:
        self.asked[f"{part}.{probe}"] = args
        return {
            "settings": {"settings": self.answers.get("settings", REGIMES)},
            "regimes": {"curves": self.answers.get("curves", [CURVES] * 3)},
            "explanations": {"answers": self.answers.get("said", ["underfit", "fit", "overfit"])},
            "tune": {"rows": self.answers.get("rows", ROWS)},
            "decisions": {"answers": self.answers.get("decided", ["no difference"])},
        }[probe]


def test_regimes_become_curves_with_the_learners_own_words() -> None:
    ask = Answers()
    found = collect_regimes(ask)
    assert [(each.name, each.said) for each in found] == [
        ("underfit", "underfit"), ("fit", "fit"), ("overfit", "overfit")
    ]  # fmt: skip
    np.testing.assert_array_equal(found[0].train, CURVES[0])
    np.testing.assert_array_equal(found[2].validation, CURVES[1])
    asked = ask.asked["show.regimes"]
    assert [len(asked[name][1]) for name in ("points", "others")] == [400, 1000]
    assert asked["settings"] == [SETTINGS] * 3
    assert ask.asked["c.explanations"]["curves"][0] == {
        "loss": CURVES[0].tolist(), "validation_loss": CURVES[1].tolist()
    }  # fmt: skip


def test_explain_is_not_asked_of_fewer_epochs_than_it_takes() -> None:
    short = {**REGIMES, "underfit": {**SETTINGS, "epochs": 3}}
    curves = [[part[:3] for part in CURVES], CURVES, CURVES]
    ask = Answers(settings=short, curves=curves, said=["fit", "leak"])
    assert [each.said for each in collect_regimes(ask)] == ["", "fit", "leak"]
    assert len(ask.asked["c.explanations"]["curves"]) == 2
    nothing = dict.fromkeys(REGIMES, short["underfit"])
    ask = Answers(settings=nothing, curves=[curves[0]] * 3)
    assert [each.said for each in collect_regimes(ask)] == ["", "", ""]
    assert "c.explanations" not in ask.asked


@pytest.mark.parametrize(
    "forged",
    [
        {"settings": 3},
        {"settings": {"fit": SETTINGS}},
        {"settings": {**REGIMES, "fit": {**SETTINGS, "epochs": 10**9}}},
        {"curves": [CURVES]},
        {"curves": [CURVES, CURVES, CURVES[:1]]},
        {"curves": [CURVES, CURVES, [CURVES[0], CURVES[1][:5]]]},
        {"curves": [CURVES, CURVES, [CURVES[0], np.full(12, np.nan)]]},
        {"curves": [CURVES, CURVES, [CURVES[0], np.full(12, 1e300)]]},
        {"curves": "<script>"},
        {"said": ["underfit", "fit"]},
        {"said": ["underfit", "fit", "<script>alert(1)</script>"]},
        {"said": ["underfit", "fit", ["overfit"]]},
        {"said": None},
    ],
)
def test_forged_regimes_are_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        collect_regimes(Answers(**forged))


def test_a_tuning_becomes_means_with_two_standard_errors() -> None:
    changed = [row | {"accuracy": 0.5} if row["name"] == "L2" else row for row in ROWS]
    ask = Answers(rows=changed, decided=["step"])
    found = collect_tuning(ask)
    assert [each.name for each in found.settings] == [*CHANGES]
    assert [each.runs for each in found.settings] == [3] * 5
    np.testing.assert_allclose([each.mean for each in found.settings], [0.8, 0.5, 0.8, 0.8, 0.8])
    np.testing.assert_allclose(
        [each.error for each in found.settings], np.array([1, 0, 1, 1, 1]) * 0.2 / 3**0.5,
        atol=1e-12,
    )  # fmt: skip
    assert found.decided == "step"
    assert ask.asked["c.decisions"]["tables"] == [changed]
    assert [len(ask.asked["c.tune"][name]) for name in ("x", "x_validation")] == [150, 300]


@pytest.mark.parametrize(
    "forged",
    [
        {"rows": 3},
        {"rows": []},
        {"rows": ROWS[:-1]},
        {"rows": ROWS * 1000},
        {"rows": [ROWS[0] | {"accuracy": float("nan")}, *ROWS[1:]]},
        {"rows": [ROWS[0] | {"accuracy": 1e300}, *ROWS[1:]]},
        {"rows": [ROWS[0] | {"name": "<script>"}, *ROWS[1:]]},
        {"decided": []},
        {"decided": ["<script>"]},
        {"decided": [3]},
        {"decided": "no difference"},
    ],
)
def test_a_forged_tuning_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        collect_tuning(Answers(**forged))


def test_captions_say_what_explain_and_decide_say() -> None:
    shown = Showcase(
        regimes=[
            Regime("overfit", SETTINGS, *CURVES, "overfit"),
            Regime("underfit", {**SETTINGS, "epochs": 3}, *(part[:3] for part in CURVES), ""),
        ],
        tuning=Tuning(
            [Setting("baseline", 0.8, 0.02, 3), Setting("L2", 0.85, 0.012, 3)], "no difference"
        ),
    )
    parts = page_parts(shown)
    assert [picture.caption for picture in parts.regimes] == [
        'Overfit: explain says "overfit". Loss at the end: 0.50 in training, 0.80 in validation '
        "(width 4, samples 20, epochs 12, lr 0.1, weight_decay 0).",
        "Underfit: too few epochs for explain. Loss at the end: 0.91 in training, 0.96 in "
        "validation (width 4, samples 20, epochs 3, lr 0.1, weight_decay 0).",
    ]
    assert parts.tuning
    assert parts.tuning.caption == (
        'decide says "no difference". Validation accuracy in %, the mean of 3 seeds and two '
        "standard errors: baseline 80.0 ± 2.0, L2 85.0 ± 1.2."
    )
    told = 'aria-label="Tuning: decide says &quot;no difference&quot;. Validation accuracy in %'
    assert told in parts.tuning.svg


@pytest.mark.parametrize(
    ("passed", "asked"),
    [
        (set(), set()),
        (REGIMES_NEED, {"c.settings"}),
        (TUNING_NEEDS, {"c.tune"}),
        (REGIMES_NEED | TUNING_NEEDS, {"c.settings", "c.tune"}),
        (REGIMES_NEED - {"c.fit"}, set()),
        (TUNING_NEEDS - {"c.decide"}, set()),
    ],
)
def test_only_what_passed_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, passed: set[str], asked: set[str]
) -> None:
    questions: list[str] = []

    def refuse(self: Stage, part: str, probe: str, /, **args: Any) -> dict[str, Any]:
        questions.append(f"{part}.{probe}")
        raise WrongAnswer("nothing")

    monkeypatch.setattr(Stage, "ask", refuse)
    taken = [("c", "c=autograder.worker.probes.c_checkpoints")]
    shown = collect_showcase(None, taken, {"c.forward", *passed}, None, None)  # type: ignore[arg-type]
    assert set(questions) == asked | {"c.three_ways"}  # its picture marks what is wrong
    assert set(shown.absent) - {"c: picture"} == {
        {"c.settings": "underfit, fit, overfit", "c.tune": "tuning"}[one] for one in asked
    }
