"""The mistakes of the checkpoints."""

from tests.mutants.pitfall import Pitfall

LOOP = "        out = _activate(kind, out @ weights.T + biases)\n"
WORST = """            if difference > worst:
                worst, at = difference, (trial, row)
"""
FINITE = """            if not math.isfinite(difference):
                difference = math.inf
"""
CENTRAL = "slopes[place] = (losses[0] - losses[1]) / (2 * STEP)"
FORWARD = "slopes[place] = (losses[0] - _loss(x, y, params)) / STEP"
SHAPES = "if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):"
WITHIN = "if not np.all(np.abs(a - b) <= TOLERANCE * np.maximum(1.0, np.abs(a))):"
ROUND = "        for row, (inputs, result) in enumerate(zip(x, fast, strict=True)):\n"
CHANGE = '"L2": {"weight_decay": 1e-3},'
FITS = '"fit": fits,'

PITFALLS = [
    Pitfall(
        "output-activation-everywhere",
        "c.forward_activations",
        "every layer gets the output layer's activation: which layer is the last?",
        [("kind = output_activation if layer is model.layers[-1] else activation", "kind = output_activation")],
    ),
    Pitfall(
        "activation-everywhere",
        "c.forward_activations",
        "the output layer gets the hidden layers' activation: which layer is the last?",
        [("kind = output_activation if layer is model.layers[-1] else activation", "kind = activation")],
    ),
    Pitfall(
        "bias-left-out",
        "c.forward",
        "the biases are missing: what does a neuron say to zeros?",
        [("out @ weights.T + biases", "out @ weights.T")],
    ),
    Pitfall(
        "output-axis-dropped",
        "c.forward",
        "an axis of length 1 is dropped: which shape has the result for one output?",
        [("    return out\n    ### END SOLUTION\n\n\n### BEGIN SOLUTION\ndef _activate", "    return out.squeeze()\n    ### END SOLUTION\n\n\n### BEGIN SOLUTION\ndef _activate")],
    ),
    Pitfall(
        "rows-in-a-loop",
        "c.forward_lines",
        "a line of Python runs once a row: what would one matrix product do?",
        [(LOOP, "        out = np.array([_activate(kind, weights @ row + biases) for row in out]).reshape(len(out), len(biases))\n")],
    ),
    Pitfall(
        "proof-of-the-first-row",
        "c.proof",
        "only the first row of each trial is compared: a difference may be in any",
        [(ROUND, "        for row, (inputs, result) in enumerate(zip(x[:1], fast[:1], strict=True)):\n")],
    ),
    Pitfall(
        "proof-without-last-row",
        "c.proof",
        "the last row of each trial is never compared: where does your loop end?",
        [(ROUND, "        for row, (inputs, result) in enumerate(zip(x[:-1], fast[:-1], strict=True)):\n")],
    ),
    Pitfall(
        "proof-of-one-draw",
        "c.proof",
        "the inputs are drawn once, and every trial compares the same",
        [
            ("    for trial in range(trials):\n        x = make_inputs(rng)\n", "    x = make_inputs(rng)\n    for trial in range(trials):\n"),
        ],
    ),
    Pitfall(
        "proof-with-tolerance",
        "c.proof",
        "small differences count as none: a proof reports them, its reader decides",
        [(WORST, WORST.replace("difference > worst", "difference > max(worst, 1e-3)")), ("worst, at = -1.0, (0, 0)", "worst, at = 0.0, (0, 0)")],
    ),
    Pitfall(
        "proof-signed",
        "c.proof",
        "differences of one sign go unseen: is it the absolute difference?",
        [("abs(float(scalar(inputs)) - float(result))", "float(result) - float(scalar(inputs))")],
    ),
    Pitfall(
        "proof-relative",
        "c.proof",
        "the difference is divided by the value: the absolute difference is wanted",
        [("abs(float(scalar(inputs)) - float(result))", "abs(float(scalar(inputs)) - float(result)) / abs(float(result))")],
    ),
    Pitfall(
        "proof-at-last",
        "c.proof_at",
        "the place is that of the last row compared, not of the worst",
        [(WORST, "            at = (trial, row)\n            worst = max(worst, difference)\n")],
    ),
    Pitfall(
        "proof-counts-from-one",
        "c.proof_at",
        "trials and rows are counted from 1: the first of each is 0",
        [("worst, at = difference, (trial, row)", "worst, at = difference, (trial + 1, row + 1)")],
    ),
    Pitfall(
        "proof-nan-unseen",
        "c.proof_finite",
        "NaN is larger than nothing, so it counts as equal",
        [(FINITE, "")],
    ),
    Pitfall(
        "proof-broadcasts",
        "c.bad_models",
        "results of shape (N, 1) are taken for N numbers: a shape is part of the proof",
        [("if fast.shape != (len(x),):", "if fast.size != len(x):"), ("float(result)", "float(np.ravel(result)[0])")],
    ),
    Pitfall(
        "difference-copied",
        "c.three_ways",
        "the differences are a copy of another way: two that share their mistakes prove nothing",
        [('"difference": {name: _slopes(x, y, params, name) for name in params},', '"difference": by_hand,')],
    ),
    Pitfall(
        "hand-from-engine",
        "c.three_ways",
        "the gradient by hand comes from the engine: without backward it is gone, too",
        [('"hand": by_hand,', '"hand": {name: leaf.grad for name, leaf in leaves.items()},')],
    ),
    Pitfall(
        "forward-difference",
        "c.three_ways",
        "the differences are taken on one side: their error is the step's, not its square's",
        [(CENTRAL, FORWARD)],
    ),
    Pitfall(
        "step-not-doubled",
        "c.three_ways",
        "central differences are divided by one step: the points are two apart",
        [(CENTRAL, CENTRAL.replace("(2 * STEP)", "STEP"))],
    ),
    Pitfall(
        "verdict-first-parameter",
        "c.verdict",
        "only the first parameter is compared: the mistake may be in any",
        [("    for name in one:\n", "    for name in list(one)[:1]:\n")],
    ),
    Pitfall(
        "verdict-of-norms",
        "c.verdict",
        "lengths are compared instead of entries: a turned sign or a transposed matrix keeps them",
        [(WITHIN, "if abs(np.linalg.norm(a) - np.linalg.norm(b)) > TOLERANCE:")],
    ),
    Pitfall(
        "verdict-loose",
        "c.verdict_entry",
        "the tolerance is wider than the mistake that it should find",
        [("TOLERANCE = 1e-5", "TOLERANCE = 2e-2")],
    ),
    Pitfall(
        "verdict-strict",
        "c.verdict_entry",
        "the tolerance is below what differences can do: rounding counts as a mistake",
        [("TOLERANCE = 1e-5", "TOLERANCE = 1e-12")],
    ),
    Pitfall(
        "verdict-nan-agrees",
        "c.verdict_strange",
        "NaN agrees with everything: no comparison with it is True",
        [(SHAPES, "if a.shape != b.shape:"), (WITHIN, "if np.any(np.abs(a - b) > TOLERANCE * np.maximum(1.0, np.abs(a))):")],
    ),
    Pitfall(
        "verdict-broadcasts",
        "c.verdict_strange",
        "arrays of different shapes agree: NumPy broadcasts them",
        [(SHAPES, "if not (np.isfinite(a).all() and np.isfinite(b).all()):")],
    ),
    Pitfall(
        "underfit-too-able",
        "c.underfit",
        "the setting that should underfit has enough units to learn",
        [('"width": 1, "epochs": 50', '"width": 32, "epochs": 200')],
    ),
    Pitfall(
        "fit-too-short",
        "c.fit",
        "training stops before the network has found the rule",
        [(FITS, '"fit": {**fits, "epochs": 5},')],
    ),
    Pitfall(
        "overfit-needs-few",
        "c.overfit",
        "with so many samples a network has to learn the rule: knowing each is for few",
        [('"samples": 20, ', '"samples": 400, ')],
    ),
    Pitfall(
        "last-epoch-only",
        "c.explain_noisy",
        "single epochs decide: the docstring averages a fifth of all",
        [("fifth = len(train) // 5", "fifth = 1")],
    ),
    Pitfall(
        "overfit-by-start",
        "c.explain",
        "overfit counts only above the first validation loss: it falls at first, and rises from there",
        [("if means[-1] > 1.3 * means.min():", "if means[-1] > 1.3 * means[0]:")],
    ),
    Pitfall(
        "least-of-single-epochs",
        "c.explain",
        "the least validation loss of one epoch decides: it is the least mean of a fifth of them",
        [("1.3 * means.min()", "1.3 * validation.min()")],
    ),
    Pitfall(
        "underfit-before-overfit",
        "c.explain",
        "underfit is asked before overfit: where both hold, the first of the list is the answer",
        [("    if means[-1] > 1.3 * means.min():\n", "    if last > 0.6 * train[0]:\n        return \"underfit\"\n    if means[-1] > 1.3 * means.min():\n")],
    ),
    Pitfall(
        "underfit-first",
        "c.explain",
        "underfit is the last question but one: a run that diverged has a high loss, too",
        [("    if not np.isfinite([train, validation]).all() or last > train[0]:\n", "    if last > 0.6 * train[0]:\n        return \"underfit\"\n    if not np.isfinite([train, validation]).all() or last > train[0]:\n")],
    ),
    Pitfall(
        "leak-once",
        "c.explain",
        "leak is asked of the first epoch alone: it has to hold in every epoch",
        [("if (validation < 0.7 * train).all():", "if (validation < 1.5 * train)[0]:")],
    ),
    Pitfall(
        "finite-training-only",
        "c.explain_finite",
        "only the training loss is asked whether it is finite",
        [("np.isfinite([train, validation]).all()", "np.isfinite(train).all()")],
    ),
    Pitfall(
        "two-changes",
        "c.tune",
        "a name changes two settings at once: nobody can tell which of them helped",
        [(CHANGE, '"L2": {"weight_decay": 1e-3, "lr": 0.05},')],
    ),
    Pitfall(
        "seeds-apart",
        "c.tune",
        "each name has seeds of its own: chance is then part of the difference",
        [("10_000 * seed + run", "10_000 * seed + len(rows)")],
    ),
    Pitfall(
        "one-seed",
        "c.tune",
        "each name is trained once: a single run says nothing about chance",
        [("for run in range(3):", "for run in range(1):")],
    ),
    Pitfall(
        "rows-of-other-runs",
        "c.tune_again",
        "the row's settings are not those that it was trained with",
        [("accuracy(train_row(row, train), *validation)", 'accuracy(train_row({**row, "seed": 1}, train), *validation)')],
    ),
    Pitfall(
        "training-accuracy-noted",
        "c.tune_again",
        "the row states the accuracy on training samples: validation is wanted",
        [("accuracy(train_row(row, train), *validation)", "accuracy(train_row(row, train), *train)")],
    ),
    Pitfall(
        "validation-trained-on",
        "c.tune_again",
        "the validation samples are trained on: their accuracy then means nothing",
        [("accuracy(train_row(row, train), *validation)", "accuracy(train_row(row, validation), *validation)")],
    ),
    Pitfall(
        "seed-ignored",
        "c.tune_again",
        "another seed gives the same rows: the seeds do not follow from it",
        [("10_000 * seed + run", "run")],
    ),
    Pitfall(
        "best-single-run",
        "c.decide",
        "the candidate is the name with the luckiest run: compare means",
        [("key=lambda name: np.mean(found[name])", "key=lambda name: max(found[name])")],
    ),
    Pitfall(
        "any-gain-counts",
        "c.decide_spread",
        "any gain counts: what would another seed have given?",
        [("gain > 2 * math.sqrt(sum(variances))", "gain > 0")],
    ),
    Pitfall(
        "spread-not-error",
        "c.decide_spread",
        "the spread of single runs is taken for the error of their mean",
        [(" / len(found[name]) for name", " for name")],
    ),
    Pitfall(
        "variance-over-n",
        "c.decide_spread",
        "the variance is divided by n: with three runs that is too small by a third",
        [("ddof=1", "ddof=0")],
    ),
    Pitfall(
        "baseline-without-error",
        "c.decide_spread",
        "the baseline counts as exact: its mean has an error as well",
        [('for name in (best, "baseline")]', "for name in (best,)]")],
    ),
    Pitfall(
        "one-standard-error",
        "c.decide_spread",
        "one standard error is enough for you: two are wanted",
        [("2 * math.sqrt(sum(variances))", "math.sqrt(sum(variances))")],
    ),
]  # fmt: skip
