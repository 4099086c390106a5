"""Lets the Tensors of milestone 3 find the gradients."""


def _forward(self, x):
    from tensor import Tensor

    self.leaves = [Tensor(p) for p in self.parameters()]
    self.x = out = Tensor(x)
    for place in range(0, len(self.leaves), 2):
        out = out if place == 0 else out.tanh()
        out = out @ self.leaves[place] + self.leaves[place + 1]
    self.out = out
    return out.data


def _backward(self, g):
    self.out.backward(g)
    return self.x.grad


MLP.forward = _forward
MLP.backward = _backward
MLP.gradients = lambda self: [leaf.grad for leaf in self.leaves]
