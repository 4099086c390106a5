"""Wrong work of units r and x.makemore that no mistake of their catalogues is behind: no name."""

import pytest

from tests.mutants import mutants
from tests.mutants.pitfall import Pitfall
from tests.mutants.r_reports import LAST
from tests.mutants.x_makemore import GRADIENT

Changes = list[tuple[str, str]]
RATES = "    training, lr = config"
COUNTS = "np.add.at(counts, (y, predicted), 1)"
MEANS = "by_epoch.mean(axis=1)"
SETTINGS = '**config["optimiser"]'
HASH = "value * 1_000_003 + round(loss * 1_000_000)"
DROPOUT = "Dropout(dropout, rng)"
MODEL = 'model = build(config["model"], rng)\n'

RATE = "optimizer.lr = 0.1 * (1 - step / steps)"
LETTER = 'searchsorted(rng.random(), side="right")'
OWN = "lr=0.0, momentum=0.9)"

ROWS: list[tuple[str, str, list[str], Changes]] = [
    ("r", "shares-for-counts", ["confusion", "claims"],
     [(COUNTS, COUNTS + "\n    counts = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)")]),
    ("r", "predicted-for-true", ["confusion", "claims"],
     [(COUNTS, COUNTS.replace("(y,", "(predicted,"))]),
    ("r", "another-prime", ["curve_hash", "claims"], [(HASH, HASH.replace("003", "033"))]),
    ("r", "no-remainder", ["curve_hash", "claims"], [(" % (2**61 - 1)", "")]),
    ("r", "arrays-counted", ["claims"],
     [("sum(math.prod(p.shape) for p in parameters)", "len(parameters)")]),
    ("r", "four-decimals", ["claims"], [("round(float(loss), 6)", "round(float(loss), 4)")]),
    ("r", "half-dropped", ["build"], [(DROPOUT, DROPOUT.replace("(dropout,", "(dropout / 2,"))]),
    ("r", "squared-share-dropped", ["build"],
     [(DROPOUT, DROPOUT.replace("(dropout,", "(dropout**2,"))]),
    ("r", "weights-tripled", ["build", "training"],
     [("    return Sequential(*layers, ", "    for layer in layers:\n"
       '        if hasattr(layer, "weight"):\n            layer.weight.data *= 3\n'
       "    return Sequential(*layers, ")]),
    ("r", "last-layer-small", ["build", "training"],
     [(LAST, 'last = Linear(sizes[-2], sizes[-1], "glorot", rng)\n    last.weight.data *= 0.1\n'
       "    return Sequential(*layers, last)")]),
    ("r", "hundredth-of-the-rate", ["run", "steps", "same_seed", "used"],
     [(SETTINGS, SETTINGS + "\n    )\n    optimizer.lr /= 100\n    str("),
      ("    schedule = rates(config, len(x))\n",
       "    schedule = (lambda rate: lambda step: rate(step) / 100)(rates(config, len(x)))\n")]),
    ("r", "momentum-forgotten", ["run", "steps", "used"],
     [(SETTINGS, 'config["optimiser"]["lr"], 0.0, config["optimiser"]["weight_decay"]')]),
    ("r", "rates-constant", ["rates", "bad_settings", "steps", "used", "training"],
     [('if training["schedule"] == "constant":', "if True:")]),
    ("r", "rate-of-the-next-step", ["steps"],
     [("schedule = rates(config, len(x))",
       "schedule = (lambda rate: lambda step: rate(step + 1))(rates(config, len(x)))")]),
    ("r", "curve-of-medians", ["run"], [(MEANS, "np.median(by_epoch, axis=1)")]),
    ("r", "curve-of-first-batch", ["run"], [(MEANS, "by_epoch[:, 0]")]),
    ("r", "curve-of-sums", ["run"], [(MEANS, "by_epoch.sum(axis=1)")]),
    ("r", "dropout-unseeded", ["same_seed"], [(DROPOUT, "Dropout(dropout)")]),
    ("r", "seed-plus-one", ["steps", "same_seed", "used"],
     [('default_rng(training["seed"])', 'default_rng(training["seed"] + 1)')]),
    ("r", "weights-forgotten", ["run", "steps", "same_seed", "used"],
     [("    model.eval()\n", "    " + MODEL + "    model.eval()\n")]),
    ("x.makemore", "rate-too-small", ["mlp_seed"], [(RATE, RATE.replace("0.1", "1e-4"))]),
    ("x.makemore", "few-steps", ["mlp_seed"], [("steps = 200 + len(x) // 16", "steps = 9")]),
    ("x.makemore", "last-bias-alone", ["mlp_seed"],
     [("SGD(list(p.values())", 'SGD([p["b2"]]')]),
    ("x.makemore", "biases-left-out", ["mlp_seed"],
     [("SGD(list(p.values())", 'SGD([p["C"], p["W1"], p["W2"]]'),
      ("steps = 200 + len(x) // 16", "steps = 9")]),
    ("x.makemore", "all-zeros", ["mlp_seed"], [("spread.get(name, 0.0) *", "0.0 *")]),
    ("x.makemore", "one-batch", ["mlp_seed"],
     [("rows = rng.integers(0, len(x), batch_size)", "rows = np.arange(batch_size)")]),
    ("x.makemore", "labels-of-another-batch", ["mlp_seed"],
     [("cross_entropy(logits, y[rows])", "cross_entropy(logits, y[rows - 1])")]),
    ("x.makemore", "flatter", ["sample"],
     [("    words = []\n    for _ in range(count):", "    ends = probabilities**0.5\n"
       "    ends = (ends / ends.sum(axis=1, keepdims=True)).cumsum(axis=1)\n"
       "    words = []\n    for _ in range(count):")]),
    ("x.makemore", "one-word", ["sample", "sample_seed"],
     [("    for _ in range(count):\n", "    for _ in range(count):\n"
       "        rng = np.random.default_rng(0)\n")]),
    ("x.makemore", "step-too-short", ["neural_steps", "neural_bigram"], [("weights -= lr *", "weights -= 0.5 * lr *")]),
    ("x.makemore", "rows-not-weighed", ["neural_steps", "neural_bigram"],
     [(GRADIENT, GRADIENT.replace("rows * powers", "powers"))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "name", "checks", "changes"), ROWS, ids=[f"{unit}-{name}" for unit, name, *_ in ROWS]
)
def test_other_wrong_work_is_given_no_name(
    unit: str, name: str, checks: list[str], changes: Changes
) -> None:
    only = frozenset(f"{unit}.{check}" for check in checks)
    score, _ = mutants.judged(unit, Pitfall(name, min(only), "", changes), only)
    failed = {check.id for check in score.checks if check.status in ("failed", "crashed")}
    assert failed == only, [check.message for check in score.checks]
    assert {check.id: check.hint.pitfall for check in score.checks if check.hint} == {}
