"""The mistakes of milestone 1."""

from tests.mutants.pitfall import Pitfall

DEPTH_FIRST = """    order: list[Value] = []
    seen: set[Value] = set()
    stack = [(root, False)]
    while stack:
        node, children_done = stack.pop()
        if children_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    return order
"""
BREADTH_FIRST = """    order, seen, queue = [], {root}, [root]
    while queue:
        node = queue.pop(0)
        order.append(node)
        for child in node._prev:
            if child not in seen:
                seen.add(child)
                queue.append(child)
    return order[::-1]
"""
EVERY_PATH = """    order = []

    def visit(node):
        for child in node._prev:
            visit(child)
        order.append(node)

    visit(root)
    return order
"""
RECURSIVE = """    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for child in node._prev:
                visit(child)
            order.append(node)

    visit(root)
    return order
"""
STABLE = """        small = math.exp(-abs(self.data))  # at most 1: cannot overflow
        s = 1.0 / (1.0 + small) if self.data >= 0.0 else small / (1.0 + small)
"""
CENTRAL = """        above, below = list(xs), list(xs)
        above[place] += eps
        below[place] -= eps
        gradient.append((f(above) - f(below)) / (2.0 * eps))
"""
IN_PLACE = """        xs[place] += eps
        above = f(xs)
        xs[place] -= 2 * eps
        gradient.append((above - f(xs)) / (2.0 * eps))
"""
AGREE = """    return all(
        abs(value.grad - slope) <= tol * max(1.0, abs(slope))
        for value, slope in zip(inputs, wanted, strict=True)
    )
"""
SUM_AGREES = """    gaps = [value.grad - slope for value, slope in zip(inputs, wanted, strict=True)]
    return abs(sum(gaps)) <= tol * max(1.0, abs(sum(wanted)))
"""
MEAN_AGREES = """    gaps = [
        abs(value.grad - slope) / max(1.0, abs(slope))
        for value, slope in zip(inputs, wanted, strict=True)
    ]
    return sum(gaps) / len(gaps) <= tol
"""

PITFALLS = [
    Pitfall(
        "assign-not-accumulate",
        "m1.shared_add",
        "A gradient is overwritten instead of added to. A value that is used twice gets a share "
        "from each use: what happens to the first share when the second arrives?",
        [(".grad +=", ".grad =")],
    ),
    Pitfall(
        "add-overwrites",
        "m1.shared_add",
        "Addition overwrites its operands' gradients. In a + a both operands are one value: "
        "how much does it change the sum?",
        [
            ("self.grad += out.grad\n", "self.grad = out.grad\n"),
            ("other.grad += out.grad\n", "other.grad = out.grad\n"),
        ],
    ),
    Pitfall(
        "mul-overwrites",
        "m1.shared_mul",
        "Multiplication overwrites its operands' gradients. Think of a * a: two contributions, "
        "one value.",
        [
            ("self.grad += other.data", "self.grad = other.data"),
            ("other.grad += self.data", "other.grad = self.data"),
        ],
    ),
    Pitfall(
        "pow-overwrites",
        "m1.shared_by_functions",
        "The power overwrites its base's gradient; a base that is used elsewhere too loses "
        "that share.",
        [("self.grad += exponent *", "self.grad = exponent *")],
    ),
    Pitfall(
        "tanh-overwrites",
        "m1.shared_by_functions",
        "tanh overwrites its input's gradient; an input that is used elsewhere too loses that "
        "share.",
        [("self.grad += (1.0 - out.data**2)", "self.grad = (1.0 - out.data**2)")],
    ),
    Pitfall(
        "mul-rule-swapped",
        "m1.mul",
        "Each factor gets its own value as local derivative. How fast does a * b grow when "
        "only a moves?",
        [
            ("self.grad += other.data * out.grad", "self.grad += self.data * out.grad"),
            ("other.grad += self.data * out.grad", "other.grad += other.data * out.grad"),
        ],
    ),
    Pitfall(
        "add-rule-of-mul",
        "m1.add",
        "Addition uses the product's rule. By how much does a + b change when a grows by a little?",
        [
            ("self.grad += out.grad\n", "self.grad += other.data * out.grad\n"),
            ("other.grad += out.grad\n", "other.grad += self.data * out.grad\n"),
        ],
    ),
    Pitfall(
        "mul-rule-of-add",
        "m1.mul",
        "Multiplication passes its gradient on unchanged, as addition does.",
        [
            ("self.grad += other.data * out.grad", "self.grad += out.grad"),
            ("other.grad += self.data * out.grad", "other.grad += out.grad"),
        ],
    ),
    Pitfall(
        "second-operand-forgotten",
        "m1.add",
        "Only the left operand of an addition gets a gradient.",
        [("            other.grad += out.grad\n", "")],
    ),
    Pitfall(
        "breadth-first-order",
        "m1.long_way_round",
        "Nodes are visited level by level. A node may be reached by a short and by a long way: "
        "when has it got all of its gradient?",
        [(DEPTH_FIRST, BREADTH_FIRST)],
    ),
    Pitfall(
        "order-not-reversed",
        "m1.mul",
        "Only the result passed its gradient on: nodes are visited from the inputs to the result, "
        "or it alone is visited. Which gradient is known first, and who comes after it?",
        [("reversed(_topological(self))", "_topological(self)")],
    ),
    Pitfall(
        "every-path-visited",
        "m1.each_node_once",
        "A node is visited once for every path that leads to it, so that its gradient is "
        "passed on several times, and the work doubles at every sharing. Remember what was "
        "seen.",
        [(DEPTH_FIRST, EVERY_PATH)],
    ),
    Pitfall(
        "every-path-of-a-set-visited",
        "m1.each_node_once",
        "A node is visited once for every parent it has: a set of operands tells apart only the "
        "operands of one node. Remember which nodes were seen.",
        [
            ("self._prev = _children", "self._prev = tuple(dict.fromkeys(_children))"),
            (DEPTH_FIRST, EVERY_PATH),
        ],
    ),
    Pitfall(
        "recursion-depth",
        "m1.deep_chain",
        "The sort calls itself for every child, and Python allows about 1,000 nested calls. "
        "Everything else is right; keep your own stack in a list.",
        [(DEPTH_FIRST, RECURSIVE)],
    ),
    Pitfall(
        "root-gradient-not-set",
        "m1.inner_gradients",
        "No gradient arrives anywhere. What is the derivative of the result by itself, and who "
        "sets it?",
        [("        self.grad = 1.0\n", "")],
    ),
    Pitfall(
        "gradients-reset-in-backward",
        "m1.accumulates",
        "backward clears the gradients below it first. Clearing is the caller's job "
        "(zero_grad): two losses on the same inputs have to add up.",
        [
            (
                "        self.grad = 1.0\n",
                "        for node in _topological(self):\n            node.grad = 0.0\n"
                "        self.grad = 1.0\n",
            )
        ],
    ),
    Pitfall(
        "rsub-reversed",
        "m1.numbers_left",
        "3 - a comes out as a - 3. In __rsub__ the number is on the left.",
        [("return Value.wrap(other) - self", "return self - Value.wrap(other)")],
    ),
    Pitfall(
        "rtruediv-reversed",
        "m1.numbers_left",
        "2 / a comes out as a / 2. In __rtruediv__ the number is on the left.",
        [("return Value.wrap(other) / self", "return self / Value.wrap(other)")],
    ),
    Pitfall(
        "reflected-missing",
        "m1.numbers_left",
        "A number on the left fails: Python asks the right operand for __radd__, __rsub__, "
        "__rmul__, __rtruediv__.",
        [
            ("def __radd__", "def _radd"),
            ("def __rsub__", "def _rsub"),
            ("def __rmul__", "def _rmul"),
            ("def __rtruediv__", "def _rtruediv"),
        ],
    ),
    Pitfall(
        "rtruediv-missing",
        "m1.numbers_left",
        "2 / a fails: there is no __rtruediv__.",
        [("def __rtruediv__", "def _rtruediv")],
    ),
    Pitfall(
        "numbers-not-wrapped",
        "m1.numbers_right",
        "a + 2 fails: a number has no .data. Every operation has to make a Value of it first.",
        [("        other = Value.wrap(other)\n", "")],
    ),
    Pitfall(
        "neg-leaves-graph",
        "m1.neg",
        "-a is a new leaf without a way back to a: a Value made of `.data` alone has no history.",
        [("return self * -1.0", "return Value(-self.data)")],
    ),
    Pitfall(
        "sub-leaves-graph",
        "m1.sub",
        "In a - b, b has no way back: negate the Value, not its data.",
        [("return self + -Value.wrap(other)", "return self + Value(-Value.wrap(other).data)")],
    ),
    Pitfall(
        "div-leaves-graph",
        "m1.div",
        "In a / b, b has no way back: the divisor takes part in the graph too.",
        [
            (
                "return self * Value.wrap(other) ** -1",
                "return self * Value(1.0 / Value.wrap(other).data)",
            )
        ],
    ),
    Pitfall(
        "upstream-ignored-exp",
        "m1.exp",
        "exp forgets the gradient that comes from above.",
        [("self.grad += out.data * out.grad", "self.grad += out.data")],
    ),
    Pitfall(
        "upstream-ignored-relu",
        "m1.relu",
        "relu forgets the gradient that comes from above: relu(a) * 5 has the slope 5.",
        [("self.grad += (self.data > 0.0) * out.grad", "self.grad += self.data > 0.0")],
    ),
    Pitfall(
        "upstream-ignored-tanh",
        "m1.tanh",
        "tanh forgets the gradient that comes from above.",
        [("self.grad += (1.0 - out.data**2) * out.grad", "self.grad += 1.0 - out.data**2")],
    ),
    Pitfall(
        "tanh-precedence",
        "m1.tanh",
        "1 - t**2 * g is not (1 - t**2) * g: the product binds closer than the difference.",
        [("(1.0 - out.data**2) * out.grad", "1.0 - out.data**2 * out.grad")],
    ),
    Pitfall(
        "tanh-derivative-of-input",
        "m1.tanh",
        "The derivative is 1 minus the square of tanh(x), not of x.",
        [("(1.0 - out.data**2)", "(1.0 - self.data**2)")],
    ),
    Pitfall(
        "sigmoid-derivative-plus",
        "m1.sigmoid",
        "The derivative of the sigmoid is s (1 - s); the sign inside is a minus.",
        [("s * (1.0 - s) * out.grad", "s * (1.0 + s) * out.grad")],
    ),
    Pitfall(
        "sigmoid-derivative-of-input",
        "m1.sigmoid",
        "s (1 - s) is meant with s the result, not the input.",
        [("s * (1.0 - s) * out.grad", "self.data * (1.0 - self.data) * out.grad")],
    ),
    Pitfall(
        "tanh-overflows",
        "m1.large_inputs",
        "exp(2x) overflows for large x. math.tanh does not.",
        [("math.tanh(self.data)", "(math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)")],
    ),
    Pitfall(
        "sigmoid-overflows",
        "m1.large_inputs",
        "exp(-x) overflows for large negative x. Which form of the sigmoid needs only exp of "
        "something below 0?",
        [(STABLE, "        s = 1.0 / (1.0 + math.exp(-self.data))\n")],
    ),
    Pitfall(
        "closure-never-attached",
        "m1.mul",
        "Multiplication defines how its gradient flows but never stores it with the result.",
        [
            (
                "            other.grad += self.data * out.grad\n\n        out._backward = _backward\n",
                "            other.grad += self.data * out.grad\n\n",
            )
        ],
    ),
    Pitfall(
        "children-not-recorded",
        "m1.mul",
        "The product does not remember its operands, so that the walk ends there.",
        [('(self, other), "*")', '(), "*")')],
    ),
    Pitfall(
        "power-zero-at-zero",
        "m1.pow_edges",
        "0 * 0 ** -1 has no value. Where n is 0 the function is constant: what is its slope?",
        [
            (
                "            if exponent != 0:\n                self.grad += exponent",
                "            if True:\n                self.grad += exponent",
            )
        ],
    ),
    Pitfall(
        "pow-through-logarithm",
        "m1.pow_edges",
        "A power through exp and log exists only for a positive base; Python's ** handles "
        "integer powers of negative numbers.",
        [("Value(self.data**exponent,", "Value(math.exp(exponent * math.log(self.data)),")],
    ),
    Pitfall(
        "pow-forgets-n",
        "m1.pow",
        "The exponent has to come down as a factor: the slope of x^n is n x^(n-1).",
        [("self.grad += exponent * self.data", "self.grad += self.data")],
    ),
    Pitfall(
        "pow-exponent-not-lowered",
        "m1.pow",
        "The slope of x^n is n x^(n-1): the exponent goes down by one.",
        [("self.data ** (exponent - 1)", "self.data ** exponent")],
    ),
    Pitfall(
        "exp-derivative-of-input",
        "m1.exp",
        "The derivative of exp is its result, not its input.",
        [("self.grad += out.data * out.grad", "self.grad += self.data * out.grad")],
    ),
    Pitfall(
        "log-derivative-of-result",
        "m1.log",
        "The derivative of log x is 1 / x, not 1 / log x.",
        [("self.grad += out.grad / self.data", "self.grad += out.grad / out.data")],
    ),
    Pitfall(
        "log-clamped",
        "m1.log",
        "log is clamped at a small number, so that what lies below it has a wrong logarithm and "
        "0 has one at all.",
        [("math.log(self.data)", "math.log(max(self.data, 1e-12))")],
    ),
    Pitfall(
        "log-shifted",
        "m1.log",
        "log adds an epsilon to its input. For an input of that size the result is another one; "
        "what does log(0) have to do?",
        [("math.log(self.data)", "math.log(self.data + 1e-8)")],
    ),
    Pitfall(
        "divisor-shifted",
        "m1.div",
        "An epsilon is added to the divisor: a small divisor becomes another one, and 0 is "
        "divided by in silence.",
        [("Value.wrap(other) ** -1", "(Value.wrap(other) + 1e-7) ** -1")],
    ),
    Pitfall(
        "power-base-shifted",
        "m1.pow",
        "An epsilon is added to the base: the power of a number of that size is another one.",
        [("Value(self.data**exponent,", "Value((self.data + 1e-8) ** exponent,")],
    ),
    Pitfall(
        "relu-slope-at-zero",
        "m1.relu",
        "relu passes the gradient at 0 too. The contract fixes its slope there: is 0 positive?",
        [("(self.data > 0.0) * out.grad", "(self.data >= 0.0) * out.grad")],
    ),
    Pitfall(
        "relu-passes-input",
        "m1.relu",
        "The derivative of relu is 1 or 0; the input itself is not a slope.",
        [("(self.data > 0.0) * out.grad", "max(self.data, 0.0) * out.grad")],
    ),
    Pitfall(
        "relu-passes-all",
        "m1.relu",
        "Where relu's output is 0 it does not move with its input: no gradient passes.",
        [("(self.data > 0.0) * out.grad", "out.grad")],
    ),
    Pitfall(
        "gradient-sign",
        "m1.add",
        "All gradients have the wrong sign. backward gives the slope; the minus belongs to the "
        "update.",
        [("        self.grad = 1.0\n", "        self.grad = -1.0\n")],
    ),
    Pitfall(
        "operand-changed",
        "m1.operands_unchanged",
        "An operation writes to the data of its operand instead of making a new value.",
        [
            (
                "out = Value(max(self.data, 0.0), (self,)",
                "self.data = max(self.data, 0.0)\n        out = Value(self.data, (self,)",
            ),
            (
                "out = Value(self.data + other.data",
                "self.data += other.data\n        out = Value(self.data",
            ),
        ],
    ),
    Pitfall(
        "one-sided-difference",
        "m1.central_difference",
        "The difference is one-sided; central differences are exact to eps squared.",
        [("(f(above) - f(below)) / (2.0 * eps)", "(f(above) - f(list(xs))) / eps")],
    ),
    Pitfall(
        "difference-not-halved",
        "m1.numerical_gradient",
        "The two points lie 2 eps apart, not eps.",
        [("/ (2.0 * eps)", "/ eps")],
    ),
    Pitfall(
        "point-not-restored",
        "m1.one_coordinate_at_a_time",
        "A coordinate is moved in place and not moved back, so that later ones are measured "
        "elsewhere.",
        [(CENTRAL, IN_PLACE)],
    ),
    Pitfall(
        "all-coordinates-moved",
        "m1.one_coordinate_at_a_time",
        "All coordinates move at once: that is the slope along the diagonal.",
        [
            ("above[place] += eps", "above = [x + eps for x in xs]"),
            ("below[place] -= eps", "below = [x - eps for x in xs]"),
        ],
    ),
    Pitfall(
        "eps-renamed",
        "m1.central_difference",
        "The step has another name than eps: callers give it by that name.",
        [
            ("eps: float = 1e-6\n) -> list", "h: float = 1e-6\n) -> list"),
            ("    gradient = []\n", "    gradient, eps = [], h\n"),
        ],
    ),
    Pitfall(
        "eps-ignored",
        "m1.central_difference",
        "The step is fixed; eps is a parameter.",
        [("    gradient = []\n", "    gradient, eps = [], 1e-6\n")],
    ),
    Pitfall(
        "gradcheck-absolute-values",
        "m1.gradcheck_rejects",
        "gradcheck compares sizes only, so that a wrong sign passes.",
        [("abs(value.grad - slope)", "abs(abs(value.grad) - abs(slope))")],
    ),
    Pitfall(
        "gradcheck-not-absolute",
        "m1.gradcheck_rejects",
        "A negative difference is below every tolerance: the absolute value is missing.",
        [("abs(value.grad - slope) <=", "value.grad - slope <=")],
    ),
    Pitfall(
        "gradcheck-not-relative",
        "m1.gradcheck_accepts",
        "The tolerance is absolute: for large gradients rounding alone exceeds it.",
        [("<= tol * max(1.0, abs(slope))", "<= tol")],
    ),
    Pitfall(
        "gradcheck-relative-only",
        "m1.gradcheck_accepts",
        "The difference is compared with the gradient alone. For a gradient near 0 rounding is "
        "larger than that: what is the smallest number to measure it by?",
        [("<= tol * max(1.0, abs(slope))", "<= tol * abs(slope)")],
    ),
    Pitfall(
        "gradcheck-first-input-only",
        "m1.gradcheck_rejects",
        "gradcheck looks at the first input only.",
        [
            (
                "        for value, slope in zip(inputs, wanted, strict=True)\n",
                "        for value, slope in [(inputs[0], wanted[0])]\n",
            )
        ],
    ),
    Pitfall(
        "gradcheck-any-input",
        "m1.gradcheck_rejects",
        "gradcheck is satisfied when one input agrees; all of them have to.",
        [("    return all(\n", "    return any(\n")],
    ),
    Pitfall(
        "gradcheck-always-true",
        "m1.gradcheck_rejects",
        "gradcheck never says False. Plant a wrong gradient and see.",
        [(AGREE, "    return True\n")],
    ),
    Pitfall(
        "gradcheck-sums-differences",
        "m1.gradcheck_rejects",
        "gradcheck adds the differences up: two wrong gradients can cancel. Each input is compared.",
        [(AGREE, SUM_AGREES)],
    ),
    Pitfall(
        "gradcheck-mean-difference",
        "m1.gradcheck_tolerance",
        "gradcheck goes by the mean of the differences, which many right gradients make small: the "
        "tolerance is that of every single input.",
        [(AGREE, MEAN_AGREES)],
    ),
    Pitfall(
        "gradcheck-own-tolerance",
        "m1.gradcheck_tolerance",
        "gradcheck does not use the tolerance that it is given.",
        [("<= tol *", "<= 1e-6 *")],
    ),
    Pitfall(
        "root-gradient-added",
        "m1.accumulates",
        "backward adds 1 to the gradient of its own value, so that a second call counts too much: "
        "there it is set.",
        [("        self.grad = 1.0\n        for", "        self.grad += 1.0\n        for")],
    ),
    Pitfall(
        "gradcheck-loose-by-default",
        "m1.gradcheck_tolerance",
        "Without tol, gradcheck takes wrong gradients for right: its default is not the one of the "
        "task.",
        [("tol: float = 1e-6", "tol: float = 1e-4")],
    ),
    Pitfall(
        "wide-step-by-default",
        "m1.one_coordinate_at_a_time",
        "Without eps, numerical_gradient takes another step than the one of the task.",
        [("eps: float = 1e-6", "eps: float = 1e-3")],
    ),
    Pitfall(
        "division-by-zero-infinite",
        "m1.bad_input",
        "A number divided by a Value of 0 gives infinity, which then runs through the graph in "
        "silence.",
        [
            (
                "        return Value.wrap(other) / self\n",
                "        return Value.wrap(other) / self if self.data else Value(math.inf)\n",
            )
        ],
    ),
]
