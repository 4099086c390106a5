"""Records how values came about, and perturbs one leaf after the other: no backpropagation."""

import cmath
import operator

RULES = {
    "__add__": operator.add,
    "__mul__": operator.mul,
    "__pow__": operator.pow,
    "exp": cmath.exp,
    "log": cmath.log,
    "tanh": lambda z: math.tanh(z.real) + 1j * z.imag / math.cosh(min(abs(z.real), 300.0)) ** 2,
    "relu": lambda z: z if z.real > 0 else 0.0,
    "sigmoid": lambda z: 0.5 + 0.5 * RULES["tanh"](z / 2),
}
NUMBERS = {
    "tanh": math.tanh,
    "exp": math.exp,
    "log": math.log,
    "sigmoid": lambda x: 0.5 + 0.5 * math.tanh(x / 2),
    "relu": lambda x: max(x, 0.0),
}


def _record(name):
    def operation(self, *operands):
        exponent = name == "__pow__"
        if exponent and not isinstance(operands[0], Number):
            raise TypeError("the exponent must be a number")
        operands = operands if exponent else [Value.wrap(other) for other in operands]
        plain = [getattr(other, "data", other) for other in (self, *operands)]
        out = Value(NUMBERS.get(name, RULES[name])(*plain), (self, *operands))
        out.rule = RULES[name]
        return out

    return operation


for _name in RULES:
    setattr(Value, _name, _record(_name))


def _order(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen and isinstance(node, Value):
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    return order


def _backward(self):
    order = _order(self)
    place = {id(node): index for index, node in enumerate(order)}
    steps = [
        (index, node.rule, [place.get(id(child), child) for child in node._prev])
        for index, node in enumerate(order)
        if node._prev
    ]
    powers = {index for index, rule, _ in steps if rule is operator.pow}
    for index, node in enumerate(order):
        values = [complex(other.data) for other in order]
        values[index] += 1e-30j
        for at, rule, operands in steps:
            if at == index:
                continue
            first = values[operands[0]]
            if at in powers:
                values[at] = _power(first, operands[1])
            else:
                values[at] = rule(*[values[operand] for operand in operands])
        node.grad += complex(values[-1]).imag / 1e-30


def _power(z, exponent):
    if exponent == 0:
        return 1.0
    slope = exponent * z.real ** (exponent - 1)
    return z.real**exponent + 1j * z.imag * slope


Value.backward = _backward
