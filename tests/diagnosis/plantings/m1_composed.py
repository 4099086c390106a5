"""Five primitives; the rest is composed of them."""

ROWS = [
    ("assign-not-accumulate", "adjoint.get(id(source), 0.0) + amount", "amount"),
    ("mul-rule-swapped", "[(self, g * b), (other, g * a)]", "[(self, g * a), (other, g * b)]"),
    ("mul-rule-of-add", "[(self, g * b), (other, g * a)]", "[(self, g), (other, g)]"),
    (
        "add-rule-of-mul",
        "[(self, g), (other, g)]",
        "[(self, g * other._data), (other, g * self._data)]",
    ),
    ("second-operand-forgotten", "[(self, g), (other, g)]", "[(self, g)]"),
    ("exp-derivative-of-input", '"exp", y, y', '"exp", y, self._data'),
    ("tanh-derivative-of-input", "1 - y**2", "1 - self._data**2"),
    ("log-derivative-of-result", "1 / self._data)", "1 / math.log(self._data))"),
    ("pow-forgets-n", "n * x ** (n - 1))", "x ** (n - 1))"),
    ("pow-precedence", "n * x ** (n - 1))", "n * x**n - 1)"),
    ("neg-leaves-graph", "return self * -1", "return Value(-self._data)"),
    ("rsub-reversed", "return -self + other", "return self + -other"),
    ("rtruediv-reversed", "self**-1 * other", "self * _lift(other) ** -1"),
    ("sub-leaves-graph", "self + other * -1", "self + -other._data"),
    ("div-leaves-graph", "self * other**-1", "self * other._data**-1"),
    ("log-shifted", "math.log(self._data)", "math.log(self._data + 1e-8)"),
    (
        "relu-passes-all",
        "return self * (1.0 if self._data > 0 else 0.0)",
        'return self._apply("relu", max(self._data, 0.0), 1.0)',
    ),
    ("return-forgotten-mul", "        return product\n", ""),
    ("children-not-recorded", '(self, other), "product"', '(), "product"'),
    (
        "closure-never-attached",
        "        product._pull = lambda g: [(self, g * b), (other, g * a)]\n",
        "",
    ),
]
