"""``tune`` and ``decide``: rows that hold when they are run again, and what follows from rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checks.c_checkpoints.common import Measure, Rng, full_generator, same_words
from autograder.checks.c_checkpoints.plane import (
    CLASSES,
    Limits,
    draw_points,
    require_settings,
    require_weights,
    share_right,
)
from autograder.checks.c_checkpoints.regimes import SMALLEST
from autograder.checks.c_checkpoints.tables import TABLES, Table
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import brief, describe, require_list
from autograder.numerics.failure import WrongAnswer

NUMBERS: Limits = {
    "seed": (int, 0, 2**63 - 1),
    "hidden": (int, 1, 64),
    "epochs": (int, 1, 60),
    "batch_size": (int, 8, 256),
    "lr": (float, SMALLEST, 5.0),
    "weight_decay": (float, 0.0, 1.0),
    "dropout": (float, 0.0, float(np.nextafter(1.0, 0.0))),
    "accuracy": (float, 0.0, 1.0),
}
CHANGED = {  # name -> the one setting in which it differs from the baseline
    "baseline": "",
    "L2": "weight_decay",
    "dropout": "dropout",
    "step": "schedule",
    "cosine": "schedule",
}
PLAIN = {"weight_decay": 0.0, "dropout": 0.0, "schedule": "constant"}
SHARED = ("hidden", "epochs", "batch_size", "lr", *PLAIN)
LEAST, MOST = 3, 10  # runs of a name
SIZES = 150, 300  # of training and validation
Row = Mapping[str, Any]


def require_rows(got: Any) -> list[dict[str, Any]]:
    """Return the rows of a tuning, each with exactly its keys, or fail."""
    if not isinstance(got, list) or not 0 < len(got) <= MOST * len(CHANGED):
        size = f"{len(got)} rows" if isinstance(got, list) else describe(got)
        told = f"wanted {LEAST * len(CHANGED)} to {MOST * len(CHANGED)}"
        raise WrongAnswer(f"tune returned {size}, {told}")
    return [_require_row(row, f"row {place}") for place, row in enumerate(got)]


def _require_row(got: Any, what: str) -> dict[str, Any]:
    words = {"name": [*CHANGED], "schedule": ["constant", "step", "cosine"]}
    if not isinstance(got, dict):
        raise WrongAnswer(f"{what} is {describe(got)}, wanted a dict")
    keys = {*words, *NUMBERS}
    if got.keys() != keys:
        found = ", ".join(sorted(map(str, got)))
        raise WrongAnswer(f"{what} has the keys {found}, wanted {', '.join(sorted(keys))}")
    for key, known in words.items():
        if not isinstance(got[key], str) or got[key] not in known:
            raise WrongAnswer(f'{what}["{key}"] is {brief(got[key])}, wanted one of {brief(known)}')
    numbers = require_settings({key: got[key] for key in NUMBERS}, NUMBERS, what)
    return {**numbers, **{key: got[key] for key in words}}


def require_design(rows: list[dict[str, Any]]) -> None:
    """Fail unless each name has enough seeds, the same ones, and changes one thing alone."""
    seeds = {name: sorted(row["seed"] for row in rows if row["name"] == name) for name in CHANGED}
    for name, own in seeds.items():
        if not LEAST <= len(own) <= MOST or len({*own}) < len(own):
            raise WrongAnswer(
                f"{name} has the seeds {brief(own)}, wanted {LEAST} to {MOST} that differ"
            )
        if own != seeds["baseline"]:
            raise WrongAnswer(
                f"{name} has the seeds {brief(own)} and the baseline {brief(seeds['baseline'])}, "
                "wanted the same: else the seeds differ, too"
            )
    first = next(row for row in rows if row["name"] == "baseline")
    for row in rows:
        _require_one_change(row, first)


def _require_one_change(row: Row, baseline: Row) -> None:
    changed = CHANGED[row["name"]]
    for key in SHARED:
        wanted = PLAIN.get(key, baseline[key])
        if key == changed == "schedule":
            wanted = row["name"]
        elif key == changed:
            if row[key] == 0.0:
                raise WrongAnswer(f"{row['name']} has {key} 0, wanted more")
            continue
        if row[key] != wanted:
            raise WrongAnswer(
                f"{row['name']}, seed {row['seed']}, has {key} {brief(row[key])}, wanted "
                f"{brief(wanted)}: only {changed or 'the seed'} may differ from the baseline"
            )


def ask_rows(ask: Ask, rng: Rng, seed: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows of a tuning on drawn points, and the points."""
    train, others = (draw_points(count, rng) for count in SIZES)
    data = {"x": train[0], "y": train[1], "x_validation": others[0], "y_validation": others[1]}
    return require_rows(ask("tune", **data, seed=seed)["rows"]), data


@check("tune train_row", seconds=15)
def check_tune(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = full_generator(rng)
    seed = int(draw.integers(100, 1000))
    rows, data = ask_rows(ask, draw, seed)
    ask.recognise_by({"rows": _marks(rows)})
    require_design(rows)
    require_truth(ask, [rows[int(draw.integers(len(rows)))]], data, measure)


def _marks(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Return what mistakes are recognised by: accuracies depend on chance."""
    return [[row["name"], *(row[key] for key in SHARED)] for row in rows]


@check("tune train_row", seconds=15)
def check_tune_again(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = full_generator(rng)
    seed = int(draw.integers(100, 1000))
    rows, data = ask_rows(ask, draw, seed)
    ask.recognise_by({"rows": _marks(rows)})
    drawn = [
        rows[int(draw.choice([place for place, row in enumerate(rows) if row["name"] == name]))]
        for name in CHANGED
        if any(row["name"] == name for row in rows)
    ]
    require_truth(ask, drawn, data, measure)
    other, _ = ask_rows(ask, draw, seed + int(draw.integers(100, 300)))
    if shared := {row["seed"] for row in rows} & {row["seed"] for row in other}:
        raise WrongAnswer(
            f"tune of another seed has the seed {min(shared)} again, wanted others: "
            "the seeds of rows follow from the seed"
        )


def require_truth(
    ask: Ask, rows: list[dict[str, Any]], data: dict[str, Any], measure: Measure
) -> None:
    """Fail unless rows have the accuracies that their settings give in a fresh process."""
    ask.take_fresh_worker()
    settings = [{key: row[key] for key in row if key != "accuracy"} for row in rows]
    answer = ask("train_again", rows=settings, x=data["x"], y=data["y"])
    trained = require_list(answer["trained"], len(rows), "the trained networks")
    for row, weights in zip(rows, trained, strict=True):
        _require_accuracy(ask, row, weights, data, measure)


def _require_accuracy(
    ask: Ask, row: Row, weights: Any, data: dict[str, Any], measure: Measure
) -> None:
    what = f"{row['name']}, seed {row['seed']}"
    arrays = require_weights(weights, 2, row["hidden"], CLASSES, f"{what}, trained again")
    found = share_right(arrays, data["x_validation"], data["y_validation"])
    apart = abs(found - row["accuracy"])
    measure["accuracy_apart"] = max(apart, measure.get("accuracy_apart", 0.0))
    if apart > 1.5 / SIZES[1]:  # one sample on the border, by rounding
        raise WrongAnswer(
            f"{what}: the row says {row['accuracy']:.2%} of validation are right; trained again "
            f"with these settings it is {found:.2%}{_explain_number(ask, row, arrays, data)}",
            want=found,
            got=row["accuracy"],
        )


def _explain_number(ask: Ask, row: Row, weights: Any, data: dict[str, Any]) -> str:
    """Return where a number that does not hold comes from, if that can be told."""
    learnt = share_right(weights, data["x"], data["y"])
    others = data["x_validation"], data["y_validation"]
    settings = {key: row[key] for key in row if key != "accuracy"}
    answer = ask("train_again", rows=[settings], x=others[0], y=others[1])
    (leaked,) = require_list(answer["trained"], 1, "the trained networks")
    arrays = require_weights(leaked, 2, row["hidden"], CLASSES, "trained on validation samples")
    sources = {
        "the row has the accuracy on the training samples": learnt,
        "the row has that of a network trained on the validation samples": share_right(
            arrays, *others
        ),
    }
    near = [why for why, share in sources.items() if abs(share - row["accuracy"]) < 0.001]
    ask.recognise_by({"sources": [float(why in near) for why in sources]})
    return f": {near[0]}" if near else ""


def judge_decisions(ask: Ask, rng: Rng, tables: Mapping[str, Table]) -> None:
    """Compare decisions on tables with a planted answer, in an order that is drawn."""
    draw = full_generator(rng)
    names = [name for name in tables for _ in range(2)]
    names = [names[place] for place in draw.permutation(len(names))]
    drawn = [tables[name].draw(draw) for name in names]
    answer = ask("decisions", tables=[rows for rows, _ in drawn])
    labels = [f"decide with {name}" for name in names]
    same_words(answer["answers"], [wanted for _, wanted in drawn], labels)


@check("decide")
def check_decide(ask: Ask, rng: Rng) -> None:
    judge_decisions(ask, rng, TABLES["means"])


@check("decide")
def check_decide_spread(ask: Ask, rng: Rng) -> None:
    judge_decisions(ask, rng, TABLES["spread"])
