"""Unit x.makemore: what is asked of ``makemore.py``."""


def counts(lists):
    """Return the bigram counts of each list of words."""
    import numpy as np
    from makemore import bigram_counts

    return {"counts": [np.array(bigram_counts(list(words))) for words in lists]}


def likelihoods(probabilities, lists):
    """Return the nll of each list of words."""
    import numpy as np
    from makemore import nll

    found = [nll(probabilities.copy(), list(words)) for words in lists]
    return {"nll": [one if np.size(one) > 1 else float(one) for one in found]}


def make_up(probabilities, count, seeds):
    """Return the words sampled with each seed."""
    import numpy as np
    from makemore import sample

    found = [sample(probabilities.copy(), count, np.random.default_rng(seed)) for seed in seeds]
    return {"words": [[str(word) for word in words] for words in found]}


def descend(words, plans):
    """Return the weights of a neural bigram after each (steps, lr)."""
    import numpy as np
    from makemore import train_neural_bigram

    found = [np.array(train_neural_bigram(list(words), steps, lr)) for steps, lr in plans]
    return {"weights": found}


def rows(words, sizes):
    """Return the data set of some words for each block size."""
    import numpy as np
    from makemore import build_dataset

    found = [build_dataset(list(words), size) for size in sizes]
    return {"rows": [{"x": np.array(x), "y": np.array(y)} for x, y in found]}


def learn(words, seed):
    """Return the parameters of an MLP that has learnt some words."""
    import numpy as np
    from makemore import train_mlp

    found = train_mlp(list(words), seed)
    return {"parameters": {str(name): np.array(found[name]) for name in found}}


def attempt(expression):
    """Evaluate something that should raise."""
    import makemore
    import numpy as np

    scope = {**vars(makemore), "np": np, "flat": np.full((27, 27), 1 / 27)}
    return {"value": type(eval(expression, scope)).__name__}
