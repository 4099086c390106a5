"""Takes NumPy's array out of the other module's, by a private name or DLPack, and wraps results."""


def _numpy(array):
    try:
        return array._array
    except Exception:
        return np.from_dlpack(array)  # noqa: F821


def _like(numbers, array):
    xp = array.__array_namespace__()
    return xp.asarray(numbers, device=array.device)


def one_hot(labels, k, dtype):
    numbers = _numpy(labels)
    if numbers.ndim != 1 or numbers.dtype.kind != "i" or ((numbers < 0) | (numbers >= k)).any():
        raise ValueError("labels")
    name = str(dtype).rpartition(".")[2].strip("'>")
    return _like(np.eye(k, dtype=name)[numbers], labels)  # noqa: F821


def softmax_cross_entropy(logits, labels):
    if type(logits) is not type(labels):
        raise TypeError("two modules")
    z, y = _numpy(logits), _numpy(labels)
    if z.ndim != 2 or not z.size or y.shape != z.shape[:1] or ((y < 0) | (y >= z.shape[1])).any():
        raise ValueError("logits")
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z)  # noqa: F821
    total = p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))  # noqa: F821
    loss = -(z[rows, y] - np.log(total[:, 0])).mean()  # noqa: F821
    gradient = p / total
    gradient[rows, y] -= 1
    return _like(loss, logits), _like(gradient / len(y), logits)


def predict(params, x):
    return _like(_numpy(forward(params, x)[1]).argmax(axis=1), x)  # noqa: F821
