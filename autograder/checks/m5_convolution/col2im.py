"""``col2im``: the way back, where overlaps add."""

from autograder.checks.m5_convolution.common import Measure, Rng, images, refused, sides
from autograder.checks.m5_convolution.patches import (
    EVERY,
    Patches,
    folded,
    folds,
    unfolded,
    unfolds,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close
from autograder.numerics.tensors import draw_numbers

BACK = (
    "How many patches does a pixel in the middle belong to?",
    "To each of them it gave its value, so from each of them it gets a share: shares add up.",
)


@check("equivalence", 3, "col2im",
       (*BACK, "Loop over the k * k places of a window; add, for all windows at once, what stands "
               "at that place."))  # fmt: skip
def check_col2im(ask: Ask, rng: Rng) -> None:
    """col2im adds where patches overlap."""
    size = sides(rng, 4, 5, 6)
    folds(ask, rng, [Patches(images(rng, size, 1, c), k) for c, k in ((1, 2), (2, 3))])
    folds(ask, rng, [Patches(images(rng, size), *how) for how in ((2, 2), (3, 2), (1, 1))])


@check("equivalence", 2, "col2im",
       ("Where does the gradient of a padded zero go?",
        "Nowhere: the zeros were not part of the image, and the result has the image's shape.",
        "Add into an array with padding, then cut the image out: from padding to padding + H."),
)  # fmt: skip
def check_col2im_padding(ask: Ask, rng: Rng) -> None:
    """col2im drops what falls on the padding, and keeps everything for padding 0."""
    size = sides(rng, 4, 5, 6)
    folds(ask, rng, [Patches(images(rng, size), 3, 1, padding) for padding in (0, 1, 2)])
    folds(ask, rng, [Patches(images(rng, size), 2, 3, 1)])


@check("equivalence", 2, "col2im",
       (*BACK, "Pixels that no window reaches get 0: make the whole image of zeros first."),
)  # fmt: skip
def check_col2im_every(ask: Ask, rng: Rng) -> None:
    """col2im agrees with direct loops for kernels 1 to 5, strides 1 to 3, paddings 0 to 2."""
    size = sides(rng, 5, 6, 7, 8)
    folds(ask, rng, [Patches(images(rng, size), *how) for how in EVERY])


@check("equivalence", 3, "im2col col2im",
       ("Why is col2im the way that gradients take through im2col?",
        "im2col is linear: a matrix of zeros and ones. Its gradient is the transposed matrix.",
        "If the two disagree, compare im2col and col2im on an image of a single 1."))  # fmt: skip
def check_adjoint(ask: Ask, rng: Rng, measure: Measure) -> None:
    """im2col and col2im are adjoint: sum(im2col(x) * y) is sum(x * col2im(y))."""
    size = sides(rng, 5, 6, 7, 8)
    cases = [Patches(images(rng, size), *how) for how in EVERY]
    ys = [draw_numbers(rng, case.rows.shape) for case in cases]
    there, back = unfolded(ask, cases), folded(ask, cases, ys)
    for case, y, rows, x in zip(cases, ys, there, back, strict=True):
        left = (as_floats(rows, y.shape, f"im2col(x, {case.told})") * y).sum()
        right = (as_floats(x, case.x.shape, f"col2im(y, {case.told})") * case.x).sum()
        close(float(left), float((case.rows * y).sum()), f"sum(im2col(x, {case.told}) * y)")
        error = close(float(right), float(left), f"sum(x * col2im(y, {case.told})), beside left:")
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


@check("property", 1, "im2col col2im",
       ("What would a window larger than the image see?",
        "Nothing: no patch is an error of the caller, and a silent empty result hides it.",
        "Check axes, ranges and sizes before anything else, and raise a ValueError."))  # fmt: skip
def check_bad_patches(ask: Ask, rng: Rng) -> None:
    """Patches that cannot be are a ValueError; those that can are not."""
    unfolds(ask, [Patches(images(rng, (4, 5), 1, 2), 4), Patches(images(rng, (2, 3)), 4, 1, 1)])
    folds(ask, rng, [Patches(images(rng, (4, 5), 1, 2), 4)])
    refused(ask, BAD_PATCHES)
