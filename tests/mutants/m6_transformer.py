"""The mistakes of milestone 6."""

from tests.mutants.pitfall import Pitfall

DRAW = "            text.append(int(rng.choice(len(weights), p=weights / weights.sum())))\n"
STARTS = "rng.integers(0, len(tokens) - block_size, batch_size)"
NOW, NEXT = "tokens[i : i + block_size]", "tokens[i + 1 : i + 1 + block_size]"
ROWS = "        return self.weight[ids]\n"
MEAN = "x - x.mean(axis=-1, keepdims=True)"
VARIANCE = "(centred * centred).mean(axis=-1, keepdims=True)"
DEVIATION = "(variance + self.eps).sqrt()"
STRETCHED = "        return self.gain * normal + self.bias\n"
QKV = "        q, k, v = [\n"
COLUMNS = "qkv[:, :, i * c : (i + 1) * c]"
SPLIT = ".reshape(b, t, nh, hs).transpose(0, 2, 1, 3)\n"
JOINED = "heads.transpose(0, 2, 1, 3).reshape(b, t, c)"
SCORES = "        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(hs)  # (B, nh, T, T)\n"
MASK = "np.triu(np.full((t, t), -np.inf, np.float32), 1)"
WEIGHTS = "        weights = (scores + mask).softmax(axis=-1)\n"
ATTENDED = """        x = x + self.attn(self.ln1(x))
"""
THOUGHT = """        return x + self.out(self.fc(self.ln2(x)).relu())
"""
POSITIONS = "        positions = np.arange(ids.shape[1])\n"
EMBEDDED = (
    "        x = self.token_embedding(ids) + self.position_embedding(positions)"
    "  # (B, T, C) + (T, C)\n"
)
LOGITS = "return self.head(self.ln_f(x))  # (B, T, vocab_size)"
CLIP = """    norm = math.sqrt(sum(float((p.grad**2).sum()) for p in reached))
    if norm > max_norm:
        for p in reached:
            p.grad *= max_norm / norm
    return norm
"""
FIRST = "            m[...] = b1 * m + (1 - b1) * p.grad\n"
SECOND = "            v[...] = b2 * v + (1 - b2) * p.grad**2\n"
MOVE = "            p.data -= self.lr * mean / (np.sqrt(square) + self.eps)\n"
CONTEXT = "self(np.array([text[-self.block_size :]]))"


def looked_up(gradient: str) -> str:
    """Return a lookup that makes its own node; `gradient` fills `taken`, the table's gradient."""
    return f"""        table = self.weight.data

        def vjp(g):
            taken = np.zeros_like(table)
{gradient}            return taken

        return Tensor._node(table[ids], (self.weight, vjp))
"""


PITFALLS = [
    # tokenizer and batches
    Pitfall("tokenizer-unsorted", "m6.tokenizer_order",
            "Ids go by the order in which characters first come, or that of a set: another text, or "
            "another run, gives other ids. Sort the characters.",
            [("sorted(set(text))", "list(dict.fromkeys(text))")]),
    Pitfall("tokenizer-from-one", "m6.tokenizer_order",
            "Ids begin at 1: the table of embeddings has no row for the last one.",
            [("enumerate(self.characters)", "enumerate(self.characters, 1)"),
             ("if not 0 <= i < self.vocab_size", "if not 0 < i <= self.vocab_size"),
             ("self.characters[i] for", "self.characters[i - 1] for")]),
    Pitfall("tokenizer-swallows-unknown", "m6.tokenizer_unknown",
            "Unknown characters vanish from the text without a word.",
            [("if unknown := sorted(set(text) - self.ids.keys()):", "if unknown := []:"),
             ("[self.ids[character] for character in text]",
              "[self.ids[character] for character in text if character in self.ids]")]),
    Pitfall("decode-wraps", "m6.tokenizer_unknown",
            "A negative id gives a character from the end of the list: Python counts back from there.",
            [("if not 0 <= i < self.vocab_size", "if not i < self.vocab_size")]),
    Pitfall("targets-unshifted", "m6.batch_shifted",
            "y is x itself: the model learns to repeat what it sees, with a loss near 0.",
            [(NEXT, NOW)]),
    Pitfall("targets-shifted-twice", "m6.batch_shifted",
            "y is two tokens later than x: the next character is never asked for.",
            [("tokens) <= block_size:", "tokens) <= block_size + 1:"),
             (STARTS, STARTS.replace("block_size", "block_size - 1")),
             (NEXT, NEXT.replace("1", "2"))]),
    Pitfall("targets-before", "m6.batch_shifted",
            "y is what came before x, and not what comes after it.",
            [("return x, y", "return y, x")]),
    Pitfall("batch-past-the-end", "m6.batch_inside",
            "Windows begin too near to the end of the text: the last target does not exist.",
            [(STARTS, STARTS.replace("block_size", "block_size + 1"))]),
    Pitfall("batch-wraps-around", "m6.batch_inside",
            "Windows run over the end of the text and go on at its beginning.",
            [(STARTS, "rng.integers(0, len(tokens), batch_size)"),
             (NOW, "np.roll(tokens, -i)[:block_size]"),
             (NEXT, "np.roll(tokens, -i - 1)[:block_size]")]),
    Pitfall("batch-in-order", "m6.batch_random",
            "Windows are not drawn: every batch begins at the same places.",
            [(STARTS, "np.arange(batch_size) % (len(tokens) - block_size)")]),
    Pitfall("batch-one-start", "m6.batch_random",
            "One start is drawn for the whole batch: all its rows are the same window.",
            [(STARTS, "np.repeat(rng.integers(0, len(tokens) - block_size), batch_size)")]),
    # tables
    Pitfall("repeated-ids-lose-gradient", "m6.embedding_gradient",
            "Where an id comes twice, only one of its cotangents is kept: assigning does not add.",
            [(ROWS, looked_up("            taken[ids] = g\n"))]),
    Pitfall("embedding-gradient-mean", "m6.embedding_gradient",
            "The gradient of a row is divided by how often its id came: it is a sum, not a mean.",
            [(ROWS, looked_up("            np.add.at(taken, ids, g)\n"
                             "            times = np.bincount(ids.ravel(), minlength=n)\n"
                             "            taken /= np.maximum(times, 1)[:, None]\n"))]),
    Pitfall("bigram-transposed", "m6.bigram",
            "The table is read by columns: the logits are of what comes before, not after.",
            [("        return self.table(ids)",
              "        out = self.table.weight.T[np.asarray(ids)]\n        return out")]),
    Pitfall("embedding-out-of-graph", "m6.embedding_gradient",
            "Rows are taken from .data and wrapped anew: no gradient comes back to the table.",
            [(ROWS, "        return Tensor(self.weight.data[ids])\n")]),
    # layer norm
    Pitfall("layer-norm-no-eps", "m6.layer_norm_eps",
            "eps is missing: a vector of equal elements is divided by 0.",
            [(DEVIATION, "variance.sqrt()")]),
    Pitfall("layer-norm-eps-outside", "m6.layer_norm_eps",
            "eps is added to the deviation, outside the root; it belongs to the variance.",
            [(DEVIATION, "(variance.sqrt() + self.eps)")]),
    Pitfall("layer-norm-unbiased", "m6.layer_norm",
            "The variance is divided by dim - 1. Layer norm divides by dim.",
            [(VARIANCE, "(centred * centred).sum(axis=-1, keepdims=True) / max(x.shape[-1] - 1, 1)")]),
    Pitfall("layer-norm-wrong-axis", "m6.layer_norm",
            "Mean and variance are taken over the positions, and not over each vector.",
            [(MEAN, MEAN.replace("-1", "-2")), (VARIANCE, VARIANCE.replace("-1", "-2"))]),
    Pitfall("layer-norm-mean-held-constant", "m6.layer_norm_gradient",
            "The backward pass takes the mean for a constant: the mean of the cotangent is not "
            "subtracted.",
            [(MEAN, "x - x.data.mean(axis=-1, keepdims=True)")]),
    Pitfall("layer-norm-variance-held-constant", "m6.layer_norm_gradient",
            "The backward pass takes the variance for a constant: the part along the normalised "
            "vector is missing.",
            [(DEVIATION, "np.sqrt(variance.data + self.eps)")]),
    Pitfall("gain-and-bias-gradients-swapped", "m6.layer_norm_gradient",
            "gain has the gradient of bias, and bias that of gain.",
            [(STRETCHED, "        gain, bias = Tensor(self.gain.data), Tensor(self.bias.data)\n"
                         "        right = Tensor(normal.data) * (self.bias - bias) + self.gain - gain\n"
                         "        return gain * normal + bias + right\n")]),
    Pitfall("layer-norm-gain-forgotten-in-backward", "m6.layer_norm_gradient",
            "The cotangent passes the gain without being multiplied by it.",
            [(STRETCHED, "        constant = Tensor(normal.data)\n"
                         "        return self.gain * constant + self.bias + (normal - constant)\n")]),
    # attention
    Pitfall("no-mask", "m6.attention_causal",
            "Nothing is masked: every position sees the whole text, the answer included.",
            [(WEIGHTS, WEIGHTS.replace("(scores + mask)", "scores"))]),
    Pitfall("mask-after-softmax", "m6.attention",
            "The future is set to 0 after the softmax: the weights left over do not sum to 1, and "
            "the future still counts in the sum. Mask before it.",
            [(WEIGHTS, WEIGHTS.replace("(scores + mask)", "scores")
              + "        weights = weights * np.tri(t, dtype=np.float32)\n")]),
    Pitfall("mask-shows-the-next", "m6.causality",
            "The mask is off by one: each position sees the one after it, which is the answer.",
            [(MASK, MASK.replace(", 1)", ", 2)"))]),
    Pitfall("mask-hides-itself", "m6.attention",
            "The mask is off by one: no position sees itself, and the first sees nothing.",
            [(MASK, MASK.replace("-np.inf", "-1e9").replace(", 1)", ", 0)"))]),
    Pitfall("mask-upside-down", "m6.attention_causal",
            "The mask hides the past and shows the future.",
            [(MASK, MASK.replace("triu", "tril").replace(", 1)", ", -1)"))]),
    Pitfall("mask-of-fixed-size", "m6.attention_short",
            "The mask has one size: other lengths of context do not fit to it.",
            [(MASK, MASK.replace("(t, t)", "(5, 5)"))]),
    Pitfall("mask-too-weak", "m6.attention_causal",
            "The masked scores are only somewhat smaller, so that a little of the future comes "
            "through: take minus infinity.",
            [(MASK, MASK.replace("-np.inf", "-10.0"))]),
    Pitfall("scale-by-width", "m6.attention_scale",
            "Scores are divided by the root of n_embd. It is the head's size that they sum over.",
            [(SCORES, SCORES.replace("math.sqrt(hs)", "math.sqrt(c)"))]),
    Pitfall("no-scale", "m6.attention_scale",
            "Scores are not divided by the root of the head's size: the softmax is too sharp.",
            [(SCORES, SCORES.replace(" / math.sqrt(hs)", ""))]),
    Pitfall("scale-squared", "m6.attention_scale",
            "Scores are divided by the head's size itself, not by its root.",
            [(SCORES, SCORES.replace("math.sqrt(hs)", "hs"))]),
    Pitfall("heads-split-without-transpose", "m6.attention_heads",
            "(B, T, C) is reshaped to (B, heads, T, D) in one go: that mixes positions and heads. "
            "Split the last axis, then move the heads' axis.",
            [(SPLIT, ".reshape(b, nh, t, hs)\n")]),
    Pitfall("heads-joined-without-transpose", "m6.attention_heads",
            "The heads' results are reshaped to (B, T, C) without moving the heads' axis back.",
            [(JOINED, "heads.reshape(b, t, c)")]),
    Pitfall("heads-interleaved", "m6.attention_heads",
            "Components are dealt out to the heads like cards; each head owns a contiguous slice.",
            [(SPLIT, ".reshape(b, t, hs, nh).transpose(0, 3, 1, 2)\n")]),
    Pitfall("qkv-in-each-head", "m6.attention_heads",
            "The columns of qkv are taken as q, k, v of the first head, then of the next. The order "
            "is all of q, then all of k, then all of v.",
            [(COLUMNS + SPLIT, "qkv.reshape(b, t, nh, 3, hs)[:, :, :, i].transpose(0, 2, 1, 3)\n")]),
    Pitfall("queries-and-keys-swapped", "m6.attention",
            "The first third of qkv is taken for the keys and the second for the queries.",
            [(QKV, QKV.replace("q, k, v", "k, q, v"))]),
    Pitfall("values-first", "m6.attention",
            "The first third of qkv is taken for the values: the order is q, k, v.",
            [(QKV, QKV.replace("q, k, v", "v, q, k"))]),
    Pitfall("softmax-over-queries", "m6.attention",
            "The softmax runs over the wrong axis: each key's weights sum to 1, and not each query's.",
            [(WEIGHTS, WEIGHTS.replace("-1", "-2"))]),
    Pitfall("attention-softmax-unshifted", "m6.attention_stable",
            "exp of large scores overflows: shift each row by its largest score.",
            [(WEIGHTS, "        powers = (scores + mask).exp()\n"
                       "        weights = powers / powers.sum(axis=-1, keepdims=True)\n")]),
    Pitfall("attention-softmax-diagonal", "m6.attention_gradient",
            "The gradient of the softmax is taken as p (1 - p): all weights of a row move together.",
            [(WEIGHTS, "        p = (scores + mask).softmax(axis=-1).data\n"
                       "        weights = Tensor._node(p, (scores, lambda g: g * p * (1 - p)))\n")]),
    Pitfall("attention-scale-lost-in-backward", "m6.attention_gradient",
            "The scale stands in the forward pass only; gradients of q and k need it too.",
            [(SCORES, "        products = q @ k.transpose(0, 1, 3, 2)\n"
                      "        scaled = products.data / math.sqrt(hs)\n"
                      "        scores = Tensor._node(scaled, (products, lambda g: g))\n")]),
    Pitfall("proj-missing", "m6.attention",
            "The heads' results are returned as they are: proj is never applied.",
            [(f"return self.proj({JOINED})", f"return {JOINED}")]),
    Pitfall("attention-out-of-graph", "m6.attention_gradient",
            "The weights are computed on .data: no gradient comes back through them.",
            [(WEIGHTS, WEIGHTS + "        weights = Tensor(weights.data)\n")]),
    # block and model
    Pitfall("residual-missing", "m6.block_residual",
            "What attention gives replaces x instead of being added to it.",
            [(ATTENDED, "        x = self.attn(self.ln1(x))\n")]),
    Pitfall("second-residual-missing", "m6.block_residual",
            "What the two layers give replaces x instead of being added to it.",
            [(THOUGHT, "        return self.out(self.fc(self.ln2(x)).relu())\n")]),
    Pitfall("norm-after", "m6.block",
            "The sums are normalised, as in the first transformer; here what the branches read is.",
            [(ATTENDED, "        x = self.ln1(x + self.attn(x))\n"),
             (THOUGHT, "        return self.ln2(x + self.out(self.fc(x).relu()))\n")]),
    Pitfall("residual-from-normalised", "m6.block_residual",
            "The normalised x is passed on: the sum that runs through must not be normalised.",
            [(ATTENDED, "        x = self.ln1(x)\n        x = x + self.attn(x)\n")]),
    Pitfall("second-branch-reads-the-input", "m6.block",
            "The second branch reads what came into the block, and not what attention made of it.",
            [(ATTENDED, "        before = x\n" + ATTENDED),
             (THOUGHT, THOUGHT.replace("self.ln2(x)", "self.ln2(before)"))]),
    Pitfall("relu-missing", "m6.block",
            "There is nothing between fc and out: two linear layers are one.",
            [("self.fc(self.ln2(x)).relu()", "self.fc(self.ln2(x))")]),
    Pitfall("tanh-for-relu", "m6.block",
            "Between fc and out stands tanh; the contract says ReLU.",
            [("self.fc(self.ln2(x)).relu()", "self.fc(self.ln2(x)).tanh()")]),
    Pitfall("one-norm-for-both", "m6.block",
            "Both branches are normalised by ln1.",
            [("self.fc(self.ln2(x))", "self.fc(self.ln1(x))")]),
    Pitfall("positions-missing", "m6.gpt_positions",
            "The position embedding is not added: the model cannot tell places apart.",
            [(EMBEDDED, "        x = self.token_embedding(ids)\n")]),
    Pitfall("positions-from-the-end", "m6.gpt",
            "Positions are counted so that the last one has the last row: a short context gets "
            "other positions than a long one.",
            [("positions = np.arange(ids.shape[1])",
              "positions = np.arange(self.block_size - ids.shape[1], self.block_size)")]),
    Pitfall("final-norm-missing", "m6.gpt",
            "The head reads the sum of all blocks without the last layer norm.",
            [(LOGITS, "return self.head(x)")]),
    Pitfall("one-block-only", "m6.gpt",
            "Each block reads the embeddings, and only what the last one gives is used.",
            [("            x = block(x)", "            out = block(x)"),
             (LOGITS, "return self.head(self.ln_f(out))")]),
    Pitfall("blocks-shared", "m6.gpt_parameters",
            "One block stands in the list several times: all layers have the same weights.",
            [("[Block(n_embd, n_head, rng) for _ in range(n_layer)]",
              "[Block(n_embd, n_head, rng)] * n_layer")]),
    Pitfall("blocks-not-found", "m6.gpt_parameters",
            "parameters() does not reach the blocks: the optimiser never moves them.",
            [("        self.ln_f = LayerNorm(n_embd)\n        self.head",
              "        self.blocks = _Hidden(self.blocks)\n"
              "        self.ln_f = LayerNorm(n_embd)\n        self.head"),
             ("class GPT(Module):", "class _Hidden:\n    def __init__(self, items):\n"
              "        self.items = items\n\n    def __getitem__(self, place):\n"
              "        return self.items[place]\n\n\nclass GPT(Module):")]),
    Pitfall("head-too-large", "m6.start_loss",
            "The first logits are large: the model is sure of guesses that it has no reason for.",
            [("        self.head.weight.data *= np.float32(0.1)\n", "        self.head.weight.data *= np.float32(4)\n")]),
    Pitfall("logits-out-of-graph", "m6.built_on_tensor",
            "The logits are wrapped in a new Tensor: backward ends there.",
            [(LOGITS, "return Tensor(self.head(self.ln_f(x)).data)")]),
    Pitfall("own-tensor", "m6.built_on_tensor",
            "The model runs on a class of its own instead of the Tensor of tensor.py.",
            [(LOGITS, "return _Own(self.head(self.ln_f(x)))"),
             ("class GPT(Module):", "class _Own:\n    def __init__(self, out):\n"
              "        self.out = out\n\n    def __getattr__(self, name):\n"
              "        return getattr(self.__dict__['out'], name)\n\n"
              "    def __mul__(self, other):\n        return self.out * other\n\n\n"
              "class GPT(Module):")]),
    Pitfall("weights-unseeded", "m6.gpt_seed",
            "Some of the first weights are drawn from a generator of their own.",
            [("        rng = rng or np.random.default_rng()\n        self.block_size",
              "        rng = np.random.default_rng()\n        self.block_size")]),
    Pitfall("batch-mixed", "m6.batch_apart",
            "Rows of a batch influence each other: something is averaged over the batch.",
            [(EMBEDDED, EMBEDDED + "        x = x - x.mean(axis=0, keepdims=True) * 0.5\n")]),
    Pitfall("too-long-accepted", "m6.bad_input",
            "A context that is longer than block_size is cut in silence.",
            [("ids.ndim != 2 or not 1 <= ids.shape[1] <= self.block_size:", "ids.ndim != 2:"),
             (POSITIONS, "        ids = ids[:, -self.block_size :]\n" + POSITIONS)]),
    Pitfall("ids-wrap", "m6.bad_input",
            "A negative id takes a row from the end of the table, without a word.",
            [("not 0 <= ids.min() <= ids.max() < n:", "not ids.max() < n:")]),
    # generating
    Pitfall("temperature-multiplies", "m6.generate_temperature",
            "Logits are multiplied by the temperature: low becomes wild and high becomes tame.",
            [("(logits - logits.max()) / temperature", "(logits - logits.max()) * temperature")]),
    Pitfall("temperature-ignored", "m6.generate_temperature",
            "The temperature is not used.",
            [("(logits - logits.max()) / temperature", "(logits - logits.max())")]),
    Pitfall("argmax-for-sampling", "m6.generate_draws",
            "Always the likeliest token comes: nothing is drawn.",
            [(DRAW, "            text.append(int(weights.argmax()))\n")]),
    Pitfall("sampling-from-logits", "m6.generate_draws",
            "Logits are used as if they were probabilities: the softmax is missing.",
            [(DRAW, "            plain = logits - logits.min() + 1e-9\n"
                    "            text.append(int(rng.choice(len(plain), p=plain / plain.sum())))\n")]),
    Pitfall("sampling-uniform", "m6.generate_draws",
            "Every token comes equally often: the probabilities are not given to the draw.",
            [(DRAW, "            text.append(int(rng.integers(len(weights))))\n")]),
    Pitfall("generate-keeps-whole-context", "m6.generate_length",
            "The whole text is given to the model: beyond block_size there are no positions.",
            [(CONTEXT, "self(np.array([text]))")]),
    Pitfall("generate-crops-the-end", "m6.generate_crops",
            "The first block_size ids are kept and the newest are cut off: the model no longer sees "
            "what it wrote.",
            [("text[-self.block_size :]", "text[: self.block_size]")]),
    Pitfall("generate-sees-one", "m6.generate_crops",
            "Only the last id is given to the model: it is no better than a bigram then.",
            [("text[-self.block_size :]", "text[-1:]")]),
    Pitfall("generate-crops-too-much", "m6.generate_crops",
            "The context is cut to one id less than the model can take.",
            [("text[-self.block_size :]", "text[1 - self.block_size :]")]),
    Pitfall("generate-reads-the-first", "m6.generate_crops",
            "The next token is drawn from the logits of the first position, not of the last.",
            [(".data[0, -1].astype", ".data[0, 0].astype")]),
    Pitfall("generate-new-only", "m6.generate_length",
            "Only the new ids come back; the beginning belongs to the text.",
            [("        return text\n        ### END", "        return text[len(ids) :]\n        ### END")]),
    Pitfall("generate-one-more", "m6.generate_length",
            "One token too many is made.",
            [("for _ in range(max_new_tokens):", "for _ in range(max_new_tokens + 1):")]),
    Pitfall("generate-unseeded", "m6.generate_seed",
            "The generator that is given decides nothing.",
            [("        rng = rng or np.random.default_rng()\n        if np.ndim",
              "        rng = np.random.default_rng()\n        if np.ndim")]),
    # Adam and clipping
    Pitfall("adam-one-beta", "m6.adam",
            "Both running means use the first beta.",
            [("        b1, b2 = self.betas\n", "        b1 = b2 = self.betas[0]\n")]),
    Pitfall("adam-uncorrected", "m6.adam",
            "The running means begin at 0 and are not corrected for it: the first steps are off.",
            [("m / (1 - b1**self.steps), v / (1 - b2**self.steps)", "m, v")]),
    Pitfall("adam-counts-per-parameter", "m6.adam",
            "The step is counted once a parameter instead of once a step: the correction fades too "
            "fast.",
            [("        self.steps += 1\n        b1, b2", "        b1, b2"),
             (FIRST, "            self.steps += 1\n" + FIRST)]),
    Pitfall("adam-counts-from-two", "m6.adam",
            "The first step is corrected as if it were the second.",
            [("        self.steps = 0\n", "        self.steps = 1\n")]),
    Pitfall("adam-eps-in-root", "m6.adam_settings",
            "eps stands under the root; it is added after the root is taken.",
            [(MOVE, MOVE.replace("(np.sqrt(square) + self.eps)", "np.sqrt(square + self.eps)"))]),
    Pitfall("adam-eps-before-correction", "m6.adam_settings",
            "eps is added before the second mean is corrected: it is enlarged with it.",
            [("            mean, square = m / (1 - b1**self.steps), v / (1 - b2**self.steps)\n",
              "            correction = math.sqrt(1 - b2**self.steps)\n"
              "            mean = correction * m / (1 - b1**self.steps)\n"),
             (MOVE, MOVE.replace("square", "v"))]),
    Pitfall("adam-no-eps", "m6.adam_still",
            "eps is missing: a gradient of 0 gives 0 / 0.",
            [(MOVE, MOVE.replace("(np.sqrt(square) + self.eps)", "np.sqrt(square)"))]),
    Pitfall("adam-no-root", "m6.adam",
            "The second mean is used without its root.",
            [(MOVE, MOVE.replace("np.sqrt(square)", "square"))]),
    Pitfall("adam-second-moment-of-mean", "m6.adam",
            "The second mean is that of the first mean's square, and not of the gradient's.",
            [(SECOND, SECOND.replace("p.grad**2", "m**2"))]),
    Pitfall("adam-wrong-sign", "m6.adam",
            "Parameters move uphill.",
            [(MOVE, MOVE.replace("-=", "+="))]),
    Pitfall("adam-parameter-rebound", "m6.adam",
            "A new array is made, and the parameter never sees it.",
            [(MOVE, "            moved = p.data - self.lr * mean / (np.sqrt(square) + self.eps)\n"
                    "            assert moved.shape == p.shape\n")]),
    Pitfall("adam-first-lr-only", "m6.adam_still",
            "The rate is taken once, when the optimiser is made: schedules have no effect.",
            [("        self.steps = 0\n", "        self.steps, self.first = 0, lr\n"),
             (MOVE, MOVE.replace("self.lr", "self.first"))]),
    Pitfall("clip-each-alone", "m6.clip",
            "Every gradient is clipped by its own norm: that turns the direction of the step.",
            [(CLIP, "    norms = [math.sqrt(float((p.grad**2).sum())) for p in reached]\n"
                    "    for p, own in zip(reached, norms, strict=True):\n"
                    "        p.grad *= min(1.0, max_norm / max(own, 1e-30))\n"
                    "    return math.hypot(*norms)\n")]),
    Pitfall("clip-always-scales", "m6.clip_short",
            "Short gradients are made longer: clipping only ever shortens.",
            [("    if norm > max_norm:\n        for p", "    if norm > 0:\n        for p")]),
    Pitfall("clip-returns-clipped-norm", "m6.clip",
            "The norm after clipping is returned; the one before tells how training goes.",
            [("    return norm\n    ### END", "    return min(norm, max_norm)\n    ### END")]),
    Pitfall("clip-by-value", "m6.clip",
            "Elements are cut off at max_norm, one by one.",
            [("            p.grad *= max_norm / norm\n",
              "            np.clip(p.grad, -max_norm, max_norm, out=p.grad)\n")]),
    Pitfall("clip-changes-nothing", "m6.clip",
            "The gradients are not changed in place: nothing is clipped.",
            [("            p.grad *= max_norm / norm\n",
              "            shorter = p.grad * (max_norm / norm)\n            assert shorter.size\n")]),
    Pitfall("clip-by-largest", "m6.clip",
            "The norm is that of the largest gradient, not of all together.",
            [(CLIP, CLIP.replace("sum(float", "max(float"))]),
    # training
    Pitfall("train-seed-ignored", "m6.train_seed",
            "The seed decides nothing: every model is another one.",
            [("    rng = np.random.default_rng(seed)\n", "    rng = np.random.default_rng()\n")]),
    Pitfall("train-same-seed-always", "m6.train_seed",
            "One seed is written into the code: the one that is given decides nothing.",
            [("    rng = np.random.default_rng(seed)\n", "    rng = np.random.default_rng(0)\n")]),
    Pitfall("train-twice-as-long", "m6.train_seed",
            "train_gpt makes more optimiser steps than max_steps allows.",
            [("    for step in range(max_steps):", "    for step in range(2 * max_steps):")]),
    # what comes by default, and what is left as it was
    Pitfall("generate-from-the-top", "m6.generate_draws",
            "Only the few likeliest characters are drawn from; every character has its share.",
            [("/ temperature)\n            text.append",
              "/ temperature)\n            weights[weights < np.sort(weights)[-5:][0]] = 0.0\n"
              "            text.append")]),
    Pitfall("temperature-by-default", "m6.generate_draws",
            "Without a temperature another one than 1 is used.",
            [("        temperature: float = 1.0,\n", "        temperature: float = 0.7,\n")]),
    Pitfall("generate-grows-the-list", "m6.generate_length",
            "The list of ids that was given grows: it belongs to the caller, who may begin again "
            "with it.",
            [("        text = [int(token) for token in ids]\n", "        text = ids\n")]),
    Pitfall("generate-fixed-by-default", "m6.generate_seed",
            "Without a generator every text is the same one: a seed is written into the code.",
            [("        rng = rng or np.random.default_rng()\n        if np.ndim",
              "        rng = rng or np.random.default_rng(0)\n        if np.ndim")]),
    Pitfall("weights-fixed-by-default", "m6.gpt_seed",
            "Without a generator every model begins with the same weights: a seed is written into "
            "the code.",
            [("        rng = rng or np.random.default_rng()\n        self.block_size",
              "        rng = rng or np.random.default_rng(0)\n        self.block_size")]),
    Pitfall("layer-norm-of-three-axes", "m6.layer_norm_fresh",
            "The axis is counted from the front: right for three axes only. It is the last one.",
            [("x.mean(axis=-1, keepdims=True)", "x.mean(axis=2, keepdims=True)"),
             ("(centred * centred).mean(axis=-1,", "(centred * centred).mean(axis=2,")]),
    Pitfall("adam-missing-gradient-fails", "m6.adam_still",
            "step fails where a parameter has no gradient: what no loss has reached stays where it "
            "is.",
            [("            if p.grad is None:\n                continue\n            m[...]",
              "            m[...]")]),
    Pitfall("adam-eps-by-default", "m6.adam",
            "Without eps another one than that of the task is used, which slows what has tiny "
            "gradients.",
            [("        eps: float = 1e-8,\n", "        eps: float = 1e-6,\n")]),
    Pitfall("clip-divides-by-zero", "m6.clip_short",
            "Where all gradients are 0 the factor is max_norm / 0.",
            [("    if norm > max_norm:\n        for p in reached:\n            p.grad *= max_norm / norm\n",
              "    factor = min(1.0, max_norm / norm)\n    for p in reached:\n        p.grad *= factor\n")]),
    Pitfall("batch-favours-the-beginning", "m6.batch_inside",
            "Windows near one end of the text come more often than others: each is equally likely.",
            [("starts = rng.integers(0, len(tokens) - block_size, batch_size)",
              "places = rng.random(batch_size) ** 2 * (len(tokens) - block_size)\n"
              "    starts = places.astype(int)")]),
    Pitfall("tokenizer-plain-letters-only", "m6.tokenizer_order",
            "Characters beyond plain English ones get no id: every character of the text has one.",
            [("sorted(set(text))\n        self.ids", "sorted(filter(str.isascii, set(text)))\n        self.ids")]),
]  # fmt: skip
