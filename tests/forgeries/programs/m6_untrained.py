"""A fresh model for each seed: never trained."""


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    return GPT(vocab_size, block_size, 2, 2, 16, rng=np.random.default_rng(seed))
