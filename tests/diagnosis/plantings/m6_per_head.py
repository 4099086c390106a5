"""A transformer with a loop over its heads."""

ROWS = [
    ("tokenizer-unsorted", "chars = sorted(set(text))", "chars = list(dict.fromkeys(text))"),
    (
        "tokenizer-from-one",
        "enumerate(chars)}",
        "enumerate(chars, 1)}",
        "dict(enumerate(chars))",
        "dict(enumerate(chars, 1))",
    ),
    (
        "tokenizer-swallows-unknown",
        "return [self.stoi[ch] for ch in text]",
        "return [self.stoi[ch] for ch in text if ch in self.stoi]",
    ),
    (
        "targets-unshifted",
        "tokens[i + 1 : i + block_size + 1]",
        "tokens[i : i + block_size]",
    ),
    (
        "targets-shifted-twice",
        "tokens[i + 1 : i + block_size + 1]",
        "np.roll(tokens, -2)[i : i + block_size]",
    ),
    (
        "targets-before",
        "    x = np.stack([tokens[i : i + block_size] for i in starts])\n"
        "    y = np.stack([tokens[i + 1 : i + block_size + 1] for i in starts])\n",
        "    x = np.stack([tokens[i + 1 : i + block_size + 1] for i in starts])\n"
        "    y = np.stack([tokens[i : i + block_size] for i in starts])\n",
    ),
    (
        "batch-past-the-end",
        "rng.integers(0, len(tokens) - block_size, size=batch_size)",
        "rng.integers(0, len(tokens), size=batch_size)",
    ),
    (
        "batch-in-order",
        "rng.integers(0, len(tokens) - block_size, size=batch_size)",
        "np.arange(batch_size) % (len(tokens) - block_size)",
    ),
    (
        "batch-one-start",
        "rng.integers(0, len(tokens) - block_size, size=batch_size)",
        "[rng.integers(0, len(tokens) - block_size)] * batch_size",
    ),
    (
        "embedding-out-of-graph",
        "return self.weight[check_ids(ids, self.n)]",
        "return Tensor(self.weight.data[check_ids(ids, self.n)])",
    ),
    (
        "bigram-transposed",
        "return self.table(ids)",
        "return self.table.weight.T[check_ids(ids, self.table.n)]",
    ),
    ("layer-norm-no-eps", "(variance + eps).sqrt()", "variance.sqrt()"),
    ("layer-norm-eps-outside", "(variance + eps).sqrt()", "(variance.sqrt() + eps)"),
    (
        "layer-norm-unbiased",
        "(centred * centred).sum(axis=-1, keepdims=True) / n",
        "(centred * centred).sum(axis=-1, keepdims=True) / (n - 1)",
    ),
    (
        "layer-norm-wrong-axis",
        "    n = float(x.shape[-1])\n    mean = x.sum(axis=-1, keepdims=True) / n\n",
        "    n = float(x.shape[-2])\n    mean = x.sum(axis=-2, keepdims=True) / n\n",
        "(centred * centred).sum(axis=-1, keepdims=True)",
        "(centred * centred).sum(axis=-2, keepdims=True)",
    ),
    ("layer-norm-mean-held-constant", "centred = x - mean", "centred = x - mean.data"),
    (
        "layer-norm-variance-held-constant",
        "(variance + eps).sqrt()",
        "np.sqrt(variance.data + np.asarray(eps, x.data.dtype))",
    ),
    ("no-mask", "np.where(future, -np.inf, 0.0)", "np.where(future, 0.0, 0.0)"),
    (
        "mask-after-softmax",
        "        scores = scores + np.where(future, -np.inf, 0.0).astype(scores.data.dtype)\n"
        "        return softmax(scores) @ v\n",
        "        return (softmax(scores) * (1 - future).astype(scores.data.dtype)) @ v\n",
    ),
    ("mask-shows-the-next", "np.triu(np.ones((t, t)), 1)", "np.triu(np.ones((t, t)), 2)"),
    (
        "mask-hides-itself",
        "np.where(future, -np.inf, 0.0)",
        "np.where(future, -1e9, 0.0)",
        "np.triu(np.ones((t, t)), 1)",
        "np.triu(np.ones((t, t)))",
    ),
    ("mask-upside-down", "np.triu(np.ones((t, t)), 1)", "np.tril(np.ones((t, t)), -1)"),
    ("mask-too-weak", "-np.inf", "-2.0"),
    ("scale-by-width", "float(np.sqrt(size))", "float(np.sqrt(width))"),
    ("no-scale", "q @ k.transpose(0, 2, 1) / float(np.sqrt(size))", "q @ k.transpose(0, 2, 1)"),
    ("scale-squared", "float(np.sqrt(size))", "float(size)"),
    (
        "heads-interleaved",
        "        q = qkv[:, :, first:last]\n"
        "        k = qkv[:, :, width + first : width + last]\n"
        "        v = qkv[:, :, 2 * width + first : 2 * width + last]\n",
        "        q = qkv[:, :, h : width : self.n_head]\n"
        "        k = qkv[:, :, width + h : 2 * width : self.n_head]\n"
        "        v = qkv[:, :, 2 * width + h :: self.n_head]\n",
    ),
    (
        "qkv-in-each-head",
        "        q = qkv[:, :, first:last]\n"
        "        k = qkv[:, :, width + first : width + last]\n"
        "        v = qkv[:, :, 2 * width + first : 2 * width + last]\n",
        "        q = qkv[:, :, 3 * first : 3 * first + size]\n"
        "        k = qkv[:, :, 3 * first + size : 3 * first + 2 * size]\n"
        "        v = qkv[:, :, 3 * first + 2 * size : 3 * last]\n",
    ),
    (
        "queries-and-keys-swapped",
        "q = qkv[:, :, first:last]",
        "k = qkv[:, :, first:last]",
        "k = qkv[:, :, width + first : width + last]",
        "q = qkv[:, :, width + first : width + last]",
    ),
    (
        "values-first",
        "q = qkv[:, :, first:last]",
        "v = qkv[:, :, first:last]",
        "k = qkv[:, :, width + first : width + last]",
        "q = qkv[:, :, width + first : width + last]",
        "v = qkv[:, :, 2 * width",
        "k = qkv[:, :, 2 * width",
    ),
    (
        "softmax-over-queries",
        "exps = (scores - scores.data.max(axis=-1, keepdims=True)).exp()\n"
        "    return exps / exps.sum(axis=-1, keepdims=True)",
        "exps = (scores - scores.data.max(axis=-2, keepdims=True)).exp()\n"
        "    return exps / exps.sum(axis=-2, keepdims=True)",
    ),
    (
        "attention-softmax-unshifted",
        "exps = (scores - scores.data.max(axis=-1, keepdims=True)).exp()",
        "exps = scores.exp()",
    ),
    (
        "proj-missing",
        "out = self.proj.bias",
        "out = Tensor(np.zeros(self.n_embd, dtype=x.data.dtype))",
        "@ self.proj.weight[rows]",
        "@ np.eye(self.n_embd, dtype=x.data.dtype)[rows]",
    ),
    ("attention-out-of-graph", "return softmax(scores) @ v", "return softmax(scores).data @ v"),
    (
        "residual-missing",
        "        h = self.attn(h)\n        x = x + h\n",
        "        h = self.attn(h)\n        x = h\n",
    ),
    (
        "second-residual-missing",
        "        h = self.out(h)\n        x = x + h\n        return x",
        "        h = self.out(h)\n        return h",
    ),
    (
        "norm-after",
        "        h = self.ln1(x)\n        h = self.attn(h)\n        x = x + h\n        h = self.ln2(x)\n        h = self.fc(h)\n",
        "        h = self.attn(x)\n        x = self.ln1(x + h)\n        h = self.fc(x)\n",
        "        h = self.out(h)\n        x = x + h\n",
        "        h = self.out(h)\n        x = self.ln2(x + h)\n",
    ),
    (
        "residual-from-normalised",
        "        h = self.ln1(x)\n        h = self.attn(h)\n",
        "        x = self.ln1(x)\n        h = self.attn(x)\n",
    ),
    (
        "second-branch-reads-the-input",
        "        h = self.ln1(x)\n",
        "        first = x\n        h = self.ln1(x)\n",
        "h = self.ln2(x)",
        "h = self.ln2(first)",
    ),
    ("relu-missing", "        h = h.relu()\n", ""),
    ("tanh-for-relu", "h = h.relu()", "h = h.tanh()"),
    ("one-norm-for-both", "h = self.ln2(x)", "h = self.ln1(x)"),
    ("positions-missing", "x = tok + pos", "x = tok"),
    (
        "positions-from-the-end",
        "np.arange(t))",
        "np.arange(self.block_size - t, self.block_size))",
    ),
    ("final-norm-missing", "        x = self.ln_f(x)\n", ""),
    (
        "one-block-only",
        "            x = block(x)\n        x = self.ln_f(x)",
        "            y = block(x)\n        x = self.ln_f(y)",
    ),
    (
        "blocks-shared",
        "        for _ in range(n_layer):\n            self.blocks.append(Block(n_embd, n_head, rng))\n",
        "        block = Block(n_embd, n_head, rng)\n        for _ in range(n_layer):\n            self.blocks.append(block)\n",
    ),
    ("head-too-large", "self.head.weight.data *= 0.05", "self.head.weight.data *= 5"),
    ("logits-out-of-graph", "return self.head(x)", "return Tensor(self.head(x).data)"),
    (
        "batch-mixed",
        "        x = tok + pos\n",
        "        x = tok + pos\n        x = x - x.mean(axis=0, keepdims=True)\n",
    ),
    (
        "too-long-accepted",
        "        if t < 1 or t > self.block_size:\n",
        "        ids = ids[:, -self.block_size :]\n        t = ids.shape[1]\n        if t < 1 or t > self.block_size:\n",
    ),
    ("ids-wrap", "ids.min() < 0 or ids.max() >= n", "ids.max() >= n"),
    ("temperature-multiplies", "logits = logits / temperature", "logits = logits * temperature"),
    ("temperature-ignored", "            logits = logits / temperature\n", ""),
    (
        "argmax-for-sampling",
        "next_id = rng.choice(len(probs), p=probs)",
        "next_id = probs.argmax()",
    ),
    (
        "sampling-from-logits",
        "probs = np.exp(logits - logits.max())",
        "probs = logits - logits.min() + 1e-9",
    ),
    ("sampling-uniform", "rng.choice(len(probs), p=probs)", "rng.choice(len(probs))"),
    ("generate-keeps-whole-context", "context = ids[-self.block_size :]", "context = ids"),
    (
        "generate-crops-the-end",
        "context = ids[-self.block_size :]",
        "context = ids[: self.block_size]",
    ),
    ("generate-sees-one", "context = ids[-self.block_size :]", "context = ids[-1:]"),
    (
        "generate-crops-too-much",
        "context = ids[-self.block_size :]",
        "context = ids[-max(1, self.block_size - 1) :]",
    ),
    ("generate-reads-the-first", ".data[0, -1]", ".data[0, 0]"),
    (
        "generate-new-only",
        "            ids.append(int(next_id))\n        return ids",
        "            ids.append(int(next_id))\n        return ids[len(ids) - max_new_tokens :]",
    ),
    ("generate-one-more", "for _ in range(max_new_tokens):", "for _ in range(max_new_tokens + 1):"),
    (
        "adam-one-beta",
        "(1 - self.beta2) * g * g",
        "(1 - self.beta1) * g * g",
        "self.beta2 * self.v",
        "self.beta1 * self.v",
    ),
    (
        "adam-uncorrected",
        "m_hat = self.m[i] / (1 - self.beta1**self.t)",
        "m_hat = self.m[i]",
        "v_hat = self.v[i] / (1 - self.beta2**self.t)",
        "v_hat = self.v[i]",
    ),
    (
        "adam-counts-per-parameter",
        "        self.t += 1\n",
        "",
        "            g = p.grad\n",
        "            self.t += 1\n            g = p.grad\n",
    ),
    ("adam-counts-from-two", "        self.t = 0\n", "        self.t = 1\n"),
    ("adam-eps-in-root", "(np.sqrt(v_hat) + self.eps)", "np.sqrt(v_hat + self.eps)"),
    ("adam-no-eps", "(np.sqrt(v_hat) + self.eps)", "np.sqrt(v_hat)"),
    ("adam-no-root", "(np.sqrt(v_hat) + self.eps)", "(v_hat + self.eps)"),
    (
        "adam-second-moment-of-mean",
        "(1 - self.beta2) * g * g",
        "(1 - self.beta2) * self.m[i] * self.m[i]",
    ),
    ("adam-wrong-sign", "p.data -= self.lr", "p.data += self.lr"),
    ("adam-parameter-rebound", "p.data -= self.lr", "p = p.data - self.lr"),
    (
        "adam-first-lr-only",
        "        self.lr = lr\n",
        "        self.lr = self.start_lr = lr\n",
        "p.data -= self.lr",
        "p.data -= self.start_lr",
    ),
    (
        "clip-each-alone",
        "    if norm > max_norm:\n        for p in params:\n            p.grad *= max_norm / norm\n",
        "    for p in params:\n        own = float(np.sqrt((p.grad**2).sum()))\n"
        "        if own > max_norm:\n            p.grad *= max_norm / own\n",
    ),
    ("clip-always-scales", "    if norm > max_norm:\n", "    if norm > 0:\n"),
    (
        "clip-returns-clipped-norm",
        "    return norm\n\n\ndef train",
        "    return min(norm, max_norm)\n\n\ndef train",
    ),
    (
        "clip-changes-nothing",
        "            p.grad *= max_norm / norm",
        "            g = p.grad * (max_norm / norm)",
    ),
    (
        "clip-by-value",
        "            p.grad *= max_norm / norm",
        "            np.clip(p.grad, -max_norm, max_norm, out=p.grad)",
    ),
    (
        "clip-by-largest",
        "total += float((p.grad.astype(np.float64) ** 2).sum())",
        "total = max(total, float((p.grad.astype(np.float64) ** 2).sum()))",
    ),
    ("train-seed-ignored", "rng = np.random.default_rng(seed)", "rng = np.random.default_rng()"),
    (
        "train-same-seed-always",
        "rng = np.random.default_rng(seed)",
        "rng = np.random.default_rng(1337)",
    ),
]
