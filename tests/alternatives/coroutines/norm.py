"""Batch normalisation as one node, with the gradient worked out by hand."""

import numpy as np
from tensor import Tensor
from training import Module


def normalised(x, gain, bias, axes, eps):
    m = x.data.size // gain.data.size
    shape = [1] * x.data.ndim
    shape[1] = gain.data.size
    mean = x.data.mean(axis=axes, keepdims=True)
    away = x.data - mean
    var = np.square(away).mean(axis=axes, keepdims=True)
    factor = 1.0 / np.sqrt(var + eps)
    xhat = away * factor
    g0 = gain.data.reshape(shape)

    def to_x(g):
        total = g.sum(axis=axes, keepdims=True)
        along = (g * xhat).sum(axis=axes, keepdims=True)
        return g0 * factor * (g - total / m - xhat * along / m)

    out = Tensor._node(
        g0 * xhat + bias.data.reshape(shape),
        (x, to_x),
        (gain, lambda g: (g * xhat).sum(axis=axes)),
        (bias, lambda g: g.sum(axis=axes)),
    )
    return out, mean.ravel(), var.ravel() * m / (m - 1)


class _Norm(Module):
    def __init__(self, n, eps=1e-5, momentum=0.1):
        for fine, what in ((n > 0, n), (eps > 0, eps), (momentum >= 0, momentum)):
            if not fine:
                raise ValueError(f"out of range: {what}")
        if momentum > 1:
            raise ValueError("momentum above 1")
        self.gain, self.bias = (Tensor(f(n, dtype=np.float32)) for f in (np.ones, np.zeros))
        self.running_mean = np.zeros(n, np.float32)
        self.running_var = np.ones(n, np.float32)
        self.eps, self.m = eps, momentum

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        axes = tuple(k for k in range(self.ndim) if k != 1)
        if x.data.ndim != self.ndim or x.shape[1] != self.gain.shape[0]:
            raise ValueError(f"shape {x.shape}")
        if not self.training:
            shape = [-1 if k == 1 else 1 for k in range(self.ndim)]
            deviation = np.sqrt(self.running_var + self.eps)
            factor = self.gain * (1 / deviation)
            shift = self.bias - factor * self.running_mean
            return x * factor.reshape(*shape) + shift.reshape(*shape)
        if x.data.size < 2 * x.shape[1]:
            raise ValueError("one value a feature")
        out, mean, var = normalised(x, self.gain, self.bias, axes, self.eps)
        self.running_mean += (self.m * (mean - self.running_mean)).astype(np.float32)
        self.running_var += (self.m * (var - self.running_var)).astype(np.float32)
        return out


class BatchNorm1d(_Norm):
    ndim = 2


class BatchNorm2d(_Norm):
    ndim = 4
