"""Takes every array to NumPy, computes there, and takes the results back."""


def _taken(array):
    for way in (np.asarray, np.from_dlpack, lambda a: np.array(memoryview(a))):
        try:
            return way(array)
        except Exception:
            continue
    raise TypeError("no way to NumPy")


def _numbers(params, x):
    own = {name: _taken(array) for name, array in params.items()}
    hidden = np.tanh(_taken(x) @ own["w1"] + own["b1"])
    return own, hidden, hidden @ own["w2"] + own["b2"]


def forward(params, x):
    xp = array_namespace(x)
    return xp.asarray(_numbers(params, x)[2], device=x.device)


def _loss(logits, y):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    hot = np.eye(logits.shape[1])[y]
    return -(log_p * hot).sum() / len(y), (np.exp(log_p) - hot) / len(y)


def cross_entropy(logits, y):
    xp = array_namespace(logits, y)
    loss, g = _loss(_taken(logits), _taken(y))
    return xp.asarray(loss, device=y.device), xp.asarray(g, device=y.device)


def gradients(params, x, y):
    xp = array_namespace(x, y)
    own, hidden, logits = _numbers(params, x)
    loss, g = _loss(logits, _taken(y))
    back = g @ own["w2"].T * (1 - hidden**2)
    found = {"w1": _taken(x).T @ back, "b1": back.sum(0), "w2": hidden.T @ g, "b2": g.sum(0)}
    made = {name: xp.asarray(array, device=x.device) for name, array in found.items()}
    return xp.asarray(loss, device=x.device), made
