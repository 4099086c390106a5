"""``col2im``: the way back, where overlaps add."""

from autograder.checks.m5_convolution.common import Measure, Rng, images, require_refusals, sides
from autograder.checks.m5_convolution.patches import (
    EVERY,
    Patches,
    ask_col2im,
    ask_im2col,
    folds,
    unfolds,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close
from autograder.numerics.tensors import draw_numbers


@check("col2im")
def check_col2im(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 4, 5, 6)
    folds(ask, rng, [Patches(images(rng, size, 1, c), k) for c, k in ((1, 2), (2, 3))])
    folds(ask, rng, [Patches(images(rng, size), *how) for how in ((2, 2), (3, 2), (1, 1))])


@check("col2im")
def check_col2im_padding(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 4, 5, 6)
    folds(ask, rng, [Patches(images(rng, size), 3, 1, padding) for padding in (0, 1, 2, 3)])
    folds(ask, rng, [Patches(images(rng, size), *how) for how in ((2, 3, 1), (6, 4, 4))])


@check("col2im")
def check_col2im_every(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 5, 6, 7, 8)
    folds(ask, rng, [Patches(images(rng, size), *how) for how in EVERY])


@check("im2col col2im")
def check_adjoint(ask: Ask, rng: Rng, measure: Measure) -> None:
    size = sides(rng, 5, 6, 7, 8)
    cases = [Patches(images(rng, size), *how) for how in EVERY]
    ys = [draw_numbers(rng, case.rows.shape) for case in cases]
    there, back = ask_im2col(ask, cases), ask_col2im(ask, cases, ys)
    for case, y, rows, x in zip(cases, ys, there, back, strict=True):
        left = (as_floats(rows, y.shape, f"im2col(x, {case.arguments})") * y).sum()
        right = (as_floats(x, case.x.shape, f"col2im(y, {case.arguments})") * case.x).sum()
        close(float(left), float((case.rows * y).sum()), f"sum(im2col(x, {case.arguments}) * y)")
        error = close(
            float(right), float(left), f"sum(x * col2im(y, {case.arguments})), beside left:"
        )
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


BAD_PATCHES = {
    "im2col(np.ones((3, 4, 5)), 2)": "an image without an axis for the batch",
    "im2col(np.ones((1, 2, 4, 5)), 6)": "a window larger than the image",
    "im2col(np.ones((1, 2, 9, 2)), 3)": "a window wider than the image",
    "im2col(np.ones((1, 2, 2, 9)), 3)": "a window higher than the image",
    "im2col(np.ones((1, 2, 4, 5)), 0)": "a window of 0",
    "im2col(np.ones((1, 2, 4, 5)), 2, stride=0)": "stride 0",
    "im2col(np.ones((1, 2, 4, 5)), 2, padding=-1)": "a negative padding",
    "col2im(np.ones((13, 8)), (1, 2, 4, 5), 2)": "too many rows in col2im",
    "col2im(np.ones((12, 9)), (1, 2, 4, 5), 2)": "too many columns in col2im",
    "col2im(np.ones((12, 8)), (1, 2, 4), 2)": "an x_shape of three numbers",
}


@check("im2col col2im")
def check_bad_patches(ask: Ask, rng: Rng) -> None:
    unfolds(ask, [Patches(images(rng, (4, 5), 1, 2), 4), Patches(images(rng, (2, 3)), 4, 1, 1)])
    folds(ask, rng, [Patches(images(rng, (4, 5), 1, 2), 4)])
    require_refusals(ask, BAD_PATCHES)
