"""The mistakes of unit x.optim."""

from tests.mutants.pitfall import Pitfall

SQUARE = "            s += (1 - self.decay) * p.grad**2\n"
ROOT = "np.sqrt(v / (1 - b2**t)) + self.eps"
SHRINK = "            p.data -= self.lr * self.weight_decay * p.data\n"
AHEAD = "self.lr * (p.grad + self.momentum * v)"
SKIP = """            if p.grad is None:
                continue
"""
AS_ZERO = """            if p.grad is None:
                p.grad = np.zeros_like(p.data)
"""

PITFALLS = [
    Pitfall("eps-in-the-root", "x.optim.settings",
            "eps is added under the root. It belongs to the root itself: the two differ where "
            "gradients are small.",
            [("(np.sqrt(s) + self.eps)", "np.sqrt(s + self.eps)")]),
    Pitfall("mean-square-without-share", "x.optim.rmsprop",
            "The squared gradient is added in full, so the average grows like a sum. Which share "
            "of it comes in?",
            [(SQUARE, SQUARE.replace("(1 - self.decay) * ", ""))]),
    Pitfall("mean-square-by-plain-average", "x.optim.rmsprop",
            "The shares are swapped: the newest square counts for most, what came before for "
            "little.",
            [("s *= self.decay\n", "s *= 1 - self.decay\n"),
             (SQUARE, SQUARE.replace("(1 - self.decay)", "self.decay"))]),
    Pitfall("float64-parameters", "x.optim.rmsprop",
            "float32 parameters come back as float64. What is remembered should have the dtype of "
            "the parameter, or the step should be taken in place.",
            [("self.squares = [np.zeros_like(p.data) for p in self.parameters]",
              "self.squares = [np.zeros(p.data.shape) for p in self.parameters]"),
             ("p.data -= self.lr * p.grad / (np.sqrt(s)", "p.data = p.data - self.lr * p.grad / (np.sqrt(s)"),
             ("p.data -= self.lr * (m / (1 - b1**t))", "p.data = p.data - self.lr * (m / (1 - b1**t))")]),
    Pitfall("decay-in-the-gradient", "x.optim.adamw",
            "The weight decay is added to the gradient, and divided with it: this is Adam with L2, "
            "not AdamW.",
            [(SHRINK, ""),
             ("            m *= b1\n            m += (1 - b1) * p.grad\n",
              "            g = p.grad + self.weight_decay * p.data\n"
              "            m *= b1\n            m += (1 - b1) * g\n"),
             ("(1 - b2) * p.grad**2", "(1 - b2) * g**2")]),
    Pitfall("decay-without-rate", "x.optim.adamw",
            "A parameter shrinks by the weight decay alone. The share that it loses in a step is "
            "the rate times the decay.",
            [(SHRINK, SHRINK.replace("self.lr * ", ""))]),
    Pitfall("average-not-corrected", "x.optim.adamw",
            "The averages begin at 0 and are used as they are: the first steps have the wrong "
            "size.",
            [(ROOT, "np.sqrt(v) + self.eps"), ("(m / (1 - b1**t)) / root", "m / root")]),
    Pitfall("steps-counted-from-0", "x.optim.settings",
            "The correction is one step behind: in the first step t is 1.",
            [("t = self.means[k], self.squares[k], self.steps[k]",
              "t = self.means[k], self.squares[k], max(1, self.steps[k] - 1)")]),
    Pitfall("steps-counted-together", "x.optim.no_gradient",
            "One count of steps serves all parameters. A parameter that was skipped has taken fewer "
            "steps than the others.",
            [("self.steps[k] += 1", "self.steps = [max(self.steps) + (k == 0)] * len(self.steps)")]),
    Pitfall("no-look-ahead", "x.optim.nesterov",
            "The step is the velocity: plain momentum. Nesterov's takes the gradient once more, "
            "and then the velocity of the next step.",
            [(AHEAD, "self.lr * v")]),
    Pitfall("gradient-left-out", "x.optim.nesterov",
            "The step is momentum times the velocity alone. The gradient itself belongs to it too.",
            [(AHEAD, "self.lr * self.momentum * v")]),
    Pitfall("rate-kept-from-the-start", "x.optim.rmsprop",
            "The rate of the first step is used in all. A schedule changes lr between steps: read "
            "it anew in each.",
            [("        self.decay, self.eps = decay, eps\n",
              "        self.decay, self.eps, self.first = decay, eps, lr\n"),
             ("p.data -= self.lr * p.grad /", "p.data -= self.first * p.grad /")]),
    Pitfall("none-taken-for-zero", "x.optim.no_gradient",
            "A missing gradient is taken for a gradient of 0: averages decay, and momentum moves a "
            "parameter that took no part.",
            [(SKIP, AS_ZERO)]),
    Pitfall("penalty-averaged", "x.optim.l1_penalty",
            "The sizes are averaged. The penalty is a sum over all entries of all parameters.",
            [("(p.relu() + (-p).relu()).sum()", "(p.relu() + (-p).relu()).mean()")]),
    Pitfall("penalty-signed", "x.optim.l1_penalty",
            "The numbers are summed with their signs: negative ones make the penalty smaller.",
            [("(p.relu() + (-p).relu()).sum()", "p.sum()")]),
    Pitfall("penalty-of-the-first", "x.optim.l1_penalty",
            "Only one parameter is counted. All of them belong to the penalty.",
            [("alpha * sum(sizes[1:], start=sizes[0])", "alpha * sizes[0]")]),
    Pitfall("settings-unchecked", "x.optim.bad_input",
            "Impossible settings are taken without a word. Each has a range in its docstring.",
            [("if not (0 <= decay < 1 and eps > 0):", "if False:"),
             ("if not 0 <= momentum < 1:", "if False:")]),
]  # fmt: skip
