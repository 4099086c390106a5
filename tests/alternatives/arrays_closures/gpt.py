"""Milestone 6, plainly: everything composed of Tensor operations."""

import numpy as np
from tensor import Tensor, cross_entropy
from training import Linear, Module, flatten


class CharTokenizer:
    def __init__(self, text):
        if len(text) == 0:
            raise ValueError("no text, no vocabulary")
        self.chars = "".join(sorted(set(text)))
        self.vocab_size = len(self.chars)

    def encode(self, text):
        ids = []
        for c in text:
            i = self.chars.find(c)
            if i < 0:
                raise ValueError("unknown character %r" % c)
            ids.append(i)
        return ids

    def decode(self, ids):
        text = ""
        for i in ids:
            if i < 0 or i >= self.vocab_size:
                raise ValueError("no character has the id %d" % i)
            text += self.chars[i]
        return text


def get_batch(tokens, block_size, batch_size, rng):
    last = len(tokens) - block_size
    if last < 1:
        raise ValueError("the text is too short")
    x, y = [], []
    for _ in range(batch_size):
        i = int(rng.integers(last))
        x.append(tokens[i : i + block_size])
        y.append(tokens[i + 1 : i + 1 + block_size])
    return np.array(x), np.array(y)


class Embedding(Module):
    def __init__(self, n, dim, rng=None):
        if n <= 0 or dim <= 0:
            raise ValueError("an embedding needs rows and columns")
        rng = np.random.default_rng() if rng is None else rng
        self.weight = Tensor(rng.normal(0, 0.02, (n, dim)).astype("float32"))

    def __call__(self, ids):
        ids = np.asarray(ids)
        if not np.issubdtype(ids.dtype, np.integer):
            raise TypeError("ids are whole numbers")
        if np.any(ids < 0) or np.any(ids >= self.weight.shape[0]):
            raise ValueError("id outside the table")
        return self.weight[ids]


class Bigram(Module):
    def __init__(self, vocab_size, rng=None):
        self.next = Embedding(vocab_size, vocab_size, rng)

    def __call__(self, ids):
        return self.next(ids)


class LayerNorm(Module):
    def __init__(self, dim, eps=1e-5):
        if dim <= 0:
            raise ValueError("nothing to normalise")
        self.eps = eps
        self.gain = Tensor(np.ones(dim, "float32"))
        self.bias = Tensor(np.zeros(dim, "float32"))

    def forward(self, x):
        if x.shape[-1] != self.gain.shape[0]:
            raise ValueError("LayerNorm: last axis should be %d" % self.gain.shape[0])
        d = x - x.mean(axis=-1, keepdims=True)
        var = (d * d).mean(axis=-1, keepdims=True)
        return d / (var + self.eps).sqrt() * self.gain + self.bias


class CausalSelfAttention(Module):
    def __init__(self, n_embd, n_head, rng=None):
        if n_head < 1 or n_embd % n_head != 0:
            raise ValueError("n_embd must be a multiple of n_head")
        rng = np.random.default_rng() if rng is None else rng
        self.n_head = n_head
        self.qkv = Linear(n_embd, 3 * n_embd, init="glorot", rng=rng)
        self.proj = Linear(n_embd, n_embd, init="glorot", rng=rng)

    def forward(self, x):
        b, t, c = x.shape
        d = c // self.n_head
        qkv = self.qkv(x)

        def split(i):
            part = qkv[:, :, i * c : (i + 1) * c]
            return part.reshape(b, t, self.n_head, d).transpose(0, 2, 1, 3)

        q, k, v = split(0), split(1), split(2)
        scores = (q @ k.transpose(0, 1, 3, 2)) * (1.0 / float(np.sqrt(d)))
        mask = np.where(np.arange(t)[:, None] >= np.arange(t)[None, :], 0.0, -1e9)
        weights = (scores + mask.astype(scores.data.dtype)).softmax(axis=-1)
        return self.proj((weights @ v).transpose(0, 2, 1, 3).reshape(b, t, c))


class Block(Module):
    def __init__(self, n_embd, n_head, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.ln1, self.ln2 = LayerNorm(n_embd), LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.fc = Linear(n_embd, 4 * n_embd, rng=rng)
        self.out = Linear(4 * n_embd, n_embd, init="glorot", rng=rng)

    def forward(self, x):
        x = self.attn(self.ln1(x)) + x
        return self.out(self.fc(self.ln2(x)).relu()) + x


class GPT(Module):
    def __init__(self, vocab_size, block_size, n_layer, n_head, n_embd, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.block_size = block_size
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = [Block(n_embd, n_head, rng) for i in range(n_layer)]
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, init="zeros")

    def __call__(self, ids):
        ids = np.asarray(ids)
        if ids.ndim != 2:
            raise ValueError("ids should be (B, T)")
        if ids.shape[1] > self.block_size or ids.shape[1] == 0:
            raise ValueError("at most %d ids, and at least one" % self.block_size)
        positions = np.arange(ids.shape[1])
        x = self.token_embedding(ids) + self.position_embedding(positions)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

    def generate(self, ids, max_new_tokens, temperature=1.0, rng=None):
        if len(ids) == 0 or temperature <= 0:
            raise ValueError("generate needs a beginning and a positive temperature")
        rng = np.random.default_rng() if rng is None else rng
        ids = list(ids)
        for _ in range(max_new_tokens):
            context = np.array(ids[max(0, len(ids) - self.block_size) :]).reshape(1, -1)
            z = self(context).data[0, -1] / temperature
            p = np.cumsum(np.exp((z - z.max()).astype("float64")))
            ids.append(int(np.searchsorted(p, rng.random() * p[-1], side="right")))
        return ids


class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(parameters)
        if len(self.params) == 0:
            raise ValueError("nothing to optimise")
        if lr < 0 or min(betas) < 0 or max(betas) >= 1 or eps <= 0:
            raise ValueError("lr, betas or eps out of range")
        self.lr, self.b1, self.b2, self.eps = lr, betas[0], betas[1], eps
        self.t, self.m, self.v = 0, {}, {}

    def step(self):
        self.t += 1
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.m[i] = self.b1 * self.m.get(i, 0.0) + (1 - self.b1) * p.grad
            self.v[i] = self.b2 * self.v.get(i, 0.0) + (1 - self.b2) * p.grad * p.grad
            m = self.m[i] / (1 - self.b1**self.t)
            v = self.v[i] / (1 - self.b2**self.t)
            p.data = (p.data - self.lr * m / (np.sqrt(v) + self.eps)).astype(p.data.dtype)

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)


def clip_grad_norm(parameters, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    parameters = [p for p in flatten(list(parameters)) if p.grad is not None]
    norm = float(np.sqrt(sum(np.sum(np.square(p.grad, dtype="float64")) for p in parameters)))
    scale = min(1.0, max_norm / (norm + 1e-6))
    for p in parameters:
        p.grad = (p.grad * scale).astype(p.grad.dtype)
    return norm


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    rng = np.random.default_rng(seed)
    model = GPT(vocab_size, block_size, 2, 4, 64, rng)
    optimizer = Adam(model.parameters(), lr=3e-3)
    for step in range(max_steps):
        warm = min(1.0, (step + 1) / (0.05 * max_steps + 1))
        optimizer.lr = 3e-3 * warm * min(1.0, 1.05 - step / max_steps)
        x, y = get_batch(tokens, block_size, 16, rng)
        logits = model(x)
        loss = cross_entropy(logits.reshape(x.size, vocab_size), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm(model.parameters(), 1.0)
        optimizer.step()
    return model
