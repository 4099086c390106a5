"""Moves each weight a little to see what changes."""


def _forward(self, x):
    self.x = x
    for layer in self.layers:
        x = layer.forward(x)
    return x


def _slope(self, array, g):
    found = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        start, values = array[index], []
        for step in (1e-5, -1e-5):
            array[index] = start + step
            values.append((_forward(self, self.x) * g).sum())
        array[index] = start
        found[index] = (values[0] - values[1]) / 2e-5
    return found


def _backward(self, g):
    self.found = [_slope(self, p, g) for p in self.parameters()]
    return _slope(self, self.x, g)


MLP.forward = _forward
MLP.backward = _backward
MLP.gradients = lambda self: self.found
