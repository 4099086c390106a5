# %% [markdown]
# # Warm-up: a network by hand
#
# Two inputs, two hidden neurons, one output: forward, loss and gradients, on paper, once. Whoever
# has done it has seen everything that milestone 1 makes a computer do.
#
# Formulas, the order, and a worked example: `handouts/w_by_hand.md`.

# %%
"""Warm-up: twelve numbers of a small network, computed by hand."""


# %% [markdown]
# ## Your exercise
#
# The numbers of the network follow from a name, so everybody has others. `python by_hand.py`
# prints yours.

# %%
def my_name() -> str:
    """Name whose numbers are yours: your own, or that of your submission.

    Returns
    -------
    str
        Not empty. Another name gives another exercise: keep it once you have begun.
    """
    raise NotImplementedError("unit w.hand: my_name")


def exercise(name: str) -> dict[str, float]:
    """Draw the inputs, weights and target of the network from a name; given.

    Every letter is worked into one large integer; then each number takes the next value of a
    linear congruential generator, modulo 2**32: its high bits choose the size in tenths and the
    sign. The same name gives the same numbers on every machine.

    Parameters
    ----------
    name : str

    Returns
    -------
    dict of str to float
        x1, x2 (inputs); w11, w12, b1 (first hidden neuron); w21, w22, b2 (second); v1, v2, c
        (output); t (target). Each has one decimal, and none is 0.

    Raises
    ------
    ValueError
        If the name is empty.

    Examples
    --------
    >>> exercise("Ada Lovelace")["x1"], exercise("Charles Babbage")["x1"]
    (-0.9, 0.9)
    """
    if not name.strip():
        raise ValueError("write your name into my_name")
    state = 1
    for letter in name:
        state = (31 * state + ord(letter)) % 2**32
    numbers = {}
    for key, (smallest, count) in SIZES.items():
        state = (1664525 * state + 1013904223) % 2**32
        tenths = smallest + (state >> 8) % count
        numbers[key] = (tenths if state >> 31 else -tenths) / 10
    return numbers


SIZES = {  # the smallest size in tenths, and how many sizes there are
    "x1": (9, 3), "x2": (12, 3),
    "w11": (8, 2), "w12": (1, 2), "b1": (1, 1),
    "w21": (3, 2), "w22": (8, 2), "b2": (1, 1),
    "v1": (5, 3), "v2": (8, 2), "c": (1, 3),
    "t": (25, 11),
}  # fmt: skip


# %% [markdown]
# ## Your numbers
#
#     s1 = w11 x1 + w12 x2 + b1        h1 = tanh(s1)
#     s2 = w21 x1 + w22 x2 + b2        h2 = tanh(s2)
#     y  = v1 h1 + v2 h2 + c           loss = (y - t)^2
#
# Then backwards: `d_y` is the derivative of the loss with respect to y, and so on.

# %%
def my_numbers() -> dict[str, float]:
    """Write down the twelve numbers of your exercise, to three decimals.

    Returns
    -------
    dict of str to float
        Forward: s1, h1, s2, h2, y, loss. Backward, each the derivative of the loss with respect
        to what stands behind the ``d_``: d_y, d_v2, d_s1, d_s2, d_w12, d_x1.
    """
    raise NotImplementedError("unit w.hand: my_numbers")


if __name__ == "__main__":
    for key, number in exercise(my_name()).items():
        print(f"{key:4}= {number:4.1f}")
