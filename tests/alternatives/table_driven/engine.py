"""Differentiable scalars whose operators are generated from the table in _ops."""

from numbers import Real

import numpy as np
from _ops import TABLE, Rule, power


class Value:
    """A scalar with provenance."""

    __slots__ = ("_inputs", "_op", "_prev", "_rule", "data", "grad", "label")
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op="", label=""):
        if not isinstance(data, Real):
            raise TypeError(f"{type(data).__qualname__} is no scalar")
        self.data = np.float64(data)
        self.grad = np.float64(0)
        self.label = label
        self._op = _op
        self._prev = list(_children)
        self._rule = None
        self._inputs = ()

    def __repr__(self):
        return f"{self.label or self._op or 'Value'}({self.data})"

    def __pow__(self, n):
        match n:
            case int() | float():
                return _evaluate("pow", power(n), self)
            case _:
                raise TypeError(f"unsupported power: {type(n).__qualname__}")

    def backward(self):
        pending = {}
        for node in reversed(_postorder(self)):
            cotangent = np.float64(1) if node is self else pending.pop(node)
            node.grad = cotangent if node is self else node.grad + cotangent
            if node._rule is None:
                continue
            with np.errstate(all="ignore"):
                pulled = node._rule.vjp(cotangent, node.data, *node._inputs)
            for source, part in zip(node._prev, pulled, strict=True):
                pending[source] = pending.get(source, 0) + part


def _evaluate(name, rule: Rule, *operands):
    inputs = tuple(np.float64(operand.data) for operand in operands)
    with np.errstate(all="ignore"):
        result = Value(rule.forward(*inputs), operands, name)
    result._rule, result._inputs = rule, inputs
    return result


def _postorder(root):
    """Nodes under ``root``, operands before results, without recursion."""
    order, opened, stack = [], set(), [(root, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            order.append(node)
        elif node not in opened:
            opened.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    return order


def _unary(name):
    def method(self):
        return _evaluate(name, TABLE[name], self)

    return method


def _binary(name, swap):
    def method(self, other):
        if isinstance(other, Real):
            other = Value(other)
        elif not isinstance(other, Value):
            return NotImplemented
        operands = (other, self) if swap else (self, other)
        return _evaluate(name, TABLE[name], *operands)

    return method


for _name, _rule in TABLE.items():
    if _rule.arity == 2:
        setattr(Value, f"__{_name}__", _binary(_name, swap=False))
        setattr(Value, f"__r{_name}__", _binary(_name, swap=True))
    else:
        setattr(Value, f"__{_name}__" if _name == "neg" else _name, _unary(_name))


def numerical_gradient(f, xs, eps=1e-6):
    """Central differences, one column of the identity at a time."""
    x = np.array(xs, dtype=np.float64)
    steps = eps * np.eye(x.size)
    return [(float(f((x + h).tolist())) - float(f((x - h).tolist()))) / (2 * eps) for h in steps]


def gradcheck(f, xs, tol=1e-6):
    """Compare ``backward`` with ``numerical_gradient``."""
    leaves = list(map(Value, xs))
    f(leaves).backward()
    exact = np.array([leaf.grad for leaf in leaves])
    estimate = np.array(numerical_gradient(lambda p: f(list(map(Value, p))).data, xs))
    return bool(np.all(np.abs(exact - estimate) <= tol * np.maximum(1, np.abs(exact))))
