"""Closures that add into a gradient of 0, operands in a set."""

ADD = "self.grad += 1.0 * out.grad\n            other.grad += 1.0 * out.grad"
MUL = "self.grad += out.grad * other.data\n            other.grad += out.grad * self.data"
ROWS = [
    ("assign-not-accumulate", ".grad +=", ".grad ="),
    ("add-overwrites", ADD, ADD.replace("+=", "=")),
    ("mul-overwrites", MUL, MUL.replace("+=", "=")),
    ("pow-overwrites", "self.grad += power", "self.grad = power"),
    ("tanh-overwrites", "self.grad += (1 - t", "self.grad = (1 - t"),
    (
        "one-operand-assigned",
        "self.grad += out.grad * other.data",
        "self.grad = out.grad * other.data",
    ),
    ("one-operand-assigned-add", "other.grad += 1.0 * out", "other.grad = 1.0 * out"),
    (
        "mul-rule-swapped",
        MUL,
        "self.grad += out.grad * self.data\n            other.grad += out.grad * other.data",
    ),
    (
        "add-rule-of-mul",
        ADD,
        "self.grad += other.data * out.grad\n            other.grad += self.data * out.grad",
    ),
    (
        "mul-rule-of-add",
        MUL,
        "self.grad += out.grad\n            other.grad += out.grad",
    ),
    ("second-operand-forgotten", "            other.grad += 1.0 * out.grad\n", ""),
    ("order-not-reversed", "in reversed(topo)", "in topo"),
    (
        "breadth-first-order",
        "                if child not in visited:\n                    visited.add(child)\n"
        "                    todo.append((child, iter(child._prev)))\n                    break\n"
        "            else:\n                topo.append(v)\n                todo.pop()\n",
        "                if child not in visited:\n                    visited.add(child)\n"
        "                    todo.append((child, iter(child._prev)))\n"
        "            topo.append(v)\n            todo.pop(0)\n",
        "v, children = todo[-1]",
        "v, children = todo[0]",
        "in reversed(topo)",
        "in topo",
    ),
    (
        "appended-before-children",
        "            for child in children:\n                if child not in visited:\n"
        "                    visited.add(child)\n                    todo.append((child, iter(child._prev)))\n"
        "                    break\n            else:\n                topo.append(v)\n"
        "                todo.pop()\n",
        "            if v not in topo:\n                topo.append(v)\n"
        "            for child in children:\n                if child not in visited:\n"
        "                    visited.add(child)\n                    todo.append((child, iter(child._prev)))\n"
        "                    break\n            else:\n                todo.pop()\n",
        "in reversed(topo)",
        "in topo",
    ),
    ("root-gradient-not-set", "        self.grad = 1.0\n", ""),
    (
        "gradients-reset-in-backward",
        "        self.grad = 1.0\n",
        "        for node in topo:\n            node.grad = 0.0\n        self.grad = 1.0\n",
    ),
    ("rsub-reversed", "return Value(other) - self", "return self - Value(other)"),
    ("rtruediv-reversed", "return Value(other) / self", "return self / other"),
    (
        "rtruediv-missing",
        "    def __rtruediv__(self, other):\n        return Value(other) / self\n",
        "",
    ),
    (
        "numbers-not-wrapped-in-add",
        "        other = other if isinstance(other, Value) else Value(other)\n"
        '        out = Value(self.data + other.data, (self, other), "+")',
        '        out = Value(self.data + other.data, (self, other), "+")',
    ),
    (
        "numbers-not-wrapped",
        "        other = other if isinstance(other, Value) else Value(other)\n",
        "",
    ),
    ("neg-leaves-graph", "return self * -1", "return Value(-self.data)"),
    ("sub-leaves-graph", "            other.grad += -out.grad\n", ""),
    (
        "sub-negates-both",
        "            self.grad += out.grad\n",
        "            self.grad += -out.grad\n",
    ),
    ("sub-rule-of-add", "other.grad += -out.grad\n", "other.grad += out.grad\n"),
    ("div-sign", "other.grad += -out.grad * self", "other.grad += out.grad * self"),
    (
        "div-leaves-graph",
        "            other.grad += -out.grad * self.data / other.data / other.data\n",
        "",
    ),
    ("upstream-ignored-exp", "self.grad += out.data * out.grad", "self.grad += out.data"),
    ("upstream-ignored-relu", "(out.data > 0) * out.grad", "float(out.data > 0)"),
    ("upstream-ignored-tanh", "(1 - t**2) * out.grad", "1 - t**2"),
    ("upstream-ignored-log", "1 / x * out.grad", "1 / x"),
    ("tanh-precedence", "(1 - t**2) * out.grad", "1 - t**2 * out.grad"),
    ("tanh-derivative-of-input", "(1 - t**2) * out.grad", "(1 - x**2) * out.grad"),
    ("sigmoid-derivative-plus", "s * (1 - s) * out", "s * (1 + s) * out"),
    ("sigmoid-derivative-of-input", "s * (1 - s) * out", "x * (1 - x) * out"),
    (
        "tanh-overflows",
        "t = math.tanh(x)",
        "t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)",
    ),
    (
        "sigmoid-overflows",
        "        if x >= 0:\n            s = 1 / (1 + math.exp(-x))\n        else:\n"
        "            s = math.exp(x) / (1 + math.exp(x))\n",
        "        s = 1 / (1 + math.exp(-x))\n",
    ),
    (
        "closure-never-attached",
        "            other.grad += out.grad * self.data\n\n        out._backward = _backward\n",
        "            other.grad += out.grad * self.data\n\n",
    ),
    (
        "closure-attached-to-self-exp",
        "            self.grad += out.data * out.grad\n\n        out._backward = _backward",
        "            self.grad += out.data * out.grad\n\n        self._backward = _backward",
    ),
    (
        "closure-attached-to-self-pow",
        "(power - 1) * out.grad\n\n        out._backward = _backward",
        "(power - 1) * out.grad\n\n        self._backward = _backward",
    ),
    ("children-not-recorded", 'other.data, (self, other), "*"', 'other.data, (), "*"'),
    (
        "return-forgotten-mul",
        "            other.grad += out.grad * self.data\n\n        out._backward = _backward\n        return out\n",
        "            other.grad += out.grad * self.data\n\n        out._backward = _backward\n",
    ),
    (
        "return-forgotten-tanh",
        "(1 - t**2) * out.grad\n\n        out._backward = _backward\n        return out\n",
        "(1 - t**2) * out.grad\n\n        out._backward = _backward\n",
    ),
    (
        "asserts-for-errors",
        '            raise TypeError("only supporting int/float powers for now")',
        '            raise AssertionError("only supporting int/float powers for now")',
        '            raise TypeError(f"Value needs a number, not {data!r}")',
        '            raise AssertionError(f"Value needs a number, not {data!r}")',
    ),
    ("power-zero-at-zero", "            if power == 0:\n                return\n", ""),
    ("pow-forgets-n", "power * self.data ** (power - 1)", "self.data ** (power - 1)"),
    ("pow-exponent-not-lowered", "self.data ** (power - 1)", "self.data**power"),
    (
        "pow-precedence",
        "power * self.data ** (power - 1) * out",
        "(power * self.data**power - 1) * out",
    ),
    ("exp-derivative-of-input", "self.grad += out.data * out.grad", "self.grad += x * out.grad"),
    ("log-derivative-of-result", "1 / x * out.grad", "1 / out.data * out.grad"),
    ("log-shifted", "math.log(x)", "math.log(x + 1e-8)"),
    ("divisor-shifted", "self.data / other.data, (self", "self.data / (other.data + 1e-8), (self"),
    ("relu-slope-at-zero", "(out.data > 0) *", "(self.data >= 0) *"),
    ("relu-passes-input", "(out.data > 0) * out.grad", "out.data * out.grad"),
    ("relu-passes-all", "(out.data > 0) * out.grad", "out.grad"),
    ("gradient-sign", "        self.grad = 1.0\n", "        self.grad = -1.0\n"),
    ("one-sided-difference", "(f(plus) - f(minus)) / (2 * eps)", "(f(plus) - f(xs)) / eps"),
    ("difference-not-halved", "/ (2 * eps)", "/ eps"),
    ("eps-ignored", "+ eps", "+ 1e-6", "- eps", "- 1e-6", "2 * eps", "2 * 1e-6"),
    ("gradcheck-absolute-values", "abs(value.grad - g)", "abs(abs(value.grad) - abs(g))"),
    ("gradcheck-not-absolute", "abs(value.grad - g)", "value.grad - g"),
    ("gradcheck-not-relative", "tol * max(1, abs(g))", "tol"),
    ("gradcheck-relative-only", "tol * max(1, abs(g))", "tol * abs(g)"),
    (
        "gradcheck-first-input-only",
        "            return False\n    return True",
        "            return False\n        return True",
    ),
    (
        "gradcheck-always-true",
        "            return False\n    return True",
        "            pass\n    return True",
    ),
    ("gradcheck-own-tolerance", "diff <= tol", "diff <= 1e-6"),
]
