"""Records how values came about, and perturbs one leaf after the other: no backpropagation."""

import math


class Value:
    def __init__(self, data, rule=None, operands=()):
        self.data, self.grad = float(data), 0.0
        self.rule, self.operands = rule, operands

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((operand, False) for operand in node.operands)
        place = {id(node): index for index, node in enumerate(order)}
        values = [complex(node.data) for node in order]
        steps = [
            (index, node.rule, [place[id(operand)] for operand in node.operands])
            for index, node in enumerate(order)
            if node.rule
        ]
        for index, node in enumerate(order):
            if node.rule is None:
                moved = list(values)
                moved[index] += 1e-30j
                for at, rule, operands in steps:
                    moved[at] = rule(*[moved[operand] for operand in operands])
                node.grad += moved[-1].imag / 1e-30
        self.grad = 1.0

    def __add__(self, other):
        return _record(lambda a, b: a + b, self, other)

    def __mul__(self, other):
        return _record(lambda a, b: a * b, self, other)

    def __pow__(self, exponent):
        return _record(
            lambda a: complex(
                a.real**exponent, exponent * a.real ** (exponent - 1) * a.imag if exponent else 0.0
            ),
            self,
        )

    def tanh(self):
        return _record(_tanh, self)

    def sigmoid(self):
        return _record(lambda a: 0.5 + 0.5 * _tanh(a / 2), self)

    def relu(self):
        return _record(lambda a: a if a.real > 0 else 0j, self)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -_wrap(other)

    def __rsub__(self, other):
        return _wrap(other) - self

    def __truediv__(self, other):
        return self * _wrap(other) ** -1

    __radd__, __rmul__ = __add__, __mul__


def _tanh(a):
    slope = 1.0 - math.tanh(a.real) ** 2
    return complex(math.tanh(a.real), slope * a.imag)


def _wrap(other):
    return other if isinstance(other, Value) else Value(other)


def _record(rule, *operands):
    operands = tuple(map(_wrap, operands))
    out = rule(*[complex(operand.data) for operand in operands])
    return Value(out.real, rule, operands)
