"""One long text of all words; the network with its gradients by hand, and Adam."""

import math
import string

import numpy as np

ALPHABET = "." + string.ascii_lowercase


def joined(words):
    for word in words:
        if word == "" or any(c not in string.ascii_lowercase for c in word):
            raise ValueError("no word: " + word)
    text = "." + "".join(word + "." for word in words)
    return np.array([ALPHABET.index(c) for c in text])


def bigram_counts(words):
    text = joined(words)
    return np.bincount(27 * text[:-1] + text[1:], minlength=27 * 27).reshape(27, 27)


def nll(probabilities, words):
    text = joined(words)
    if len(text) < 2:
        raise ValueError("no words, no mean")
    losses = []
    for p in probabilities[text[:-1], text[1:]]:
        losses.append(-math.log(p) if p > 0 else math.inf)
    return sum(losses) / len(losses)


def sample(probabilities, count, rng):
    p = np.asarray(probabilities, float)
    if p.shape != (27, 27):
        raise ValueError("27 rows of 27")
    if (p < 0).any() or not np.allclose(p.sum(1), 1, rtol=0, atol=1e-6):
        raise ValueError("not distributions")
    if count < 0:
        raise ValueError("a negative number of words")
    p = p / p.sum(1, keepdims=True)
    words = []
    while len(words) < count:
        letters, at = [], rng.choice(27, p=p[0])
        while at != 0:
            letters.append(ALPHABET[at])
            at = rng.choice(27, p=p[at])
        words.append("".join(letters))
    return words


def train_neural_bigram(words, steps, lr):
    text = joined(words)
    if steps < 0 or len(text) < 2:
        raise ValueError("nothing to train on")
    x, y = text[:-1], text[1:]
    W = np.zeros((27, 27))
    for _ in range(steps):
        p = np.exp(W[x] - np.logaddexp.reduce(W[x], axis=1)[:, None])
        p[np.arange(len(y)), y] -= 1.0
        dW = np.zeros_like(W)
        np.add.at(dW, x, p / len(y))
        W = W - lr * dW
    return W


def build_dataset(words, block_size):
    if not block_size >= 1:
        raise ValueError("a block of nothing")
    joined(words)
    X, Y = [], []
    for word in words:
        context = "." * block_size
        for c in word + ".":
            X.append([ALPHABET.index(k) for k in context])
            Y.append(ALPHABET.index(c))
            context = context[1:] + c
    return np.array(X, dtype=np.int32).reshape(len(X), block_size), np.array(Y, dtype=np.int32)


def train_mlp(words, seed):
    X, Y = build_dataset(words, 4)
    if len(Y) == 0:
        raise ValueError("no words")
    rng = np.random.default_rng([seed, 27])
    C, W1 = rng.normal(size=(27, 6)), rng.normal(size=(24, 100)) / 24**0.5
    b1, W2, b2 = np.zeros(100), rng.normal(size=(100, 27)) * 0.02, np.zeros(27)
    params = [C, W1, b1, W2, b2]
    m, v = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    rounds = 300 + len(Y) // 20
    for t in range(1, rounds + 1):
        pick = rng.choice(len(Y), 96)
        x, y = X[pick], Y[pick]
        e = C[x].reshape(len(x), -1)
        h = np.tanh(e @ W1 + b1)
        z = h @ W2 + b2
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        dz = p / len(y)
        da = dz @ W2.T * (1 - h * h)
        dC = np.zeros_like(C)
        np.add.at(dC, x, (da @ W1.T).reshape(*x.shape, 6))
        for k, g in enumerate([dC, e.T @ da, da.sum(0), h.T @ dz, dz.sum(0)]):
            m[k] += 0.1 * (g - m[k])
            v[k] += 0.01 * (g * g - v[k])
            rate = 0.01 * (1 - t / (rounds + 1))
            params[k] -= rate * (m[k] / (1 - 0.9**t)) / (np.sqrt(v[k] / (1 - 0.99**t)) + 1e-8)
    return dict(zip(["C", "W1", "b1", "W2", "b2"], params))
