"""Everything from relu and tanh."""


def leaky_relu(x, slope=0.01):
    if not 0 <= slope <= 1:
        raise ValueError("0 <= slope <= 1")
    below = x - x.relu()  # x at the left, 0 at the right, and of slope 1 at exactly 0
    return x.relu() + below * slope


def half_open(z):
    return (z * 0.5).tanh() * 0.5 + 0.5


def swish(x):
    return half_open(x) * x


def gelu(x):
    root = (8 / 3.141592653589793) ** 0.5
    return x * half_open(root * x + root * 0.044715 * x**3)
