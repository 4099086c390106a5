"""A transformer with one loop over the heads; norms and softmax are functions."""

import numpy as np
from tensor import Tensor, cross_entropy
from training import Linear, Module


class CharTokenizer:
    def __init__(self, text):
        if text == "":
            raise ValueError("an empty text has no characters")
        chars = sorted(set(text))
        self.stoi = {ch: i for i, ch in enumerate(chars)}
        self.itos = dict(enumerate(chars))
        self.vocab_size = len(chars)

    def encode(self, text):
        try:
            return [self.stoi[ch] for ch in text]
        except KeyError as e:
            raise ValueError("unknown character: %s" % e) from None

    def decode(self, ids):
        ids = [int(i) for i in ids]
        for i in ids:
            if i not in self.itos:
                raise ValueError("no character has the id %d" % i)
        return "".join(self.itos[i] for i in ids)


def get_batch(tokens, block_size, batch_size, rng):
    tokens = np.asarray(tokens)
    if len(tokens) < block_size + 1:
        raise ValueError("%d tokens are too few" % len(tokens))
    starts = rng.integers(0, len(tokens) - block_size, size=batch_size)
    x = np.stack([tokens[i : i + block_size] for i in starts])
    y = np.stack([tokens[i + 1 : i + block_size + 1] for i in starts])
    return x, y


def check_ids(ids, n):
    ids = np.asarray(ids)
    if not np.issubdtype(ids.dtype, np.integer):
        raise TypeError("ids are integers")
    if ids.size and (ids.min() < 0 or ids.max() >= n):
        raise ValueError("an id is not in [0, %d)" % n)
    return ids


class Embedding(Module):
    def __init__(self, n, dim, rng=None):
        if n < 1 or dim < 1:
            raise ValueError("sizes are at least 1")
        rng = rng if rng is not None else np.random.default_rng()
        self.n = n
        self.weight = Tensor((0.02 * rng.standard_normal((n, dim))).astype(np.float32))

    def __call__(self, ids):
        return self.weight[check_ids(ids, self.n)]


class Bigram(Module):
    def __init__(self, vocab_size, rng=None):
        self.table = Embedding(vocab_size, vocab_size, rng)

    def __call__(self, ids):
        return self.table(ids)


def layer_norm(x, gain, bias, eps):
    n = float(x.shape[-1])
    mean = x.sum(axis=-1, keepdims=True) / n
    centred = x - mean
    variance = (centred * centred).sum(axis=-1, keepdims=True) / n
    return gain * (centred / (variance + eps).sqrt()) + bias


def softmax(scores):
    exps = (scores - scores.data.max(axis=-1, keepdims=True)).exp()
    return exps / exps.sum(axis=-1, keepdims=True)


class LayerNorm(Module):
    def __init__(self, dim, eps=1e-5):
        if dim < 1:
            raise ValueError("dim is at least 1")
        self.eps = eps
        self.gain = Tensor(np.ones(dim, dtype=np.float32))
        self.bias = Tensor(np.zeros(dim, dtype=np.float32))

    def __call__(self, x):
        if x.shape[-1:] != self.gain.shape:
            raise ValueError("vectors of %s expected" % self.gain.shape)
        return layer_norm(x, self.gain, self.bias, self.eps)


class CausalSelfAttention(Module):
    def __init__(self, n_embd, n_head, rng=None):
        if n_head < 1 or n_embd % n_head != 0:
            raise ValueError("n_head has to divide n_embd")
        rng = rng if rng is not None else np.random.default_rng()
        self.n_head = n_head
        self.n_embd = n_embd
        self.head_size = n_embd // n_head
        self.qkv = Linear(n_embd, 3 * n_embd, init="glorot", rng=rng)
        self.proj = Linear(n_embd, n_embd, init="glorot", rng=rng)

    def head(self, qkv, h):
        size, width = self.head_size, self.n_embd
        first, last = h * size, (h + 1) * size
        q = qkv[:, :, first:last]
        k = qkv[:, :, width + first : width + last]
        v = qkv[:, :, 2 * width + first : 2 * width + last]
        t = q.shape[1]
        future = np.triu(np.ones((t, t)), 1)
        scores = q @ k.transpose(0, 2, 1) / float(np.sqrt(size))
        scores = scores + np.where(future, -np.inf, 0.0).astype(scores.data.dtype)
        return softmax(scores) @ v

    def __call__(self, x):
        if len(x.shape) != 3 or x.shape[2] != self.n_embd:
            raise ValueError("x is (B, T, %d)" % self.n_embd)
        qkv = self.qkv(x)
        out = self.proj.bias
        for h in range(self.n_head):
            rows = slice(h * self.head_size, (h + 1) * self.head_size)
            out = out + self.head(qkv, h) @ self.proj.weight[rows]
        return out


class Block(Module):
    def __init__(self, n_embd, n_head, rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        self.ln1 = LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.ln2 = LayerNorm(n_embd)
        self.fc = Linear(n_embd, 4 * n_embd, rng=rng)
        self.out = Linear(4 * n_embd, n_embd, init="glorot", rng=rng)

    def __call__(self, x):
        h = self.ln1(x)
        h = self.attn(h)
        x = x + h
        h = self.ln2(x)
        h = self.fc(h)
        h = h.relu()
        h = self.out(h)
        x = x + h
        return x


class GPT(Module):
    def __init__(self, vocab_size, block_size, n_layer, n_head, n_embd, rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        self.block_size = block_size
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = []
        for _ in range(n_layer):
            self.blocks.append(Block(n_embd, n_head, rng))
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, rng=rng)
        self.head.weight.data *= 0.05

    def __call__(self, ids):
        ids = np.asarray(ids)
        if ids.ndim != 2:
            raise ValueError("ids are (B, T)")
        t = ids.shape[1]
        if t < 1 or t > self.block_size:
            raise ValueError("T is between 1 and %d" % self.block_size)
        tok = self.token_embedding(ids)
        pos = self.position_embedding(np.arange(t))
        x = tok + pos
        for block in self.blocks:
            x = block(x)
        x = self.ln_f(x)
        return self.head(x)

    def generate(self, ids, max_new_tokens, temperature=1.0, rng=None):
        if np.ndim(ids) != 1 or len(ids) == 0:
            raise ValueError("one row of at least one id is needed")
        if not temperature > 0:
            raise ValueError("temperature is above 0")
        rng = rng if rng is not None else np.random.default_rng()
        ids = [int(i) for i in ids]
        for _ in range(max_new_tokens):
            context = ids[-self.block_size :]
            logits = self(np.array([context])).data[0, -1].astype(np.float64)
            logits = logits / temperature
            probs = np.exp(logits - logits.max())
            probs = probs / probs.sum()
            next_id = rng.choice(len(probs), p=probs)
            ids.append(int(next_id))
        return ids


class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(parameters)
        if not self.params:
            raise ValueError("there is nothing to optimise")
        if lr < 0:
            raise ValueError("lr is not negative")
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError("betas are in [0, 1)")
        if eps <= 0:
            raise ValueError("eps is above 0")
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.t = 0
        self.m = [np.zeros_like(p.data) for p in self.params]
        self.v = [np.zeros_like(p.data) for p in self.params]

    def step(self):
        self.t += 1
        for i, p in enumerate(self.params):
            g = p.grad
            if g is None:
                continue
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g * g
            m_hat = self.m[i] / (1 - self.beta1**self.t)
            v_hat = self.v[i] / (1 - self.beta2**self.t)
            p.data -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def clip_grad_norm(parameters, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm is above 0")
    params = [p for p in parameters if p.grad is not None]
    total = 0.0
    for p in params:
        total += float((p.grad.astype(np.float64) ** 2).sum())
    norm = total**0.5
    if norm > max_norm:
        for p in params:
            p.grad *= max_norm / norm
    return norm


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    tokens = np.asarray(tokens)
    if len(tokens) < block_size + 1:
        raise ValueError("too few tokens")
    rng = np.random.default_rng(seed)
    model = GPT(vocab_size, block_size, n_layer=2, n_head=4, n_embd=64, rng=rng)
    optimizer = Adam(model.parameters(), lr=3e-3)
    for step in range(max_steps):
        optimizer.lr = 3e-3 * min(1.0, (step + 1) / 20) * (1 - 0.95 * step / max_steps)
        x, y = get_batch(tokens, block_size, 16, rng)
        logits = model(x)
        loss = cross_entropy(logits.reshape(-1, vocab_size), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm(optimizer.params, 1.0)
        optimizer.step()
    return model
