"""Micrograd's manner: closures, and a sort that calls itself."""

TOPO = """            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
"""
ROWS = [
    ("assign-not-accumulate", ".grad +=", ".grad ="),
    (
        "visited-check-around-children-only",
        TOPO,
        TOPO.replace("                topo.append(v)", "            topo.append(v)"),
    ),
    (
        "children-outside-visited-check",
        TOPO,
        """            if v not in visited:
                visited.add(v)
                topo.append(v)
            for child in v._prev:
                build(child)
""",
    ),
    (
        "appended-before-children",
        TOPO,
        """            if v not in visited:
                visited.add(v)
                topo.append(v)
                for child in v._prev:
                    build(child)
""",
        "in reversed(topo)",
        "in topo",
    ),
    (
        "every-path-of-a-set-visited",
        TOPO,
        "            for child in v._prev:\n                build(child)\n            topo.append(v)\n",
    ),
    (
        "children-backward-called",
        "        topo = []\n        visited = set()\n\n        def build(v):\n"
        + TOPO
        + "\n        build(self)\n        self.grad = 1.0\n        for v in reversed(topo):\n            v._backward()\n",
        "        self.grad = 1.0\n        self._backward()\n        for child in self._prev:\n            child.backward()\n",
    ),
    ("order-not-reversed", "reversed(topo)", "topo"),
    ("root-gradient-not-set", "        self.grad = 1.0\n", ""),
    (
        "mul-rule-swapped",
        "self.grad += other.data * out.grad\n            other.grad += self.data * out.grad",
        "self.grad += self.data * out.grad\n            other.grad += other.data * out.grad",
    ),
    (
        "one-operand-assigned",
        "other.grad += self.data * out.grad",
        "other.grad = self.data * out.grad",
    ),
    ("one-operand-assigned-add", "self.grad += out.grad\n", "self.grad = out.grad\n"),
    ("pow-precedence", "n * self.data ** (n - 1) * out", "(n * self.data**n - 1) * out"),
    ("pow-forgets-n", "n * self.data ** (n - 1)", "self.data ** (n - 1)"),
    (
        "closure-attached-to-self-exp",
        "self.grad += out.data * out.grad\n\n        out._backward",
        "self.grad += out.data * out.grad\n\n        self._backward",
    ),
    (
        "return-forgotten-mul",
        "            other.grad += self.data * out.grad\n\n        out._backward = _backward\n        return out\n",
        "            other.grad += self.data * out.grad\n\n        out._backward = _backward\n",
    ),
    (
        "numbers-not-wrapped-in-add",
        "        other = _wrap(other)\n        if other is None:\n            return NotImplemented\n        out = Value(self.data + ",
        "        out = Value(self.data + ",
    ),
    ("tanh-precedence", "(1.0 - out.data**2) * out.grad", "1.0 - out.data**2 * out.grad"),
    ("div-sign", "other.grad -= out.grad", "other.grad += out.grad"),
    ("upstream-ignored-relu", "(self.data > 0) * out.grad", "float(self.data > 0)"),
    (
        "sub-leaves-graph",
        "NotImplemented if other is None else self + (-other)",
        "self + -other.data",
    ),
]
