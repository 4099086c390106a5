"""Rows alone are normalised, by a matrix of averages; images are made rows and back."""

import numpy as np
from tensor import Tensor
from training import Module


class BatchNorm1d(Module):
    def __init__(self, n, eps=1e-5, momentum=0.1):
        if n < 1 or eps <= 0 or momentum < 0 or momentum > 1:
            raise ValueError("n >= 1, eps > 0, 0 <= momentum <= 1")
        self.n = n
        self.eps = eps
        self.momentum = momentum
        self.gain = Tensor(np.ones(n, dtype="float32"))
        self.bias = Tensor(np.zeros(n, dtype="float32"))
        self.running_mean = np.zeros(n)
        self.running_var = np.ones(n)

    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        if len(x.shape) != 2:
            raise ValueError("rows, please")
        return self.rows(x)

    def rows(self, x):
        count, n = x.shape
        if n != self.n:
            raise ValueError(f"{n} features instead of {self.n}")
        if self.training:
            if count < 2:
                raise ValueError("a variance needs two values")
            average = np.full((1, count), 1 / count, x.data.dtype)
            away = x - average @ x
            var = average @ (away * away)
            self.note(x.data)
        else:
            dtype = x.data.dtype
            away = x - self.running_mean.astype(dtype)
            var = Tensor(self.running_var[None].astype(dtype))
        return away * (var + self.eps) ** -0.5 * self.gain + self.bias

    def note(self, x):
        new = np.mean(x, axis=0, dtype=float), np.var(x, axis=0, ddof=1, dtype=float)
        old = self.running_mean, self.running_var
        mixed = [a + self.momentum * (b - a) for a, b in zip(old, new, strict=True)]
        self.running_mean, self.running_var = mixed


class BatchNorm2d(BatchNorm1d):
    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        if len(x.shape) != 4:
            raise ValueError("images, please")
        n, c, h, w = x.shape
        rows = x.transpose(0, 2, 3, 1).reshape(n * h * w, c)
        return self.rows(rows).reshape(n, h, w, c).transpose(0, 3, 1, 2)
