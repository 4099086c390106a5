"""Dictionaries of counts first, arrays last; the MLP out of the layers of milestone 4."""

from collections import Counter
from itertools import pairwise

import numpy as np
from tensor import Tensor, cross_entropy
from training import SGD, Linear, Tanh

ALPHABET = ".abcdefghijklmnopqrstuvwxyz"
PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def _spelt(word):
    if not (word.isascii() and word.isalpha() and word.islower()):
        raise ValueError(f"{word!r} is not a word")
    return f".{word}."


def _pairs(words):
    return Counter(pair for word in words for pair in pairwise(_spelt(word)))


def bigram_counts(words):
    table = np.zeros((27, 27), int)
    for (one, other), times in _pairs(words).items():
        table[PLACE[one], PLACE[other]] = times
    return table


def nll(probabilities, words):
    pairs = _pairs(words)
    total = sum(pairs.values())
    if not total:
        raise ValueError("no bigrams")
    with np.errstate(divide="ignore"):
        logs = np.log(probabilities)
    return -sum(times * logs[PLACE[a], PLACE[b]] for (a, b), times in pairs.items()) / total


def sample(probabilities, count, rng):
    if np.shape(probabilities) != (27, 27) or count < 0:
        raise ValueError("27 by 27, and a count")
    if np.any(probabilities < 0) or np.any(abs(probabilities.sum(-1) - 1) > 1e-6):
        raise ValueError("rows are distributions")
    # all words grow side by side; those that have ended are left out
    at, words = np.zeros(count, int), np.array([""] * count, object)
    alive = np.arange(count)
    while alive.size:
        lower = probabilities[at[alive]].cumsum(1)
        drawn = (rng.random(alive.size)[:, None] * lower[:, -1:] >= lower).sum(1)
        for k, letter in zip(alive, drawn):
            words[k] += ALPHABET[letter] if letter else ""
        at[alive] = drawn
        alive = alive[drawn > 0]
    return list(words)


def train_neural_bigram(words, steps, lr):
    if steps < 0 or not len(words):
        raise ValueError("words, and steps from 0")
    x, y = build_dataset(words, 1)
    leaf = Tensor(np.zeros((27, 27)))
    for _ in range(steps):
        leaf.grad = None
        leaf = Tensor(leaf.data)
        cross_entropy(leaf[x[:, 0]], y).backward()
        leaf = Tensor(leaf.data - lr * leaf.grad)
    return leaf.data


def build_dataset(words, block_size):
    if block_size < 1:
        raise ValueError("block_size is 1 at least")
    rows, targets = [], []
    for word in words:
        ids = [PLACE[letter] for letter in _spelt(word)][1:]
        for k, target in enumerate(ids):
            before = ids[max(0, k - block_size) : k]
            rows.append([0] * (block_size - len(before)) + before)
            targets.append(target)
    return np.reshape(np.array(rows, np.int64), (-1, block_size)), np.array(targets, np.int64)


def train_mlp(words, seed):
    if not list(words):
        raise ValueError("no words to learn")
    x, y = build_dataset(words, 3)
    rng = np.random.default_rng(seed)
    vectors = Tensor(rng.normal(size=(27, 10)).astype(np.float32))
    first, tanh, last = Linear(30, 48, rng=rng), Tanh(), Linear(48, 27, rng=rng)
    last.weight.data = last.weight.data * 0.1
    optimizer = SGD([vectors, *first.parameters(), *last.parameters()], lr=0.2, momentum=0.8)
    epochs = max(3, 40_000 // len(x))
    for epoch in range(epochs):
        if epoch == epochs * 2 // 3:
            optimizer.lr = 0.05
        order = rng.permutation(len(x))
        for rows in np.array_split(order, max(1, len(x) // 50)):
            optimizer.zero_grad()
            hidden = tanh(first(vectors[x[rows]].reshape(len(rows), 30)))
            cross_entropy(last(hidden), y[rows]).backward()
            optimizer.step()
    layers = {"C": vectors, "W1": first.weight, "b1": first.bias}
    layers |= {"W2": last.weight, "b2": last.bias}
    return {name: np.array(one.data) for name, one in layers.items()}
