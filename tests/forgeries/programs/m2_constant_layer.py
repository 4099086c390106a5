"""A layer that returns as many Values as it has neurons, always the same ones."""


def _call(self, x):
    values = [Value(0.5) for _ in self.neurons]
    return values[0] if len(values) == 1 else values


Layer.__call__ = _call
