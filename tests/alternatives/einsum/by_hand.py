"""The network as matrices, in numbers that a program computed: all decimals."""

import numpy as np
from numpy import einsum


def my_name():
    return "Émilie du Châtelet"


def exercise(name):
    state, drawn = 1, []
    for letter in name:
        state = (31 * state + ord(letter)) & 0xFFFFFFFF
    for low, count in zip(
        (9, 12, 8, 1, 1, 3, 8, 1, 5, 8, 1, 25), (3, 3, 2, 2, 1, 2, 2, 1, 3, 2, 3, 11)
    ):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        drawn.append((1 if state & 0x80000000 else -1) * (low + (state >> 8) % count) / 10)
    return drawn


def my_numbers():
    x1, x2, w11, w12, b1, w21, w22, b2, v1, v2, c, t = exercise(my_name())
    x, w, b, v = (
        np.array([x1, x2]),
        np.array([[w11, w12], [w21, w22]]),
        np.array([b1, b2]),
        np.array([v1, v2]),
    )
    s = einsum("ij,j->i", w, x) + b
    h = np.tanh(s)
    y = einsum("i,i->", v, h) + c
    d_y = 2 * (y - t)
    d_s = d_y * v * (1 - h**2)
    d_w, d_x = einsum("i,j->ij", d_s, x), einsum("ij,i->j", w, d_s)
    return {
        "s1": s[0],
        "s2": s[1],
        "h1": h[0],
        "h2": h[1],
        "y": y,
        "loss": (y - t) ** 2,
        "d_y": d_y,
        "d_v2": d_y * h[1],
        "d_s1": d_s[0],
        "d_s2": d_s[1],
        "d_w12": d_w[0, 1],
        "d_x1": d_x[0],
    }
