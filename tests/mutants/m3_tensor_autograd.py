"""The mistakes of milestone 3."""

from tests.mutants.pitfall import Pitfall

DEPTH_FIRST = """        order: list[Tensor] = []
        seen: set[Tensor] = set()
        stack = [(self, False)]
        while stack:
            node, operands_done = stack.pop()
            if operands_done:
                order.append(node)
            elif node not in seen:
                if node._edges is None:
                    raise RuntimeError(
                        "this graph was released by an earlier backward(): run forward again"
                    )
                seen.add(node)
                stack.append((node, True))
                stack.extend([(operand, False) for operand, _ in node._edges])
        return order
"""
BREADTH_FIRST = """        order, seen, queue = [], {self}, [self]
        while queue:
            node = queue.pop(0)
            order.append(node)
            for operand, _ in node._edges:
                if operand not in seen:
                    seen.add(operand)
                    queue.append(operand)
        return order[::-1]
"""
RECURSIVE = """        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for operand, _ in node._edges:
                    visit(operand)
                order.append(node)

        visit(self)
        return order
"""
WALK = """        while order:
            node = order.pop()  # dropped after its turn, so memory falls as the walk goes on
            upstream, edges = node.grad, node._edges
            if edges and upstream is not None:
                node._edges = None
                for operand, vjp in edges:
                    operand._accumulate(vjp(upstream), upstream)
"""
EVERY_PATH = """        def visit(node, upstream):
            for operand, vjp in node._edges:
                share = vjp(upstream)
                operand._accumulate(share, upstream)
                visit(operand, unbroadcast(share, operand.shape))

        visit(self, self.grad)
"""
UNBROADCAST = """    new = cotangent.ndim - len(shape)
    stretched = [new + i for i, size in enumerate(shape) if size == 1]
    summed: Array = cotangent.sum(axis=(*range(new), *stretched))
    return summed.reshape(shape)
"""
TRAILING = """    while cotangent.ndim > len(shape):
        cotangent = cotangent.sum(axis=-1)
    stretched = tuple(i for i, size in enumerate(shape) if size == 1)
    return cotangent.sum(axis=stretched, keepdims=True).reshape(shape)
"""
DROPPED = """    new = cotangent.ndim - len(shape)
    stretched = [new + i for i, size in enumerate(shape) if size == 1]
    return cotangent.sum(axis=(*range(new), *stretched))
"""
LEADING_ONLY = """    return cotangent.sum(axis=tuple(range(cotangent.ndim - len(shape))))
"""
MEAN = "return total / (self.data.size // total.data.size)"
TUPLE_FIRST = """first = axis[0] if isinstance(axis, tuple) else axis
        return total / (self.data.size if axis is None else self.shape[first])"""
SCATTER = """            if repeats:
                np.add.at(grad, index, g)
            else:
                grad[index] = g
"""
IN_RANGE = "    if targets.min() < 0 or targets.max() >= logits_shape[1]:\n"
SHIFTED = "    shifted = x - x.max(axis=axis, keepdims=True)\n"
MATMUL_SELF = "(self, lambda g: g @ b.swapaxes(-1, -2))"
MATMUL_OTHER = "(other, lambda g: a.swapaxes(-1, -2) @ g)"
EXP = "out = np.exp(self.data)\n        return Tensor._node"
ROW = """        if a.ndim == 1:
            return (self.reshape(1, -1) @ other)[..., 0, :]
"""
COLUMN = """        if b.ndim == 1:
            return (self @ other.reshape(-1, 1))[..., 0]
"""
RESHAPE = """        old = self.shape
        return Tensor._node(self.data.reshape(*shape), (self, lambda g: g.reshape(old)))
"""
WRITTEN = """        x = self.data

        def vjp(g):
            grad = np.zeros_like(x)
            grad.reshape(-1)[:] = g.reshape(-1)
            return grad

        return Tensor._node(x.reshape(*shape), (self, vjp))
"""
TRANSPOSE = """        out = self.data.transpose(*axes)
        own = np.arange(out.ndim)
        order = own[np.ravel(axes)] if axes else own[::-1]  # negative axes too
"""
LAST_TWO = """        order = np.arange(self.data.ndim)
        order = order[np.ravel(axes)] if axes else np.r_[order[:-2], order[-2:][::-1]]
        out = self.data.transpose(order)
"""
LOG_P = """    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
"""
APART = """    e = np.exp(shifted)
    log_p = np.log(e / e.sum(axis=axis, keepdims=True))
"""

PITFALLS = [
    Pitfall("assign-not-accumulate", "m3.shared",
            "A gradient is overwritten instead of added to. A tensor that is used twice gets a "
            "share from each use: what happens to the first when the second arrives?",
            [("            self.grad += grad\n", "            self.grad = grad.copy()\n")]),
    Pitfall("matmul-overwrites", "m3.matmul_shared",
            "A matrix product overwrites its operands' gradients. In x @ w1 + x @ w2 two products "
            "send a share to x.",
            [(MATMUL_SELF, "(self, lambda g: g @ b.swapaxes(-1, -2)"
              " - (0 if self.grad is None else self.grad))")]),
    Pitfall("gradients-share-memory", "m3.gradients_apart",
            "Two tensors hold the same array as gradient: an addition in place to one of them "
            "changes the other. Who else holds the array that arrives first?",
            [("grad.copy() if grad is upstream or grad.base is not None else grad", "grad")]),
    Pitfall("breadth-first-order", "m3.topological_order",
            "Nodes are visited level by level. A node may be reached by a short and by a long way: "
            "when has it got all of its gradient?",
            [(DEPTH_FIRST, BREADTH_FIRST)]),
    Pitfall("order-not-reversed", "m3.diamond",
            "Nodes are visited from the inputs to the result. Which gradient is known first?",
            [("order.pop()", "order.pop(0)")]),
    Pitfall("every-path-visited", "m3.many_paths",
            "A node is visited once for every path that leads to it: the work doubles at every "
            "sharing. Wait until a node has all of its gradient, then pass it on once.",
            [(WALK, EVERY_PATH)]),
    Pitfall("recursion-depth", "m3.deep_chain",
            "The sort calls itself for every operand, and Python allows about 1,000 nested calls. "
            "Everything else is right; keep your own stack in a list.",
            [(DEPTH_FIRST, RECURSIVE)]),
    Pitfall("gradients-reset-in-backward", "m3.separate_graphs",
            "backward clears the gradients below it first. Two losses on the same tensor have to "
            "add up.",
            [("        self._accumulate(seed.reshape(self.shape))\n",
              "        for node in order:\n            node.grad = None\n"
              "        self._accumulate(seed.reshape(self.shape))\n")]),
    Pitfall("given-gradient-ignored", "m3.backward_start",
            "backward(grad) starts from ones, whatever grad it is given.",
            [("np.array(1 if grad is None else grad, dtype=self.data.dtype)",
              "np.ones(self.shape, dtype=self.data.dtype)")]),
    Pitfall("matrix-backward-accepted", "m3.backward_needs_grad",
            "backward of a matrix starts from ones in silence. Of which number is that the "
            "gradient? Without grad only a scalar has a start.",
            [("if grad is None and self.data.size != 1:", "if False:"),
             ("np.array(1 if grad is None else grad, dtype",
              "np.array(np.ones(self.shape) if grad is None else grad, dtype")]),
    Pitfall("graph-kept-alive", "m3.memory_freed",
            "After backward a result still holds its operands, and they theirs: every loss that is "
            "kept keeps a whole graph.",
            [("                node._edges = None\n", "")]),
    Pitfall("no-unbroadcast", "m3.broadcast_outer",
            "A gradient has the broadcast shape instead of its data's. An element that was "
            "stretched over many has to collect the gradients of all of them.",
            [("unbroadcast(np.asarray(cotangent, dtype=self.data.dtype), self.shape)",
              "np.asarray(cotangent, dtype=self.data.dtype)")]),
    Pitfall("broadcast-aligned-left", "m3.broadcast_vector",
            "Gradients are summed as if shapes were aligned at their first axes. NumPy aligns them "
            "at the last: (4,) meets the columns of (3, 4), and of (4, 4).",
            [(UNBROADCAST, TRAILING)]),
    Pitfall("size-one-axis-dropped", "m3.size_one_axes",
            "An axis of size 1 is missing in the gradient: it was summed away and not put back.",
            [(UNBROADCAST, DROPPED)]),
    Pitfall("size-one-axis-not-summed", "m3.broadcast_outer",
            "Only leading axes that are new are summed; an axis that was stretched from size 1 is "
            "not.",
            [(UNBROADCAST, LEADING_ONLY)]),
    Pitfall("broadcast-averaged", "m3.broadcast_outer",
            "Gradients of a stretched operand are averaged; every use adds its share.",
            [("cotangent.sum(axis=(*range(new), *stretched))",
              "cotangent.mean(axis=(*range(new), *stretched))")]),
    Pitfall("array-on-the-left", "m3.arrays",
            "NumPy takes the Tensor for one element and makes an array of objects: "
            "array + tensor never reaches __radd__.",
            [("    __array_ufunc__ = None  # so that NumPy leaves `array + tensor` to __radd__\n",
              "")]),
    Pitfall("rmatmul-missing", "m3.arrays",
            "array @ tensor fails: Python asks the right operand for __rmatmul__.",
            [("def __rmatmul__", "def _rmatmul")]),
    Pitfall("rsub-reversed", "m3.numbers",
            "3 - x comes out as x - 3. In __rsub__ the number is on the left.",
            [("return self._lift(other) - self", "return self - self._lift(other)")]),
    Pitfall("rtruediv-reversed", "m3.numbers",
            "2 / x comes out as x / 2. In __rtruediv__ the number is on the left.",
            [("return self._lift(other) / self", "return self / self._lift(other)")]),
    Pitfall("rpow-reversed", "m3.numbers",
            "2 ** x comes out as x ** 2. In __rpow__ the number is the base.",
            [("return self._lift(other) ** self", "return self ** self._lift(other)")]),
    Pitfall("second-operand-forgotten", "m3.add",
            "Only the left operand of an addition gets a gradient.",
            [("self.data + other.data, (self, lambda g: g), (other, lambda g: g))",
              "self.data + other.data, (self, lambda g: g))")]),
    Pitfall("mul-rule-swapped", "m3.mul",
            "Each factor gets its own value as local derivative. How fast does x * y grow when "
            "only x moves?",
            [("(self, lambda g: g * b), (other, lambda g: g * a)",
              "(self, lambda g: g * a), (other, lambda g: g * b)")]),
    Pitfall("sub-sign", "m3.sub",
            "Both operands of a subtraction get the same sign.",
            [("(self, lambda g: g), (other, lambda g: -g)",
              "(self, lambda g: g), (other, lambda g: g)")]),
    Pitfall("neg-leaves-graph", "m3.neg",
            "-x is a new leaf without a way back to x: a Tensor made of `.data` alone has no "
            "history.",
            [("return Tensor._node(-self.data, (self, lambda g: -g))",
              "return Tensor(-self.data)")]),
    Pitfall("div-denominator-sign", "m3.div",
            "The denominator's gradient has the wrong sign: does x / y grow with y?",
            [("(other, lambda g: -g * out / b)", "(other, lambda g: g * out / b)")]),
    Pitfall("pow-forgets-exponent", "m3.pow",
            "The derivative of x ** n lacks the factor n.",
            [("g * b * a ** np.where", "g * a ** np.where")]),
    Pitfall("exponent-without-gradient", "m3.pow",
            "In x ** y the exponent gets no gradient, though it may be a tensor too.",
            [("            (other, lambda g: g * out * np.log(np.where(a == 0, 1, a))),\n", "")]),
    Pitfall("exp-uses-input", "m3.exp",
            "exp passes on its input instead of its result: exp is its own derivative.",
            [(EXP + "(out, (self, lambda g: g * out))",
              EXP + "(out, (self, lambda g: g * self.data))")]),
    Pitfall("log-uses-result", "m3.log",
            "log divides by its result; its derivative is one over its input.",
            [("np.log(x), (self, lambda g: g / x)", "np.log(x), (self, lambda g: g / np.log(x))")]),
    Pitfall("log-clamped", "m3.log",
            "log is clamped at a small number: what lies below it has a wrong logarithm.",
            [("x = self.data\n        return Tensor._node(np.log(x)",
              "x = np.maximum(self.data, 1e-12)\n        return Tensor._node(np.log(x)")]),
    Pitfall("log-shifted", "m3.log",
            "log adds an epsilon to its input. For an input of that size the result is another "
            "one.",
            [("x = self.data\n        return Tensor._node(np.log(x)",
              "x = self.data + 1e-8\n        return Tensor._node(np.log(x)")]),
    Pitfall("divisor-shifted", "m3.div",
            "An epsilon is added to the divisor: a small divisor becomes another one.",
            [("b = other.data\n        out = self.data / b",
              "b = other.data + 1e-7\n        out = self.data / b")]),
    Pitfall("sqrt-shifted", "m3.sqrt",
            "An epsilon is added under the root: the root of a number of that size is another one.",
            [("np.sqrt(self.data)", "np.sqrt(self.data + 1e-8)")]),
    Pitfall("relu-slope-at-zero", "m3.relu",
            "relu passes the cotangent at 0 too. The contract fixes its slope there: is 0 "
            "positive?",
            [("g * (out > 0)", "g * (self.data >= 0)")]),
    Pitfall("sqrt-forgets-two", "m3.sqrt",
            "The derivative of the square root lacks the factor one half.",
            [("g / (2 * out)", "g / out")]),
    Pitfall("tanh-precedence", "m3.tanh",
            "In 1 - t**2 * g only the square meets the cotangent: mind the brackets.",
            [("g * (1 - out * out)", "1 - out * out * g")]),
    Pitfall("relu-passes-input", "m3.relu",
            "relu's derivative is taken as the input where that is positive. It is 1 there: a "
            "slope, not a value.",
            [("g * (out > 0)", "g * out")]),
    Pitfall("relu-ignores-upstream", "m3.relu",
            "relu forgets the cotangent that comes from above: relu(x) * 5 has the slope 5.",
            [("g * (out > 0)", "(out > 0) * np.ones_like(g)")]),
    Pitfall("sigmoid-derivative-sign", "m3.sigmoid",
            "sigmoid's derivative has 1 + s where it should have 1 - s.",
            [("g * out * (1 - out)", "g * out * (1 + out)")]),
    Pitfall("sigmoid-overflows", "m3.large_inputs",
            "exp(x) / (1 + exp(x)) is infinity over infinity for a large x.",
            [("np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
              "np.exp(x) / (1 + np.exp(x))")]),
    Pitfall("tanh-through-exp", "m3.large_inputs",
            "tanh made of exponentials is infinity over infinity for a large x; NumPy has a tanh.",
            [("out = np.tanh(self.data)",
              "e = np.exp(2 * self.data)\n        out = (e - 1) / (e + 1)")]),
    Pitfall("sum-ignores-axis", "m3.sum_axes",
            "sum adds up everything, whatever axis it is given.",
            [("kept = x.sum(axis=axis, keepdims=True)", "kept = x.sum(keepdims=True)"),
             ("kept if keepdims else x.sum(axis=axis)", "kept if keepdims else x.sum()")]),
    Pitfall("reduced-axis-not-put-back", "m3.sum_axes",
            "The cotangent of a sum is stretched without the axis that was summed away: the shapes "
            "do not line up, or, worse, line up wrongly.",
            [("np.broadcast_to(g.reshape(kept.shape), x.shape)", "np.broadcast_to(g, x.shape)")]),
    Pitfall("keepdims-ignored", "m3.sum_axes",
            "sum never keeps the reduced axes, though keepdims=True asks for them.",
            [("out = kept if keepdims else x.sum(axis=axis)", "out = x.sum(axis=axis)")]),
    Pitfall("mean-divides-by-everything", "m3.mean_axes",
            "mean divides by the size of the whole input, also where it averaged over one axis.",
            [(MEAN, "return total / self.data.size")]),
    Pitfall("mean-tuple-first-axis", "m3.mean_axes",
            "For a tuple of axes mean divides by the length of the first only.",
            [(MEAN, TUPLE_FIRST)]),
    Pitfall("mean-gradient-not-divided", "m3.mean_axes",
            "mean is right, but its gradient is that of a sum.",
            [(MEAN, "count = self.data.size // total.data.size\n"
              "        return Tensor._node(total.data / count, (total, lambda g: g))")]),
    Pitfall("max-spreads-to-all", "m3.max_axes",
            "max sends its cotangent to every element, as a sum does. Which ones moved the result?",
            [("largest / largest.sum(axis=axis, keepdims=True, dtype=x.dtype)",
              "np.ones_like(x)")]),
    Pitfall("max-of-everything", "m3.max_axes",
            "max over an axis looks for the largest element of the whole input.",
            [("largest = x == kept", "largest = x == x.max()"),
             ("largest / largest.sum(axis=axis, keepdims=True, dtype=x.dtype)", "largest")]),
    Pitfall("max-gives-all-to-each", "m3.max_axes",
            "Where several elements are equally large, max gives each of them the whole cotangent. "
            "They share it, or one of them has it.",
            [("share = largest / largest.sum(axis=axis, keepdims=True, dtype=x.dtype)",
              "share = largest.astype(x.dtype)")]),
    Pitfall("max-ignores-upstream", "m3.max_axes",
            "max forgets the cotangent that comes from above.",
            [("g.reshape(kept.shape) * share", "np.ones_like(g).reshape(kept.shape) * share")]),
    Pitfall("matmul-without-transposes", "m3.matmul",
            "The gradients of a matrix product lack their transposes: check the shapes of g @ y "
            "and x @ g.",
            [(MATMUL_SELF, "(self, lambda g: g @ b)"), (MATMUL_OTHER, "(other, lambda g: a @ g)")]),
    Pitfall("matmul-gradients-swapped", "m3.matmul",
            "The two operands of a matrix product get each other's gradient.",
            [(MATMUL_SELF, "(self, lambda g: a.swapaxes(-1, -2) @ g)"),
             (MATMUL_OTHER, "(other, lambda g: g @ b.swapaxes(-1, -2))")]),
    Pitfall("matmul-order-swapped", "m3.matmul",
            "The factors of a matrix gradient stand in the wrong order: matrices do not commute.",
            [(MATMUL_OTHER, "(other, lambda g: (g.swapaxes(-1, -2) @ a))")]),
    Pitfall("transpose-of-all-axes", "m3.matmul_stacks",
            ".T of a stack turns all axes round. Only the last two belong to the matrices.",
            [(MATMUL_SELF, "(self, lambda g: g @ b.T)"),
             (MATMUL_OTHER, "(other, lambda g: a.T @ g)")]),
    Pitfall("dot-for-matmul", "m3.matmul_stacks",
            "np.dot multiplies every matrix of one stack with every one of the other; @ pairs "
            "them.",
            [("            a @ b,  # (..., n", "            np.dot(a, b),  # (..., n")]),
    Pitfall("matmul-vector-on-the-left", "m3.matmul_vectors",
            "The gradient of the matrix in vector @ matrix is an outer product; without its second "
            "axis the vector has no transpose.",
            [(ROW, "")]),
    Pitfall("matmul-vector-on-the-right", "m3.matmul_vectors",
            "In matrix @ vector the vector counts as a column: give it its second axis first.",
            [(COLUMN, "")]),
    Pitfall("reshape-keeps-new-shape", "m3.reshape",
            "The gradient of reshape keeps the new shape; it belongs to an array of the old one.",
            [("(self, lambda g: g.reshape(old))", "(self, lambda g: g)")]),
    Pitfall("gradient-through-a-view", "m3.views",
            "A gradient is written through a reshaped array. Where an array is not contiguous, "
            "reshape makes a copy, and what is written to it is lost.",
            [(RESHAPE, WRITTEN)]),
    Pitfall("transpose-not-inverted", "m3.transpose",
            "The cotangent is transposed by the same axes as the input; the way back from "
            "(1, 2, 0) is another permutation.",
            [("g.transpose(np.argsort(order))", "g.transpose(order)")]),
    Pitfall("transpose-of-last-two", "m3.transpose",
            "transpose without axes swaps the last two; NumPy's turns all of them round.",
            [(TRANSPOSE, LAST_TWO)]),
    Pitfall("repeated-index-lost", "m3.repeated_index",
            "An element that is picked twice gets one share only. What does NumPy do with "
            "grad[index] += g where an index stands twice?",
            [(SCATTER, "            grad[index] += g\n")]),
    Pitfall("index-ignores-upstream", "m3.slices",
            "Indexing sends ones back instead of the cotangent.",
            [(SCATTER, SCATTER.replace(", g)", ", 1)").replace("= g", "= 1"))]),
    Pitfall("relu-in-place", "m3.operands_unchanged",
            "relu writes into its input's data. An operation makes a new array.",
            [("np.maximum(self.data, 0)", "np.maximum(self.data, 0, out=self.data)")]),
    Pitfall("logits-shifted-in-place", "m3.operands_unchanged",
            "softmax subtracts the maximum from its input's own data: the result is right, the "
            "input is not what it was.",
            [(SHIFTED, "    x -= x.max(axis=axis, keepdims=True)\n    shifted = x\n")]),
    Pitfall("given-gradient-changed", "m3.operands_unchanged",
            "backward writes into the very array that it was given as gradient: an operation "
            "multiplies its cotangent in place.",
            [("np.array(1 if grad is None else grad, dtype=self.data.dtype)",
              "np.asarray(1 if grad is None else grad, dtype=self.data.dtype)"),
             ("self._accumulate(seed.reshape(self.shape))", "self.grad = seed.reshape(self.shape)"),
             ("(self, lambda g: g * (1 - out * out))",
              "(self, lambda g: np.multiply(g, 1 - out * out, out=g))")]),
    Pitfall("integers-kept", "m3.becomes_float32",
            "A tensor of integers stays one: its gradients are cut to whole numbers.",
            [("np.array(_real(data), dtype=_float_type(data), order=\"C\")",
              "np.array(_real(data), order=\"C\")")]),
    Pitfall("numbers-are-float64", "m3.dtypes_kept",
            "A number in an expression becomes a float64 array, and float32 turns into float64.",
            [("else own\n        return", "else np.float64\n        return")]),
    Pitfall("gradients-are-float64", "m3.dtypes_kept",
            "Gradients are float64, also where the data are float32.",
            [("np.asarray(cotangent, dtype=self.data.dtype)",
              "np.asarray(cotangent, dtype=np.float64)"),
             ("else grad, dtype=self.data.dtype)", "else grad, dtype=np.float64)")]),
    Pitfall("everything-float32", "m3.dtypes_kept",
            "float64 data become float32: half of their figures are gone.",
            [("dtype if dtype in (np.float32, np.float64) else otherwise", "np.float32")]),
    Pitfall("softmax-jacobian-diagonal", "m3.softmax",
            "The Jacobian of softmax is taken as diagonal. Raising one logit lowers every other "
            "probability of its row.",
            [("p * (g - (g * p).sum(axis=axis, keepdims=True))", "g * p * (1 - p)")]),
    Pitfall("softmax-axis-ignored", "m3.softmax",
            "softmax always works along the last axis.",
            [("p = np.exp(_log_softmax(self.data, axis))",
              "axis = -1\n        p = np.exp(_log_softmax(self.data, axis))")]),
    Pitfall("softmax-gradient-summed-over-everything", "m3.softmax",
            "In the gradient of softmax the sum runs over all rows; each row has its own.",
            [("p * (g - (g * p).sum(axis=axis, keepdims=True))", "p * (g - (g * p).sum())")]),
    Pitfall("log-softmax-one-hot-only", "m3.log_softmax",
            "The gradient of log_softmax subtracts the softmax once; it is the softmax times the "
            "sum of the row's cotangents.",
            [("g - np.exp(out) * g.sum(axis=axis, keepdims=True)", "g - np.exp(out)")]),
    Pitfall("softmax-not-shifted", "m3.large_inputs",
            "exp of a large logit overflows, and infinity over infinity is not a number. Softmax "
            "does not change when a row is shifted.",
            [(SHIFTED, "    shifted = x\n")]),
    Pitfall("shifted-by-the-global-maximum", "m3.cross_entropy_large",
            "All rows are shifted by one maximum. A row far below it becomes all zeros: each row "
            "needs its own.",
            [(SHIFTED, "    shifted = x - x.max()\n")]),
    Pitfall("log-of-softmax", "m3.cross_entropy_large",
            "Softmax and logarithm are taken apart: a probability that is too small becomes 0, and "
            "its logarithm minus infinity.",
            [(LOG_P, APART)]),
    Pitfall("cross-entropy-backward-not-averaged", "m3.cross_entropy",
            "The loss is a mean, but its gradient is that of a sum: divide both by N.",
            [("return grad * (g / len(rows))", "return grad * g")]),
    Pitfall("cross-entropy-sum", "m3.cross_entropy",
            "The loss is a sum over the rows; the contract wants the mean.",
            [("-log_p[rows, targets].mean()", "-log_p[rows, targets].sum()"),
             ("return grad * (g / len(rows))", "return grad * g")]),
    Pitfall("cross-entropy-divides-by-classes", "m3.cross_entropy",
            "The gradient is divided by rows times classes; the loss is a mean over rows.",
            [("return grad * (g / len(rows))", "return grad * (g / log_p.size)")]),
    Pitfall("cross-entropy-ignores-upstream", "m3.cross_entropy",
            "The gradient of cross_entropy forgets what comes from above: 3 * loss has three times "
            "the gradient.",
            [("return grad * (g / len(rows))", "return grad / len(rows)")]),
    Pitfall("cross-entropy-forgets-target", "m3.cross_entropy",
            "The gradient is the softmax alone; the target's share of -1 is missing.",
            [("        grad[rows, targets] -= 1\n", "")]),
    Pitfall("cross-entropy-sign", "m3.cross_entropy",
            "The loss has the wrong sign: a likelihood is to grow, a loss to fall.",
            [("-log_p[rows, targets].mean()", "log_p[rows, targets].mean()"),
             ("return grad * (g / len(rows))", "return -grad * (g / len(rows))")]),
    Pitfall("label-wraps-around", "m3.bad_labels",
            "A label outside the classes is taken: NumPy counts negative indices from the end.",
            [(IN_RANGE, "    if targets.max() >= logits_shape[1]:\n")]),
    Pitfall("label-count-not-checked", "m3.bad_labels",
            "A number of labels that does not suit the rows is taken in silence.",
            [("    if targets.shape != (logits_shape[0],):\n", "    if targets.ndim != 1:\n"),
             ("log_p[rows, targets]", "log_p[: len(rows)][rows % len(log_p), targets]")]),
    Pitfall("hand-tanh-forgotten", "m3.hand_gradients",
            "On the way to the first layer the derivative of tanh is missing.",
            [("d_logits @ w2.T * (1 - hidden**2)", "d_logits @ w2.T")]),
    Pitfall("hand-not-averaged", "m3.hand_gradients",
            "hand_gradients forgets that the loss is a mean over the rows.",
            [("    d_logits /= len(x)\n", "")]),
    Pitfall("hand-bias-averaged", "m3.hand_gradients",
            "The bias gradients are means over the rows. The division by N has been made already: "
            "they are sums.",
            [("d_hidden.sum(axis=0)", "d_hidden.mean(axis=0)"),
             ("d_logits.sum(axis=0)", "d_logits.mean(axis=0)")]),
    Pitfall("hand-input-for-hidden", "m3.hand_gradients",
            "The derivative of tanh is taken of the sum before tanh, not of its result.",
            [("(1 - hidden**2)", "(1 - (x @ w1 + b1) ** 2)")]),
]  # fmt: skip
