"""Asks for the points that central differences ask for, and does nothing with what it is told."""


def numerical_gradient(f, xs, eps=1e-6):
    for place in range(len(xs)):
        for side in (-eps, eps):
            f([x + side * (place == other) for other, x in enumerate(xs)])
    return [0.0] * len(xs)
