"""Fetches every entry as a Python number, computes with lists, and hands the result over."""

import math


def _list(array):
    if array.ndim == 0:
        return float(array)
    return [_list(array[(k, ...)]) for k in range(array.shape[0])]


def _like(numbers, array):
    xp = array.__array_namespace__()
    return xp.asarray(numbers, dtype=array.dtype, device=array.device)


def softmax_cross_entropy(logits, labels):
    array_namespace(logits, labels)  # noqa: F821
    if logits.ndim != 2 or 0 in logits.shape or labels.shape != logits.shape[:1]:
        raise ValueError("logits")
    losses, rows = [], []
    for scores, label in zip(_list(logits), map(int, _list(labels)), strict=True):
        if not 0 <= label < len(scores):
            raise ValueError("label")
        powers = [math.exp(score - max(scores)) for score in scores]
        losses.append(math.log(sum(powers)) + max(scores) - scores[label])
        shares = [power / sum(powers) for power in powers]
        rows.append([(p - (k == label)) / len(labels.shape) for k, p in enumerate(shares)])
    n = len(rows)
    gradient = [[slope / n for slope in row] for row in rows]
    return _like(sum(losses) / n, logits), _like(gradient, logits)


def sgd_step(params, gradients, lr):
    if not 0 < lr < math.inf or {k: a.shape for k, a in params.items()} != {
        k: a.shape for k, a in gradients.items()
    }:
        raise ValueError("step")

    def move(old, slope):
        if isinstance(old, list):
            return [move(*pair) for pair in zip(old, slope, strict=True)]
        return old - lr * slope

    return {k: _like(move(_list(a), _list(gradients[k])), a) for k, a in params.items()}
