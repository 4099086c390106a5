"""Central differences over the inputs of an expression: no derivative of any operation."""

RULES = {
    "__add__": lambda a, b: a + b,
    "__mul__": lambda a, b: a * b,
    "__pow__": lambda a, n: a**n,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda a: max(a, 0.0),
    "sigmoid": lambda a: 0.5 + 0.5 * math.tanh(a / 2),
}


def _record(name):
    def operation(self, *operands):
        if name == "__pow__" and not isinstance(operands[0], Number):
            raise TypeError("the exponent must be a number")
        operands = operands if name == "__pow__" else [Value.wrap(other) for other in operands]
        plain = [getattr(other, "data", other) for other in (self, *operands)]
        out = Value(RULES[name](*plain), (self, *operands))
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
    start = [node.data for node in order]
    steps = [
        (index, node.rule, [place.get(id(child), -1) for child in node._prev], node._prev[-1])
        for index, node in enumerate(order)
        if node._prev
    ]

    def moved(index, by):
        values = list(start)
        values[index] += by
        for at, rule, operands, last in steps:
            if at != index:
                values[at] = rule(*[last if i < 0 else values[i] for i in operands])
        return values[-1]

    for index, node in enumerate(order):
        step = 1e-5 * max(1.0, abs(node.data))
        node.grad += (moved(index, step) - moved(index, -step)) / (2 * step)


Value.backward = _backward
