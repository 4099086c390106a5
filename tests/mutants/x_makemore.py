"""The mistakes of unit x.makemore."""

from tests.mutants.pitfall import Pitfall

GUARD = """    known = set(ALPHABET[1:])
    for word in words:
        if not word or not known.issuperset(word):
            raise ValueError(f"a word has letters from a to z, and at least one: got {word!r}")
"""
MEAN = "return float(-(counts[occurring] * logs).sum() / counts.sum())"
WORD = """        word, letter = "", -1
        while letter:
            letter = int(ends[max(letter, 0)].searchsorted(rng.random(), side="right"))
"""
GRADIENT = "(rows * powers / powers.sum(axis=1, keepdims=True) - shares)"
WINDOW = "x.append(padded[place - block_size : place])"

PITFALLS = [
    Pitfall(
        "counts-transposed",
        "x.makemore.counts",
        "Rows and columns are swapped: the row is the letter before, the column the one after.",
        [("counts[one, other] += 1", "counts[other, one] += 1")],
    ),
    Pitfall(
        "counts-pairs-once",
        "x.makemore.counts",
        "A pair that comes again is not counted again.",
        [("counts[one, other] += 1", "counts[one, other] = 1")],
    ),
    Pitfall(
        "counts-without-end",
        "x.makemore.counts",
        "The last letter of a word is followed by nothing: it is followed by '.'.",
        [("zip(ids[:-1], ids[1:], strict=True)", "zip(ids[:-2], ids[1:-1], strict=True)")],
    ),
    Pitfall(
        "counts-without-start",
        "x.makemore.counts",
        "The first letter of a word follows nothing: it follows '.'.",
        [("zip(ids[:-1], ids[1:], strict=True)", "zip(ids[1:-1], ids[2:], strict=True)")],
    ),
    Pitfall(
        "nll-by-words",
        "x.makemore.nll",
        "The sum is divided by the number of words. The mean is one over bigrams.",
        [("/ counts.sum())\n    ### END", "/ len(words))\n    ### END")],
    ),
    Pitfall(
        "nll-in-bits",
        "x.makemore.nll",
        "Logarithms are of base 2: that gives bits. Nats have the natural logarithm.",
        [("logs = np.log(", "logs = np.log2(")],
    ),
    Pitfall(
        "nll-of-different-bigrams",
        "x.makemore.nll",
        "Each kind of bigram counts once, however often it occurs.",
        [(MEAN, "return float(-logs.mean())")],
    ),
    Pitfall(
        "nll-smoothed",
        "x.makemore.nll",
        "A little is added to each probability, so that one of 0 is not infinity and all others "
        "are off.",
        [("np.log(probabilities[occurring])", "np.log(probabilities[occurring] + 1e-4)")],
    ),
    Pitfall(
        "dataset-runs-on",
        "x.makemore.dataset",
        "The window of a word begins with the end of the word before it, not with dots.",
        [
            (
                "        padded = [0] * (block_size - 1) + ids\n",
                "        padded = [0] * (block_size - 1) + ids\n"
                "        if x:\n            padded[: block_size - 1] = (x[-1] + [y[-1]])[2:]\n",
            )
        ],
    ),
    Pitfall(
        "dataset-nearest-first",
        "x.makemore.dataset",
        "The letters before stand in reverse: the nearest one comes last.",
        [(WINDOW, "x.append(padded[place - block_size : place][::-1])")],
    ),
    Pitfall(
        "dataset-without-end",
        "x.makemore.dataset",
        "The '.' behind a word is never asked for, so that the model cannot end one.",
        [("range(block_size, len(padded))", "range(block_size, len(padded) - 1)")],
    ),
    Pitfall(
        "dataset-sees-answer",
        "x.makemore.dataset",
        "The window holds the letter that it should say.",
        [(WINDOW, "x.append(padded[place - block_size + 1 : place + 1])")],
    ),
    Pitfall(
        "sample-most-likely",
        "x.makemore.sample",
        "The likeliest letter is taken each time, so that all words are one.",
        [
            (
                'int(ends[max(letter, 0)].searchsorted(rng.random(), side="right"))',
                "int(probabilities[max(letter, 0)].argmax()) if len(word) < 9 else 0",
            )
        ],
    ),
    Pitfall(
        "sample-first-row-only",
        "x.makemore.sample",
        "Every letter is drawn by the row of '.': each by that of the letter before it.",
        [("ends[max(letter, 0)]", "ends[0]")],
    ),
    Pitfall(
        "sample-keeps-dot",
        "x.makemore.sample",
        "The dot that ends a word is part of what is returned.",
        [("words.append(word[:-1])", "words.append(word)")],
    ),
    Pitfall(
        "sample-own-seed",
        "x.makemore.sample_seed",
        "The function has a generator of its own: the one that is handed in decides nothing.",
        [
            (
                "    words = []\n    for _ in range(count):\n",
                "    words, rng = [], np.random.default_rng(0)\n    for _ in range(count):\n",
            )
        ],
    ),
    Pitfall(
        "gradient-by-rows",
        "x.makemore.neural_steps",
        "The gradient of each row is divided by how often its letter comes. The loss is a mean "
        "over all bigrams.",
        [(GRADIENT, GRADIENT + " / np.maximum(rows, 1e-9)")],
    ),
    Pitfall(
        "gradient-not-divided",
        "x.makemore.neural_steps",
        "The gradient is that of a sum over bigrams, not of their mean.",
        [("    shares /= shares.sum()\n", "")],
    ),
    Pitfall(
        "gradient-uphill",
        "x.makemore.neural_steps",
        "The steps go uphill, to a larger loss. The gradient has to be subtracted.",
        [("weights -= lr *", "weights += lr *")],
    ),
    Pitfall(
        "closed-form-for-training",
        "x.makemore.neural_steps",
        "The result is the log of the counts: that is where descent leads, not where it is after "
        "a few steps.",
        [("    return weights\n", "    return np.log(shares + 1e-6) if steps else weights\n")],
    ),
    Pitfall(
        "probabilities-for-weights",
        "x.makemore.neural_steps",
        "Probabilities are returned, where the weights are wanted.",
        [
            (
                "    return weights\n",
                "    powers = np.exp(weights)\n    return powers / powers.sum(axis=1, keepdims=True)\n",
            )
        ],
    ),
    Pitfall(
        "untrained-mlp",
        "x.makemore.mlp_seed",
        "The first weights come back as they were drawn: nothing is learnt. Is there a gradient "
        "when the optimiser takes its step?",
        [
            (
                "        optimizer.zero_grad()\n        cross_entropy(logits, y[rows]).backward()\n",
                "        cross_entropy(logits, y[rows]).backward()\n        optimizer.zero_grad()\n",
            )
        ],
    ),
    Pitfall(
        "mlp-without-seed",
        "x.makemore.mlp_seed",
        "The first weights or the batches come from a generator that the seed has no part in.",
        [
            (
                "rng = np.random.default_rng(seed)\n    shapes",
                "rng = np.random.default_rng()\n    shapes",
            )
        ],
    ),
    Pitfall(
        "mlp-fixed-seed",
        "x.makemore.mlp_seed",
        "Every seed gives the same MLP.",
        [
            (
                "rng = np.random.default_rng(seed)\n    shapes",
                "rng = np.random.default_rng(0)\n    shapes",
            )
        ],
    ),
    Pitfall(
        "letters-unchecked",
        "x.makemore.bad_input",
        "Empty words are counted, and letters that are not in the alphabet end in whatever NumPy or "
        "index says.",
        [(GUARD, "")],
    ),
]
