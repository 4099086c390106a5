"""The mistakes of unit w.hand: one number, or two, as a mistake makes them of the others."""

from tests.mutants.pitfall import Pitfall


def numbers(**wrong: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the change of some numbers: what stands there, and what a mistake puts there."""
    return [(f'"{key}": {old},', f'"{key}": {new},') for key, (old, new) in wrong.items()]


PITFALLS = [
    Pitfall(
        "bias-left-out",
        "w.hand.s1",
        "The sums are those without the bias: it is added to each of them.",
        numbers(s1=("-0.34", "-0.44"), s2=("-1.43", "-1.53"), y=("-1.132", "-1.032")),
    ),
    Pitfall(
        "indices-crossed",
        "w.hand.s1",
        "A weight of the other neuron stands here: the first index names the neuron.",
        numbers(s1=("-0.34", "-1.04"), s2=("-1.43", "-0.98"), d_x1=("-4.811", "-4.012")),
    ),
    Pitfall(
        "tanh-left-out",
        "w.hand.h1",
        "The hidden value is the sum itself: a neuron squashes its sum.",
        numbers(h1=("-0.327", "-0.34"), h2=("-0.892", "-1.43")),
    ),
    Pitfall(
        "sigmoid-for-tanh",
        "w.hand.h1",
        "This is the sigmoid of the sum: tanh keeps its sign and lies between -1 and 1.",
        numbers(h1=("-0.327", "0.416"), h2=("-0.892", "0.193")),
    ),
    Pitfall(
        "output-squashed",
        "w.hand.y",
        "The output was squashed, too: the output neuron is linear.",
        numbers(y=("-1.132", "-0.812")),
    ),
    Pitfall(
        "loss-halved",
        "w.hand.loss",
        "This is half the squared error: no factor of one half was asked for.",
        numbers(loss=("18.764", "9.382")),
    ),
    Pitfall(
        "distance-not-squared",
        "w.hand.loss",
        "This is the distance from the target: the loss is its square.",
        numbers(loss=("18.764", "4.332")),
    ),
    Pitfall(
        "two-forgotten",
        "w.hand.d_y",
        "This is the difference alone: the slope of a square is twice what is squared.",
        numbers(d_y=("-8.663", "-4.332")),
    ),
    Pitfall(
        "difference-turned",
        "w.hand.d_y",
        "The sign is turned: the difference is the output less the target.",
        numbers(d_y=("-8.663", "8.663")),
    ),
    Pitfall(
        "upstream-forgotten",
        "w.hand.d_v2",
        "This is the local derivative alone: what comes from behind multiplies it.",
        numbers(d_v2=("7.725", "-0.892")),
    ),
    Pitfall(
        "weight-for-input",
        "w.hand.d_w12",
        "The factor here is the weight itself: the derivative by a factor is the other factor.",
        numbers(d_v2=("7.725", "-7.797"), d_w12=("7.58", "1.083")),
    ),
    Pitfall(
        "slope-left-out",
        "w.hand.d_s1",
        "The way back walked past tanh: its slope belongs in between.",
        numbers(d_s1=("-5.414", "-6.064"), d_s2=("-1.598", "-7.797")),
    ),
    Pitfall(
        "square-for-slope",
        "w.hand.d_s1",
        "The slope of tanh is what is left of 1 when its value's square is taken away.",
        numbers(d_s1=("-5.414", "-0.65"), d_s2=("-1.598", "-6.199")),
    ),
    Pitfall(
        "other-input",
        "w.hand.d_w12",
        "The weight w12 meets the second input: the first one stands here.",
        numbers(d_w12=("7.58", "4.873")),
    ),
    Pitfall(
        "one-way-only",
        "w.hand.d_x1",
        "One way back is missing: the input reaches the loss through both neurons.",
        numbers(d_x1=("-4.811", "-4.331")),
    ),
]
