"""A transformer of a few large nodes, each with its derivative by hand; Adam on one flat vector."""

import math

import numpy as np
from tensor import Tensor, cross_entropy
from training import Linear, Module, cosine_schedule

NOTHING_SEEN = np.finfo(np.float32).min


class CharTokenizer:
    def __init__(self, text):
        self.alphabet = "".join(sorted(set(text)))
        self.vocab_size = len(self.alphabet)
        if not self.vocab_size:
            raise ValueError("the text is empty")

    def encode(self, text):
        ids = [self.alphabet.find(letter) for letter in text]
        if -1 in ids:
            raise ValueError("unknown character: %r" % text[ids.index(-1)])
        return ids

    def decode(self, ids):
        letters = []
        for number in ids:
            if not 0 <= number < self.vocab_size:
                raise ValueError("there is no character %s" % number)
            letters.append(self.alphabet[number])
        return "".join(letters)


def get_batch(tokens, block_size, batch_size, rng):
    tokens = np.asarray(tokens)
    room = len(tokens) - block_size
    if room < 1:
        raise ValueError("the text is shorter than a window")
    first = rng.integers(room, size=(batch_size, 1))
    places = first + np.arange(block_size)
    return tokens[places], tokens[places + 1]


class Embedding(Module):
    def __init__(self, n, dim, rng=None):
        if min(n, dim) < 1:
            raise ValueError("a table has rows and columns")
        rng = rng or np.random.default_rng()
        self.weight = Tensor(rng.normal(0, 0.05, (n, dim)).astype("float32"))

    def __call__(self, ids):
        ids = np.asarray(ids)
        if ids.dtype.kind not in "iu":
            raise TypeError("ids have to be integers, not %s" % ids.dtype)
        table = self.weight
        if ((ids < 0) | (ids >= len(table.data))).any():
            raise ValueError("ids have to be below %d" % len(table.data))

        def back(g):
            grad = np.zeros(table.shape, g.dtype)
            np.add.at(grad, ids, g)
            return grad

        return Tensor._node(table.data[ids], (table, back))


class Bigram(Module):
    def __init__(self, vocab_size, rng=None):
        self.following = Embedding(vocab_size, vocab_size, rng=rng)

    def __call__(self, ids):
        return self.following(ids)


class LayerNorm(Module):
    def __init__(self, dim, eps=1e-5):
        if dim < 1:
            raise ValueError("dim must be positive")
        self.gain = Tensor(np.ones((dim,), "float32"))
        self.bias = Tensor(np.zeros((dim,), "float32"))
        self.eps = eps

    def __call__(self, x):
        if x.shape[-1] != self.gain.shape[0]:
            raise ValueError("x has %d columns" % x.shape[-1])
        centre = x.data.mean(-1, keepdims=True)
        inverse = 1 / np.sqrt(x.data.var(-1, keepdims=True) + x.data.dtype.type(self.eps))
        normal = (x.data - centre) * inverse
        gain = self.gain.data
        rest = tuple(range(normal.ndim - 1))

        def to_x(g):
            h = g * gain
            through_mean = h.mean(-1, keepdims=True)
            through_variance = normal * (h * normal).mean(-1, keepdims=True)
            return (h - through_mean - through_variance) * inverse

        def to_gain(g):
            return (g * normal).sum(rest)

        def to_bias(g):
            return g.sum(rest)

        out = normal * gain + self.bias.data
        return Tensor._node(out, (x, to_x), (self.gain, to_gain), (self.bias, to_bias))


def attend(qkv, n_head):
    """One node: (B, T, 3C) to (B, T, C)."""
    b, t, c3 = qkv.shape
    c = c3 // 3
    d = c // n_head
    parts = qkv.data.reshape(b, t, 3, n_head, d)
    q, k, v = np.moveaxis(parts, (2, 3), (0, 2))
    scale = qkv.data.dtype.type(1 / math.sqrt(d))
    scores = np.einsum("bhqd,bhkd->bhqk", q, k) * scale
    scores[..., np.arange(t)[:, None] < np.arange(t)] = NOTHING_SEEN
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    out = np.einsum("bhqk,bhkd->bqhd", weights, v).reshape(b, t, c)

    def back(g):
        g = g.reshape(b, t, n_head, d)
        dv = np.einsum("bhqk,bqhd->bkhd", weights, g)
        dw = np.einsum("bqhd,bhkd->bhqk", g, v)
        ds = weights * (dw - (dw * weights).sum(-1, keepdims=True)) * scale
        dq = np.einsum("bhqk,bhkd->bqhd", ds, k)
        dk = np.einsum("bhqk,bhqd->bkhd", ds, q)
        return np.stack([dq, dk, dv], axis=2).reshape(b, t, c3)

    return Tensor._node(out, (qkv, back))


class CausalSelfAttention(Module):
    def __init__(self, n_embd, n_head, rng=None):
        if n_head < 1 or n_embd % n_head:
            raise ValueError("%d components for %d heads" % (n_embd, n_head))
        rng = rng or np.random.default_rng()
        self.heads = n_head
        self.qkv = Linear(n_embd, n_embd * 3, "glorot", rng)
        self.proj = Linear(n_embd, n_embd, "glorot", rng)

    def __call__(self, x):
        if len(x.shape) != 3:
            raise ValueError("x needs three axes")
        joined = attend(self.qkv(x), self.heads)
        return self.proj(joined)


class Block(Module):
    def __init__(self, n_embd, n_head, rng=None):
        rng = rng or np.random.default_rng()
        self.ln1, self.ln2 = LayerNorm(n_embd), LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.fc = Linear(n_embd, 4 * n_embd, "he", rng)
        self.out = Linear(4 * n_embd, n_embd, "glorot", rng)

    def mlp(self, x):
        return self.out(self.fc(x).relu())

    def __call__(self, x):
        y = x + self.attn(self.ln1(x))
        return y + self.mlp(self.ln2(y))


class GPT(Module):
    def __init__(self, vocab_size, block_size, n_layer, n_head, n_embd, rng=None):
        rng = rng or np.random.default_rng()
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = [Block(n_embd, n_head, rng) for _ in range(n_layer)]
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, "glorot", rng)
        self.head.weight.data[...] /= 10
        self.longest = block_size

    def __call__(self, ids):
        ids = np.asarray(ids)
        if ids.ndim != 2 or not 1 <= ids.shape[1] <= self.longest:
            raise ValueError("ids must be (B, T) with T up to %d" % self.longest)
        places = np.arange(ids.shape[1])
        x = self.token_embedding(ids) + self.position_embedding(places)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

    def generate(self, ids, max_new_tokens, temperature=1.0, rng=None):
        row = np.asarray(ids)
        if row.ndim != 1 or row.size == 0 or not temperature > 0:
            raise ValueError("ids or temperature cannot be used")
        rng = rng or np.random.default_rng()
        text = row.tolist()
        while len(text) < row.size + max_new_tokens:
            seen = np.array(text[-self.longest :])
            last = self(seen[None]).data[0, -1]
            # the largest of the logits with Gumbel noise is a draw from their softmax
            noise = rng.gumbel(size=last.shape)
            text.append(int(np.argmax(last / temperature + noise)))
        return text


class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        self.tensors = tuple(parameters)
        if not self.tensors:
            raise ValueError("no parameters")
        if lr < 0 or min(betas) < 0 or max(betas) >= 1 or not eps > 0:
            raise ValueError("a setting is out of range")
        self.lr, self.betas, self.eps = lr, betas, eps
        self.count = 0
        size = sum(t.data.size for t in self.tensors)
        self.first, self.second = np.zeros(size), np.zeros(size)

    def gather(self):
        """All gradients as one vector, and which of its numbers are real."""
        pieces, known = [], []
        for t in self.tensors:
            pieces.append(np.zeros(t.data.size) if t.grad is None else t.grad.ravel())
            known.append(np.full(t.data.size, t.grad is not None))
        return np.concatenate(pieces), np.concatenate(known)

    def step(self):
        g, known = self.gather()
        b1, b2 = self.betas
        self.count += 1
        self.first = np.where(known, b1 * self.first + (1 - b1) * g, self.first)
        self.second = np.where(known, b2 * self.second + (1 - b2) * g**2, self.second)
        mean = self.first / (1 - b1**self.count)
        square = self.second / (1 - b2**self.count)
        change = np.where(known, self.lr * mean / (np.sqrt(square) + self.eps), 0)
        start = 0
        for t in self.tensors:
            end = start + t.data.size
            t.data -= change[start:end].reshape(t.shape).astype(t.data.dtype)
            start = end

    def zero_grad(self):
        for t in self.tensors:
            t.grad = None


def clip_grad_norm(parameters, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    tensors = [t for t in parameters if t.grad is not None]
    norms = [np.linalg.norm(t.grad) for t in tensors]
    norm = math.hypot(*norms)
    factor = min(1.0, max_norm / norm) if norm else 1.0
    for t in tensors:
        t.grad *= t.grad.dtype.type(factor)
    return norm


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    rng = np.random.default_rng(seed)
    get_batch(tokens, block_size, 1, np.random.default_rng(0))
    model = GPT(vocab_size, block_size, 2, 2, 48, rng)
    rate = cosine_schedule(4e-3, max_steps, min(30, max_steps // 5))
    adam = Adam(model.parameters(), 4e-3, betas=(0.9, 0.99))
    for step in range(max_steps):
        x, y = get_batch(tokens, block_size, 12, rng)
        adam.zero_grad()
        loss = cross_entropy(model(x).reshape(x.size, vocab_size), y.ravel())
        loss.backward()
        clip_grad_norm(adam.tensors, 1.0)
        adam.lr = rate(step)
        adam.step()
    return model
