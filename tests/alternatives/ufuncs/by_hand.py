"""Done on paper, rounded to three decimals at every step; the last digits are those of the rounding."""


def my_name():
    return "Blaise Pascal"


FORWARD = {"s1": -1.15, "h1": -0.818, "s2": -0.7, "h2": -0.604, "y": 0.934, "loss": 3.865}
BACKWARD = {
    "d_x1": 0.196,
    "d_w12": 1.015,
    "d_s2": 2.248,
    "d_s1": 0.781,
    "d_v2": 2.375,
    "d_y": -3.932,
    "my notes": "1 - 0.818^2 = 0.331, 1 - 0.604^2 = 0.635",
}


def my_numbers():
    return FORWARD | BACKWARD
