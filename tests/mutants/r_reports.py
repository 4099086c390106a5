"""The mistakes of unit r."""

from tests.mutants.pitfall import Pitfall

FIT = 'fit(model, x, y, epochs, training["batch_size"], optimizer, schedule, rng=rng)'
LAST = 'return Sequential(*layers, Linear(sizes[-2], sizes[-1], "glorot", rng))'
UNKNOWN = (
    '            raise ValueError(f"there is no value for {{{{{name}}}}}; there are '
    "{', '.join(values)}\")\n"
)

PITFALLS = [
    Pitfall(
        "seed-unused",
        "r.same_seed",
        "the weights are drawn anew in every run: which generator draws them, and made from what?",
        [('np.random.default_rng(training["seed"])', "np.random.default_rng()")],
    ),
    Pitfall(
        "shuffling-unseeded",
        "r.same_seed",
        "the first weights repeat and what is learnt from them does not: who shuffles the samples?",
        [(FIT, FIT.replace(", rng=rng", ""))],
    ),
    Pitfall(
        "shuffled-alike",
        "r.same_seed",
        "two seeds take the samples in one order: which generator shuffles them, made from what?",
        [(FIT, FIT.replace("rng=rng", "rng=np.random.default_rng(0)"))],
    ),
    Pitfall(
        "activation-after-last",
        "r.build",
        "the logits go through an activation: what can a logit below 0 be after that?",
        [(LAST, LAST.replace('"glorot", rng)', '"glorot", rng), ACTIVATIONS[activation]()'))],
    ),
    Pitfall(
        "same-init-everywhere",
        "r.build",
        "every layer has the weights of one before a ReLU: tanh does not halve the variance",
        [('init = "he" if activation == "relu" else "glorot"', 'init = "he"')],
    ),
    Pitfall(
        "last-layer-by-he",
        "r.build",
        "the last layer has the weights of one before a ReLU, and no activation follows it",
        [(LAST, LAST.replace('"glorot"', "init"))],
    ),
    Pitfall(
        "dropout-forgotten",
        "r.build",
        "no layer of the network drops anything: which line makes one where the share is above 0?",
        [("if dropout > 0:", "if dropout >= 1:")],
    ),
    Pitfall(
        "dropout-keeps-share",
        "r.build",
        "as much is kept as should be dropped: is the setting the share that goes, or that stays?",
        [("Dropout(dropout, rng)", "Dropout(1 - dropout, rng)")],
    ),
    Pitfall(
        "steps-rounded-down",
        "r.rates",
        "the cosine ends too early: the short batch at the end of an epoch is a step as well",
        [('math.ceil(samples / training["batch_size"])', '(samples // training["batch_size"])')],
    ),
    Pitfall(
        "warmup-not-passed",
        "r.rates",
        "the rate begins at its largest: which setting says how many steps it climbs?",
        [('cosine_schedule(lr, steps, training["warmup"])', "cosine_schedule(lr, steps)")],
    ),
    Pitfall(
        "schedule-not-passed",
        "r.used",
        "the rate is the same at every step: what asks for the rate of a step while it trains?",
        [(FIT, FIT.replace("optimizer, schedule,", "optimizer,"))],
    ),
    Pitfall(
        "decay-forgotten",
        "r.used",
        "weight decay changes nothing: how many numbers of [optimiser] does the optimiser get?",
        [
            (
                '**config["optimiser"]',
                'config["optimiser"]["lr"], config["optimiser"]["momentum"]',
            )
        ],
    ),
    Pitfall(
        "curve-of-last-batch",
        "r.run",
        "the curve is the loss of one batch an epoch: of how many losses is it the mean?",
        [("by_epoch.mean(axis=1)", "by_epoch[:, -1]")],
    ),
    Pitfall(
        "left-in-training-mode",
        "r.run",
        "the model that comes back still drops values: in which mode does fit leave it?",
        [("    model.eval()\n    by_epoch", "    by_epoch")],
    ),
    Pitfall(
        "confusion-transposed",
        "r.confusion",
        "rows and columns have changed places: which index is the true class?",
        [("np.add.at(counts, (y, predicted), 1)", "np.add.at(counts, (predicted, y), 1)")],
    ),
    Pitfall(
        "repeats-counted-once",
        "r.confusion",
        "a pair that occurs twice counts once: what does += do with a repeated index?",
        [("np.add.at(counts, (y, predicted), 1)", "counts[y, predicted] += 1")],
    ),
    Pitfall(
        "hash-cuts-off",
        "r.curve_hash",
        "a loss a little below a millionth is cut off to the one before: is that the nearest?",
        [("round(loss * 1_000_000)", "int(loss * 1_000_000)")],
    ),
    Pitfall(
        "hash-multiplies-last",
        "r.curve_hash",
        "each number is added before the product is taken: by Horner's rule it comes after",
        [
            (
                "value * 1_000_003 + round(loss * 1_000_000)",
                "(value + round(loss * 1_000_000)) * 1_000_003",
            )
        ],
    ),
    Pitfall(
        "biases-not-counted",
        "r.claims",
        "the count is short by the units of all layers: what is learnt beside the weights?",
        [("for p in parameters)", "for p in parameters if len(p.shape) > 1)")],
    ),
    Pitfall(
        "hash-before-rounding",
        "r.claims",
        "the curve is stated in full length: to how many decimals is each number rounded first?",
        [("round(float(loss), 6)", "float(loss)")],
    ),
    Pitfall(
        "placeholder-kept",
        "r.fill",
        "a placeholder without a value stays as it is: who notices a misspelt name then?",
        [(UNKNOWN, "            return match[0]\n")],
    ),
    Pitfall(
        "floats-in-full",
        "r.fill",
        "floats are written in full length: how many decimals has a text use for?",
        [('f"{value:.4f}" if isinstance(value, float) else str(value)', "str(value)")],
    ),
]
