"""``shift``, ``rotate`` and ``add_noise``."""

import math
from collections.abc import Sequence

import numpy as np

from autograder.checks.m5_convolution.common import ROUNDED, Floats, Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.small import uncut_generator


def lit(rng: Rng, count: int, channels: int, size: tuple[int, int]) -> Floats:
    """Return images of which every pixel is a number of its own in [0, 1]."""
    drawn = uncut_generator(rng).permutation(count * channels * size[0] * size[1])
    return np.asarray(((drawn + 0.5) / drawn.size).reshape(count, channels, *size))


def require_range(images: Floats, label: str) -> None:
    """Fail unless all pixels are from 0 to 1."""
    least, largest = float(images.min()), float(images.max())
    if least < 0 or largest > 1:
        raise WrongAnswer(f"{label} go from {least:.3g} to {largest:.3g}, wanted all in [0, 1]")


def altered(ask: Ask, images: Floats, expressions: Sequence[str]) -> list[Floats]:
    """Return what each expression makes of the images, and require that they stay."""
    answer = ask("alter", images=images, expressions=list(expressions))
    found = require_list(answer["altered"], len(expressions), "the altered images")
    results = [
        as_floats(got, images.shape, f"{expression}: pixel ")
        for got, expression in zip(found, expressions, strict=True)
    ]
    close(answer["after"], images, "the images that were given, afterwards: pixel ", 0.0)
    return results


def shifted(images: Floats, dy: int, dx: int) -> Floats:
    """Return images moved pixel by pixel."""
    out, (h, w) = np.zeros_like(images), images.shape[2:]
    for y in range(h):
        for x in range(w):
            if 0 <= y - dy < h and 0 <= x - dx < w:
                out[:, :, y, x] = images[:, :, y - dy, x - dx]
    return out


def turned(images: Floats, degrees: float) -> Floats:
    """Return images turned, pixel by pixel, by the docstring's formula."""
    out, (h, w) = np.zeros_like(images), images.shape[2:]
    cy, cx, a = (h - 1) / 2, (w - 1) / 2, math.radians(degrees)
    for y in range(h):
        for x in range(w):
            row = cy + math.sin(a) * (x - cx) + math.cos(a) * (y - cy)
            column = cx + math.cos(a) * (x - cx) - math.sin(a) * (y - cy)
            for r in (math.floor(row), math.floor(row) + 1):
                for c in (math.floor(column), math.floor(column) + 1):
                    if 0 <= r < h and 0 <= c < w:
                        weight = (1 - abs(row - r)) * (1 - abs(column - c))
                        out[:, :, y, x] += weight * images[:, :, r, c]
    return out


@check("shift")
def check_shift(ask: Ask, rng: Rng) -> None:
    size, one = (5, 7), np.zeros((1, 1, 6, 8))
    y, x = (int(k) for k in rng.permutation([2, 3])[:2])
    one[0, 0, y, x] = 1.0
    down, right = (int(k) for k in rng.permutation([1, 2])[:2])
    for dy, dx in ((down, right), (-down, right), (down, -right), (0, 0)):
        expression = f"shift(x, {dy}, {dx})"
        what = f"{expression} of one lit pixel in row {y}, column {x}: pixel "
        close(altered(ask, one, [expression])[0], shifted(one, dy, dx), what)
    images = lit(rng, 3, 2, size)
    moves = [(1, -2), (-3, 4), (0, 6), (4, 0), (5, 0), (0, -7), (-9, 1)]
    expressions = [f"shift(x, dy={dy}, dx={dx})" for dy, dx in moves]
    for got, (dy, dx), told in zip(
        altered(ask, images, expressions), moves, expressions, strict=True
    ):
        close(got, shifted(images, dy, dx), f"{told}, x of shape {images.shape}: pixel ")


@check("rotate")
def check_rotate_quarter(ask: Ask, rng: Rng) -> None:
    for side in (5, 6):
        images = lit(rng, 2, 2, (side, side))
        turns = (0, 1, 2, 3, -1, 5)
        expressions = [f"rotate(x, {90 * k})" for k in turns]
        for got, k, told in zip(altered(ask, images, expressions), turns, expressions, strict=True):
            wanted = np.rot90(images, k, axes=(2, 3))
            close(got, wanted, f"{told}, x of shape {images.shape}: pixel ")


@check("rotate")
def check_rotate(ask: Ask, rng: Rng) -> None:
    angle = round(float(rng.uniform(10.0, 80.0)), 2)
    for size in ((6, 6), (5, 8)):
        images = lit(rng, 2, 2, size)
        angles = (angle, -angle, 45.0, angle + 180.0)
        expressions = [f"rotate(x, {a!r})" for a in angles]
        for got, a, told in zip(
            altered(ask, images, expressions), angles, expressions, strict=True
        ):
            what = f"{told}, x of shape {images.shape}: pixel "
            close(got, turned(images, a), what, ROUNDED)


MANY = (40, 1, 20, 20)


@check("add_noise")
def check_add_noise(ask: Ask, rng: Rng) -> None:
    scale, seed = round(float(rng.uniform(0.04, 0.09)), 3), int(rng.permutation(1000)[0])
    images = np.full(MANY, 0.5)
    told = [f"add_noise(x, {scale}, default_rng({s}))" for s in (seed, seed, seed + 1)]
    one, again, other = altered(ask, images, told)
    noise = one - 0.5
    what = f"the noise of scale {scale} on {noise.size} pixels of 0.5"
    close(float(noise.std()) / scale, 1.0, f"the deviation of {what}, divided by the scale,", 0.05)
    close(float(noise.mean()) / scale, 0.0, f"the mean of {what}, divided by the scale,", 0.05)
    inside = float((np.abs(noise) < scale).mean())
    close(inside, 0.6827, f"the share of {what} that is smaller than the scale", 0.03)
    apart = float(np.corrcoef(noise[:20].ravel(), noise[20:].ravel())[0, 1])
    close(apart, 0.0, f"the correlation between images of {what}", 0.06)
    close(again, one, f"{told[0]} again: pixel ")
    if np.array_equal(one, other):
        raise WrongAnswer("two seeds give the same noise: draw it from rng")
    edge = np.repeat([0.0, 1.0], MANY[0] // 2).reshape(-1, 1, 1, 1) * np.ones(MANY)
    cut, still = altered(ask, edge, [told[0], "add_noise(x, 0.0, default_rng(1))"])
    require_range(cut, "pixels with noise")
    close(
        float((cut == edge).mean()), 0.5, "the share of black and white pixels that stay so", 0.03
    )
    close(still, edge, "add_noise with scale 0: pixel ")
