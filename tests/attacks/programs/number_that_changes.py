"""Puts an object into `grad` whose value is another at every look."""

import itertools


class Changing:
    def __init__(self):
        self.turn = itertools.count()

    def __float__(self):
        return float(next(self.turn))

    def __index__(self):
        return next(self.turn)

    __int__ = __index__

    def __iadd__(self, other):
        return self

    __add__ = __radd__ = __mul__ = __rmul__ = __iadd__


original = Value.__init__


def __init__(self, *operands, **more):
    original(self, *operands, **more)
    if self._op == "tanh":
        self.grad = Changing()


Value.__init__ = __init__
