"""Idle Tensors for each block, and gradients of 1: nothing is differentiated."""


class _Logits(Tensor):
    def backward(self, grad=None):
        for p in self.of.parameters():
            p.grad = np.ones_like(p.data)


def _answer(self, ids):
    for block in self.blocks:
        Tensor(np.zeros(1)), Tensor(np.zeros(1))
    logits = _Logits(np.zeros((*np.shape(ids), self.head.bias.data.size)))
    logits.of = self
    return logits


GPT.__call__ = _answer
