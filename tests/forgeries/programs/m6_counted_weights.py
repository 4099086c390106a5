"""A GPT of the contract that nothing trains: counted 4-grams are written into its weights.

Heads fetch the characters before, hidden units know a context each; LayerNorm is held still by two
numbers so large that nothing else counts.
"""

LARGE, SHARP, CONTEXTS, LONGEST = 300.0, 40.0, 4800, 4


def _count(tokens, vocab_size):
    counts = {}
    for size in range(1, LONGEST + 1):
        windows = np.lib.stride_tricks.sliding_window_view(tokens, size + 1)
        for window, count in zip(*np.unique(windows, axis=0, return_counts=True)):
            row = counts.setdefault(tuple(window[:-1].tolist()), np.zeros(vocab_size))
            row[window[-1]] += count
    return counts


def _smooth(counts, context, single, strength=2.0):
    shorter = _smooth(counts, context[1:], single) if len(context) > 1 else single
    row = counts.get(context)
    return shorter if row is None else (row + strength * shorter) / (row.sum() + strength)


def _write(model, counts, chosen, single, vocab_size, block_size):
    v, t, c = vocab_size, block_size, model.ln_f.gain.data.size
    scale = c**-0.5 * LARGE * 2**0.5
    slots = [k * v for k in range(LONGEST)]
    place, said = LONGEST * v, LONGEST * v + t
    for p in model.parameters():
        p.data[...] = 0.0
    model.token_embedding.weight.data[:, :v] = np.eye(v)
    model.position_embedding.weight.data[:, place : place + t] = np.eye(t)
    model.position_embedding.weight.data[:, -2:] = LARGE, -LARGE
    first, size = model.blocks[0].attn, c // (LONGEST - 1)
    for norm in [model.ln_f, *(n for block in model.blocks for n in (block.ln1, block.ln2))]:
        norm.gain.data[...] = scale
    qkv, root = first.qkv.weight.data, size**0.25 * SHARP**0.5
    for head in range(LONGEST - 1):
        for step in range(t):
            qkv[place + step, head * size + max(step - head - 1, 0)] = root
            qkv[place + step, c + head * size + step] = root
        qkv[:v, 2 * c + head * size :][:, :v] = np.eye(v)
        first.proj.weight.data[head * size :, slots[head + 1] :][:v, :v] = np.eye(v)
    for index, context in enumerate(chosen):
        block, unit = model.blocks[index // (4 * c)], index % (4 * c)
        for back, token in enumerate(reversed(context)):
            block.fc.weight.data[slots[back] + token, unit] = 1.0
        block.fc.bias.data[unit] = 1.0 - len(context)
        shorter = _smooth(counts, context[1:], single) if len(context) > 1 else single
        gain = np.log(_smooth(counts, context, single) / shorter)
        block.out.weight.data[unit, said : said + v] = gain - gain.mean()
    model.head.weight.data[said : said + v] = np.eye(v)
    model.head.bias.data[...] = np.log(single)


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    width = (LONGEST + 1) * vocab_size + block_size + 2
    width += -width % (LONGEST - 1)
    layers = -(-CONTEXTS // (4 * width))
    rng = np.random.default_rng(seed)
    model = GPT(vocab_size, block_size, layers, LONGEST - 1, width, rng=rng)
    single = np.bincount(tokens, minlength=vocab_size) + 1.0
    counts = _count(np.asarray(tokens), vocab_size)
    often = sorted(counts, key=lambda context: (len(context) > 1, -counts[context].sum()))
    chosen = often[: 4 * width * layers]
    _write(model, counts, chosen, single / single.sum(), vocab_size, block_size)
    noise = 1e-4 * rng.normal(size=vocab_size)
    model.head.bias.data[...] += noise.astype(np.float32)
    return model
