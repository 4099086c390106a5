# %% [markdown]
# # Extra: words, letter by letter
#
# A language model says how likely each next letter is. The simplest one looks at one letter and
# counts; a neural network that looks at one letter finds the same numbers by descent; one that
# looks at three learns what no table of pairs can hold.

# %%
"""Extra unit: models that make up words: counted bigrams, learnt bigrams, and an MLP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensor import Tensor, cross_entropy
from training import SGD

Array = NDArray[Any]

ALPHABET = ".abcdefghijklmnopqrstuvwxyz"  # a letter's id is its place; '.' is both ends of a word

# %% [markdown]
# ## Bigrams
#
# The word `anna` holds five bigrams: `.a an nn na a.`: it begins after '.', and ends with one.
# The helper with an underscore is a suggestion.


# %%
def _ids(words: Sequence[str]) -> list[list[int]]:
    """Each word as ids, with 0 before and behind.

    A ValueError if a word is empty or has a character that is not in a to z.
    """
    ### BEGIN SOLUTION
    known = set(ALPHABET[1:])
    for word in words:
        if not word or not known.issuperset(word):
            raise ValueError(f"a word has letters from a to z, and at least one: got {word!r}")
    return [[0, *map(ALPHABET.index, word), 0] for word in words]
    ### END SOLUTION


def bigram_counts(words: Sequence[str]) -> Array:
    """Count how often each letter follows each.

    Parameters
    ----------
    words : sequence of str
        Lower-case words; none at all are fine.

    Returns
    -------
    ndarray of int64, shape (27, 27)
        Row i, column j: how often j comes right after i, both ends of words included.

    Raises
    ------
    ValueError
        If a word is empty or has a character that is not in a to z.

    Examples
    --------
    >>> counts = bigram_counts(["anna", "a"])
    >>> int(counts[0, 1]), int(counts[1, 0]), int(counts[14, 14]), int(counts.sum())
    (2, 2, 1, 7)
    """
    ### BEGIN SOLUTION
    counts = np.zeros((27, 27), np.int64)
    for ids in _ids(words):
        for one, other in zip(ids[:-1], ids[1:], strict=True):
            counts[one, other] += 1
    return counts
    ### END SOLUTION


def nll(probabilities: Array, words: Sequence[str]) -> float:
    """Mean negative log-likelihood of all bigrams of some words, in nats.

    Parameters
    ----------
    probabilities : ndarray of shape (27, 27)
        Row i is the distribution of the letter after i.
    words : sequence of str
        At least one.

    Returns
    -------
    float
        A mean over bigrams, not over words; infinity where one of them has probability 0.

    Raises
    ------
    ValueError
        If there are no words, or a word is one that `bigram_counts` refuses.

    Examples
    --------
    >>> round(nll(np.full((27, 27), 1 / 27), ["anna"]), 4)
    3.2958
    """
    ### BEGIN SOLUTION
    counts = bigram_counts(words)
    if not counts.any():
        raise ValueError("there are no words")
    occurring = counts > 0
    with np.errstate(divide="ignore"):
        logs = np.log(probabilities[occurring])
    return float(-(counts[occurring] * logs).sum() / counts.sum())
    ### END SOLUTION


def sample(probabilities: Array, count: int, rng: np.random.Generator) -> list[str]:
    """Make up words: begin at '.', draw letter after letter, until '.' comes.

    Parameters
    ----------
    probabilities : ndarray of shape (27, 27)
        Row i is the distribution of the letter after i.
    count : int >= 0
    rng : numpy.random.Generator
        All that is drawn comes from it.

    Returns
    -------
    list of `count` str
        Without the dots. A word is empty where '.' follows at once.

    Raises
    ------
    ValueError
        If probabilities is not (27, 27), has a negative entry, a row whose sum is not 1 (to 1e-6),
        or count is negative.

    Examples
    --------
    >>> always = np.eye(27)[[1, 14] + [0] * 25]  # a after '.', n after a, then the end
    >>> sample(always, 2, np.random.default_rng(0))
    ['an', 'an']
    """
    ### BEGIN SOLUTION
    if probabilities.shape != (27, 27) or count < 0:
        raise ValueError(f"want (27, 27) and a count from 0, got {probabilities.shape}, {count}")
    if probabilities.min() < 0 or np.abs(probabilities.sum(axis=1) - 1).max() > 1e-6:
        raise ValueError("a row is not a distribution")
    ends = probabilities.cumsum(axis=1)
    ends /= ends[:, -1:]  # rounding: the last end is 1, and no draw lies beyond it
    words = []
    for _ in range(count):
        word, letter = "", -1
        while letter:
            letter = int(ends[max(letter, 0)].searchsorted(rng.random(), side="right"))
            word += ALPHABET[letter]
        words.append(word[:-1])
    return words
    ### END SOLUTION


# %% [markdown]
# ## The same by descent
#
# One layer without a bias, fed with one-hot letters: row i of the weights is the logits of what
# follows i. The best such network is the table of counts; descent comes near it from above.


# %%
def train_neural_bigram(words: Sequence[str], steps: int, lr: float) -> Array:
    """Train logits of bigrams by gradient descent on all words at once.

    The weights begin at 0; every step subtracts lr times the gradient of the mean negative
    log-likelihood over all bigrams, where the probabilities are the softmax of each row.

    Parameters
    ----------
    words : sequence of str
        At least one.
    steps : int >= 0
    lr : float

    Returns
    -------
    ndarray of float64, shape (27, 27)
        The weights after the last step.

    Raises
    ------
    ValueError
        If there are no words, a word is one that `bigram_counts` refuses, or steps is negative.

    Examples
    --------
    >>> weights = train_neural_bigram(["ab"], steps=1, lr=27.0)
    >>> weights[1, :4].round(4).tolist()
    [-0.3333, -0.3333, 8.6667, -0.3333]
    """
    ### BEGIN SOLUTION
    shares = bigram_counts(words).astype(np.float64)
    if not shares.any() or steps < 0:
        raise ValueError("want at least one word and steps from 0")
    shares /= shares.sum()
    rows = shares.sum(axis=1, keepdims=True)  # how often each letter comes first
    weights = np.zeros((27, 27))
    for _ in range(steps):
        powers = np.exp(weights - weights.max(axis=1, keepdims=True))
        weights -= lr * (rows * powers / powers.sum(axis=1, keepdims=True) - shares)
    return weights
    ### END SOLUTION


# %% [markdown]
# ## More than one letter
#
# With a window of three letters a table would have 27^4 entries, nearly all of them unseen. The
# network of Bengio and others (2003) gives each letter a vector, and puts the vectors of the window
# side by side:
#
#     logits = tanh(concatenated vectors @ W1 + b1) @ W2 + b2


# %%
def build_dataset(words: Sequence[str], block_size: int) -> tuple[Array, Array]:
    """Every letter of every word, ends included, with the letters before it.

    Parameters
    ----------
    words : sequence of str
        None at all are fine.
    block_size : int >= 1
        How many letters before; where the word has fewer, '.' stands for them.

    Returns
    -------
    x : ndarray of int64, shape (N, block_size)
        Ids of the letters before, the nearest last.
    y : ndarray of int64, shape (N,)
        The id of the letter: N is the number of letters and words together. Rows go through the
        words in their order, and through each from its first letter to the '.' behind it.

    Raises
    ------
    ValueError
        If block_size is below 1, or a word is one that `bigram_counts` refuses.

    Examples
    --------
    >>> x, y = build_dataset(["ab"], block_size=3)
    >>> x.tolist(), y.tolist()
    ([[0, 0, 0], [0, 0, 1], [0, 1, 2]], [1, 2, 0])
    """
    ### BEGIN SOLUTION
    if block_size < 1:
        raise ValueError(f"a block has at least one letter, got {block_size}")
    x, y = [], []
    for ids in _ids(words):
        padded = [0] * (block_size - 1) + ids
        for place in range(block_size, len(padded)):
            x.append(padded[place - block_size : place])
            y.append(padded[place])
    return np.array(x, np.int64).reshape(-1, block_size), np.array(y, np.int64)
    ### END SOLUTION


def train_mlp(words: Sequence[str], seed: int) -> dict[str, Array]:
    """Train a network that says a letter from the letters before it.

    Sizes, steps, rates and batches are your choice, within 20,000 parameters.

    Parameters
    ----------
    words : sequence of str
        200 or more.
    seed : int
        Decides all that is drawn: the same seed gives the same parameters.

    Returns
    -------
    dict of float ndarrays
        "C" (27, D): a vector for each letter; "W1" (B D, H) and "b1" (H,); "W2" (H, 27) and "b2"
        (27,). B is the block size: the vectors of the B letters before, the nearest last, side by
        side, times W1. The logits are tanh(... @ W1 + b1) @ W2 + b2.

    Raises
    ------
    ValueError
        If there are no words, or a word is one that `bigram_counts` refuses.
    """
    ### BEGIN SOLUTION
    block_size, width, hidden, batch_size = 3, 8, 64, 64
    x, y = build_dataset(words, block_size)
    if not len(x):
        raise ValueError("there are no words")
    rng = np.random.default_rng(seed)
    shapes = {
        "C": (27, width),
        "W1": (block_size * width, hidden),
        "b1": (hidden,),
        "W2": (hidden, 27),
        "b2": (27,),
    }
    spread = {"C": 1.0, "W1": (block_size * width) ** -0.5, "W2": 0.1 * hidden**-0.5}
    p = {name: Tensor(spread.get(name, 0.0) * rng.normal(size=s)) for name, s in shapes.items()}
    optimizer = SGD(list(p.values()), lr=0.0, momentum=0.9)
    steps = 200 + len(x) // 16
    for step in range(steps):
        optimizer.lr = 0.1 * (1 - step / steps)
        rows = rng.integers(0, len(x), batch_size)
        vectors = p["C"][x[rows]].reshape(batch_size, block_size * width)
        logits = (vectors @ p["W1"] + p["b1"]).tanh() @ p["W2"] + p["b2"]
        optimizer.zero_grad()
        cross_entropy(logits, y[rows]).backward()
        optimizer.step()
    return {name: parameter.data for name, parameter in p.items()}
    ### END SOLUTION


# %% [markdown]
# ## Try it

# %%
if __name__ == "__main__":
    known = ["anna", "hanna", "nora", "ronan", "arno", "nana", "hanno"]
    table = bigram_counts(known) + 0.01
    table /= table.sum(axis=1, keepdims=True)
    print(nll(table, known), sample(table, 5, np.random.default_rng(0)))
