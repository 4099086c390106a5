"""The mistakes of unit x.activations."""

from tests.mutants.pitfall import Pitfall

FACTORS = "np.where(x.data > 0, 1.0, slope).astype(x.data.dtype)"
SWISH = "    return x * x.sigmoid()\n"
INNER = "(x * x * 0.044715 + 1.0) * x * math.sqrt(2 / math.pi)"
GELU = "x * (inner.tanh() + 1.0) * 0.5"

PITFALLS = [
    Pitfall("slope-on-both-sides", "x.activations.leaky_relu",
            "Both sides are multiplied by the slope. At the right of 0, x stays as it is.",
            [(FACTORS, "np.full_like(x.data, slope)")]),
    Pitfall("slope-fixed", "x.activations.leaky_relu",
            "The slope is always 0.01. It is an argument.",
            [(FACTORS, FACTORS.replace("slope)", "0.01)"))]),
    Pitfall("leak-is-constant", "x.activations.leaky_relu",
            "At the left stands the slope itself, a constant: it should be multiplied by x.",
            [("    return x * slopes\n",
              "    return x.relu() + slope * (x.data <= 0).astype(x.data.dtype)\n")]),
    Pitfall("sides-swapped", "x.activations.leaky_relu",
            "The sides are swapped: it is the negative numbers that are made small.",
            [("x.data > 0, 1.0", "x.data < 0, 1.0")]),
    Pitfall("slope-at-0-is-1", "x.activations.leaky_relu_at_0",
            "At exactly 0 the derivative is 1. It counts to the left: there it is the slope.",
            [("x.data > 0, 1.0", "x.data >= 0, 1.0")]),
    Pitfall("leak-made-float64", "x.activations.dtypes",
            "The array of factors is float64, and so is all that it is multiplied by. Give it the "
            "dtype of x.",
            [(".astype(x.data.dtype)", "")]),
    Pitfall("slope-unchecked", "x.activations.bad_slope",
            "Any slope is taken. The docstring says from 0 to 1.",
            [("if not 0 <= slope <= 1:", "if False:")]),
    Pitfall("swish-without-x", "x.activations.swish",
            "This is the sigmoid alone: swish is x times it.",
            [(SWISH, "    return x.sigmoid()\n")]),
    Pitfall("swish-by-tanh", "x.activations.swish",
            "x is multiplied by tanh(x), which is even: swish of a negative number is negative.",
            [(SWISH, "    return x * x.tanh()\n")]),
    Pitfall("swish-overflows", "x.activations.far",
            "exp of a large number is infinite. For a negative x, write the sigmoid with exp(x) "
            "instead of exp(-x).",
            [(SWISH, "    return x / ((-x).exp() + 1.0)\n")]),
    Pitfall("swish-gate-constant", "x.activations.swish",
            "The sigmoid is taken for a constant: the gradient has one of its two shares.",
            [(SWISH, "    return x * x.sigmoid().data\n")]),
    Pitfall("gelu-by-sigmoid", "x.activations.gelu",
            "This is x sigmoid(1.702 x), another approximation of GELU. The tanh form is asked for.",
            [(f"    inner = {INNER}\n    return {GELU}\n", "    return x * (x * 1.702).sigmoid()\n"),
             ("import math\n", "")]),
    Pitfall("gelu-square-for-cube", "x.activations.gelu",
            "Inside the tanh stands the square of x. It is the cube: odd, as x is.",
            [(INNER, "(x * 0.044715 + 1.0) * x * math.sqrt(2 / math.pi)")]),
    Pitfall("gelu-without-root", "x.activations.gelu",
            "The factor sqrt(2 / pi) inside the tanh is missing.",
            [(INNER, "(x * x * 0.044715 + 1.0) * x")]),
    Pitfall("gelu-not-halved", "x.activations.gelu",
            "The result is twice as large: 1 plus tanh goes from 0 to 2, so half of it is the gate.",
            [(GELU, "x * (inner.tanh() + 1.0)")]),
]  # fmt: skip
