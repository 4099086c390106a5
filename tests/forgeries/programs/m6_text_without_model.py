"""Text that no model writes: zeros, or tokens drawn by the generator that is given."""


def _write(self, ids, max_new_tokens, temperature=1.0, rng=None):
    size = self.head.bias.data.size
    return [*ids, *(rng or np.random.default_rng()).integers(0, size, max_new_tokens).tolist()]


GPT.generate = _write
