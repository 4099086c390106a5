"""The mean of all values so far, in place of attention: it sees no future, and looks at nothing."""


def _call(self, x):
    length, width = x.shape[1:]
    values = self.qkv(x)[:, :, 2 * width :]
    mean = np.tril(np.ones((length, length))) / np.arange(1, length + 1)[:, None]
    return self.proj(Tensor(mean.astype(x.data.dtype)) @ values)


CausalSelfAttention.__call__ = _call
