"""The mistakes of unit x.rnn."""

from tests.mutants.pitfall import Pitfall

STEP = "h = (given[:, t] + h @ self.w_hidden).tanh()"
GATED = "            z = given[:, t] + h @ self.w_hidden\n"
CELL = "c = f.sigmoid() * c + i.sigmoid() * g.tanh()"
SHOWN = "h = o.sigmoid() * c.tanh()"
ORDER = "            i, f, g, o = (z["

PITFALLS = [
    Pitfall("hidden-not-used", "x.rnn.rnn_values",
            "h of the last step is not looked at: every step stands alone.",
            [(STEP, "h = given[:, t].tanh()")]),
    Pitfall("hidden-weight-transposed", "x.rnn.rnn_values",
            "w_hidden is transposed: rows are what comes in, columns what goes out.",
            [(STEP, "h = (given[:, t] + h @ self.w_hidden.T).tanh()")]),
    Pitfall("steps-backwards", "x.rnn.rnn_values",
            "The last step is read first. Steps go from 0 on.",
            [("        for t in range(x.shape[1]):\n            h = (given",
              "        for t in reversed(range(x.shape[1])):\n            h = (given")]),
    Pitfall("hidden-cut-each-step", "x.rnn.rnn_gradient",
            "h loses its history in every step: the numbers are right, and no gradient goes through "
            "time.",
            [(STEP, "h = (given[:, t] + Tensor(h.data) @ self.w_hidden).tanh()")]),
    Pitfall("stacked-gradient-of-the-last", "x.rnn.rnn_gradient",
            "All steps get the gradient of the last one: a function made in a loop sees the loop's "
            "last value.",
            [("lambda g, t=t: g[:, t]", "lambda g: g[:, t]")]),
    Pitfall("gates-in-another-order", "x.rnn.lstm_values",
            "Output gate and candidate are swapped. The order is i, f, g, o.",
            [(ORDER, "            i, f, o, g = (z[")]),
    Pitfall("input-and-forget-swapped", "x.rnn.lstm_values",
            "Input and forget gate are swapped: the input gate has the first columns.",
            [(ORDER, "            f, i, g, o = (z[")]),
    Pitfall("candidate-by-sigmoid", "x.rnn.lstm_values",
            "The candidate goes through a sigmoid. It may be negative: tanh.",
            [(CELL, CELL.replace("g.tanh()", "g.sigmoid()"))]),
    Pitfall("cell-shown-as-it-is", "x.rnn.lstm_values",
            "The cell is shown without tanh, so h can leave -1 to 1.",
            [(SHOWN, "h = o.sigmoid() * c")]),
    Pitfall("old-cell-shown", "x.rnn.lstm_values",
            "h is made of the cell before this step. It is the new one that is shown.",
            [(f"            {CELL}\n            {SHOWN}\n",
              f"            {SHOWN}\n            {CELL}\n")]),
    Pitfall("cell-cut-each-step", "x.rnn.lstm_gradient",
            "The cell loses its history in every step: gradients go through h alone.",
            [(CELL, CELL.replace("* c +", "* Tensor(c.data) +"))]),
    Pitfall("cell-not-handed-on", "x.rnn.halves",
            "A second call begins with an empty cell: a state is h and c.",
            [("        steps = []\n        for t in range(x.shape[1]):\n            z =",
              "        c = c * 0.0\n"
              "        steps = []\n        for t in range(x.shape[1]):\n            z =")]),
    Pitfall("state-not-used", "x.rnn.halves",
            "The state that is given is not used: every call begins with zeros.",
            [("    return Tensor(state.astype(dtype))", "    return Tensor(np.zeros(shape, dtype))")]),
    Pitfall("first-state-returned", "x.rnn.rnn_values",
            "The state that comes back is not that of the last step.",
            [("return _stack(steps), h.data.copy()\n", "return _stack(steps), steps[0].data.copy()\n")]),
    Pitfall("history-in-the-state", "x.rnn.cut",
            "The state carries its history, so a gradient goes on into what was read before. Hand "
            "on numbers.",
            [("    state = np.zeros(shape) if state is None else np.asarray(state)\n",
              "    if isinstance(state, Tensor):\n        return state\n"
              "    state = np.zeros(shape) if state is None else np.asarray(state)\n"),
             ("return _stack(steps), h.data.copy()\n", "return _stack(steps), h\n"),
             ("(h.data.copy(), c.data.copy())", "(h, c)")]),
    Pitfall("forget-gate-shut", "x.rnn.fresh",
            "The forget gate begins at 0: a new network forgets half in every step. Its bias is 1.",
            [("        self.bias.data[nhidden : 2 * nhidden] = 1.0\n", "")]),
    Pitfall("weights-normal", "x.rnn.fresh",
            "The weights are drawn from a normal distribution. They are uniform, in a range that "
            "nhidden decides.",
            [("rng.uniform(-most, most, (rows, columns))", "rng.normal(0, most, (rows, columns))")]),
    Pitfall("copy-unseeded", "x.rnn.copy_seed",
            "Two trainings with one seed give two networks: something is drawn by a generator that "
            "the seed has no part in. Does the readout get one?",
            [('readout = Linear(nhidden, symbols, init="glorot", rng=rng)',
              'readout = Linear(nhidden, symbols, init="glorot")')]),
    Pitfall("state-broadcast", "x.rnn.bad_input",
            "A state of one sequence is taken for several. Compare its shape.",
            [("if state.shape != shape:", "if state.shape[-1] != shape[1]:")]),
]  # fmt: skip
