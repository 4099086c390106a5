"""Milestone 5: is ``conv.py`` right?"""

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.asking import Ask
from autograder.checks.m3_tensor_autograd import agrees, answers, look, matches, part
from autograder.checks.m4_training_loop import listed, logits_of, small
from autograder.checks.spec import check
from autograder.data.images import Images
from autograder.judging import convolution, goldens, tensors, thresholds, trajectories
from autograder.judging.compare import as_floats, close, number, same
from autograder.judging.failure import Failed
from autograder.judging.tensors import Case, numbers, with_cotangent
from autograder.sandbox.trouble import Raised, Trouble

Rng = np.random.Generator
Floats = NDArray[np.float64]
Measure = dict[str, float]
Size = tuple[int, int]

ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32
EVERY = list(product(range(1, 6), range(1, 4), range(3)))  # kernel, stride, padding


# Patches: what im2col and col2im are tried on


@dataclass(frozen=True)
class Patches:
    """Images, and the windows that go over them; `view` says how x lies in memory."""

    x: Floats
    kernel: int
    stride: int = 1
    padding: int = 0
    view: str = ""

    @property
    def how(self) -> tuple[int, int, int]:
        """Kernel, stride, padding."""
        return self.kernel, self.stride, self.padding

    @property
    def rows(self) -> Floats:
        """The right result of im2col."""
        return convolution.im2col(self.x, *self.how)

    @property
    def windows(self) -> dict[str, int]:
        """What both probes need."""
        return {"kernel": self.kernel, "stride": self.stride, "padding": self.padding}

    @property
    def told(self) -> str:
        """The arguments, and the shape of x, for a message."""
        return f"kernel={self.kernel}, stride={self.stride}, padding={self.padding}"

    @property
    def where(self) -> str:
        """The images, for a message."""
        lies = f", {self.view} in memory" if self.view else ""
        return f", for images of shape {self.x.shape}{lies}"


def sides(rng: Rng, *choices: int) -> Size:
    """Return two different sizes."""
    high, wide = rng.permutation(choices)[:2].tolist()
    return high, wide


def images(rng: Rng, size: Size, count: int = 2, channels: int = 3) -> Floats:
    """Return images whose numbers all differ."""
    return numbers(rng, (count, channels, *size))


def each(ask: Ask, probe: str, cases: Sequence[Patches], asked: Sequence[Any]) -> list[Any]:
    """Return the answer to every case; where one raises, say which."""
    try:
        return listed(ask(probe, cases=list(asked))["answers"], len(cases), "the results")
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, probe, cases, asked)
        raise


def _find(ask: Ask, probe: str, cases: Sequence[Patches], asked: Sequence[Any]) -> None:
    for case, one in zip(cases, asked, strict=True):
        try:
            ask(probe, cases=[one])
        except Raised as raised:
            raised.message += f"\nwith {case.told}{case.where}"
            raise


def unfolded(ask: Ask, cases: Sequence[Patches]) -> list[Any]:
    """Return what im2col gives for each case."""
    asked = [{"x": case.x, **case.windows, "view": case.view} for case in cases]
    return each(ask, "unfold", cases, asked)


def folded(ask: Ask, cases: Sequence[Patches], cols: Sequence[Floats]) -> list[Any]:
    """Return what col2im gives for each case."""
    asked = [
        {"cols": one, "shape": list(case.x.shape), **case.windows}
        for case, one in zip(cases, cols, strict=True)
    ]
    return each(ask, "fold", cases, asked)


def unfolds(ask: Ask, cases: Sequence[Patches]) -> None:
    """Fail unless im2col is right for all cases."""
    for case, got in zip(cases, unfolded(ask, cases), strict=True):
        try:
            close(got, case.rows, f"im2col(x, {case.told})")
        except Failed as failed:
            failed.message += case.where
            _again(ask, "unfold", {"x": case.x, **case.windows, "view": case.view})
            raise


def folds(ask: Ask, rng: Rng, cases: Sequence[Patches]) -> None:
    """Fail unless col2im is right for all cases."""
    cols = [numbers(rng, case.rows.shape) for case in cases]
    for case, one, got in zip(cases, cols, folded(ask, cases, cols), strict=True):
        wanted = convolution.col2im(one, case.x.shape, *case.how)
        try:
            close(got, wanted, f"col2im(cols, {case.x.shape}, {case.told})")
        except Failed:
            _again(ask, "fold", {"cols": one, "shape": list(case.x.shape), **case.windows})
            raise


def _again(ask: Ask, probe: str, one: Any) -> None:
    """Ask once more for what was wrong, alone: that is what can be reproduced."""
    with suppress(Trouble):
        ask(probe, cases=[one])


# im2col

WINDOW = (
    "Which pixels does the first row hold, and which the second?",
    "A row is one patch: its channels, then its rows, then its columns. The window moves along "
    "a row of the image first.",
)


@check("equivalence", 3, "im2col",
       (*WINDOW, "Four loops over image, row and column say it all; then let sliding_window_view "
                 "and a transpose say the same."))  # fmt: skip
def check_im2col(ask: Ask, rng: Rng) -> None:
    """im2col lays out every patch as a row: channels, rows, columns."""
    unfolds(ask, [Patches(images(rng, sides(rng, 4, 5, 6), 1, c), k) for c, k in ((1, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 3) for size in ((5, 8), (8, 5))])


@check("equivalence", 2, "im2col",
       ("Where does the second window begin?",
        "stride pixels to the right of the first; the next row of windows stride pixels lower.",
        "Of all windows with stride 1 keep every stride-th along both axes."))  # fmt: skip
def check_im2col_stride(ask: Ask, rng: Rng) -> None:
    """im2col moves the window by the stride, along both axes."""
    size = sides(rng, 7, 8, 9)
    unfolds(ask, [Patches(images(rng, size, 1), k, stride) for k, stride in ((2, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), k, 3) for k in (1, 4)])


@check("equivalence", 3, "im2col",
       ("How much larger is an image with padding 2 on each side?",
        "Zeros on all four sides: H + 2 padding rows, W + 2 padding columns. None for padding 0.",
        "Write the image into the middle of an array of zeros: from padding to padding + H."),
)  # fmt: skip
def check_im2col_padding(ask: Ask, rng: Rng) -> None:
    """im2col puts zeros around the image, and none for padding 0."""
    size = sides(rng, 4, 5, 6)
    unfolds(ask, [Patches(images(rng, size, 1), 3, 1, padding) for padding in (0, 1, 2)])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 2, 2, 1)])


@check("property", 2, "im2col",
       ("How many windows of 3 fit into 8 pixels in steps of 2?",
        "The last one must not reach over the edge: rounded down, not up.",
        "(size + 2 padding - kernel) // stride + 1: the division comes before the + 1."),
)  # fmt: skip
def check_output_size(ask: Ask, rng: Rng) -> None:
    """im2col gives (size + 2 padding - kernel) // stride + 1 windows, where nothing divides too."""
    high, wide = sides(rng, 6, 7, 8, 9, 11)
    cases = [
        Patches(images(rng, (high, wide), 1, 2), *how)
        for how in ((3, 2, 0), (2, 3, 1), (5, 3, 0), (4, 3, 1), (1, 2, 0))
    ]
    for case, got in zip(cases, unfolded(ask, cases), strict=True):
        rows = got.shape[0] if isinstance(got, np.ndarray) and got.ndim else 0
        oh, ow = convolution.output_shape(case.x.shape, *case.how)
        wanted = f"wanted {oh} * {ow} = {oh * ow}"
        if rows != oh * ow:
            raise Failed(
                f"im2col(x, {case.told}) has {rows} rows{case.where}, {wanted}", want=oh * ow
            )
    unfolds(ask, cases)


@check("equivalence", 2, "im2col",
       ("Where do the patches of the second image stand?",
        "After all patches of the first: a batch is its images one below the other.",
        "The axis of the images comes first among those that become rows."))  # fmt: skip
def check_im2col_batch(ask: Ask, rng: Rng) -> None:
    """im2col of two images is im2col of each, one below the other."""
    x, kernel = images(rng, sides(rng, 4, 5, 6)), int(rng.integers(2, 4))
    both, first, second = unfolded(ask, [Patches(part, kernel) for part in (x, x[:1], x[1:])])
    wanted = Patches(x, kernel).rows
    half = len(wanted) // 2
    close(first, wanted[:half], f"im2col(x[:1], {kernel})")
    close(second, wanted[half:], f"im2col(x[1:], {kernel})")
    close(both, wanted, f"im2col(x, {kernel}) of two images: entry ")


VIEWS = ("transposed", "channels last", "every second")


@check("property", 2, "im2col",
       ("Do neighbours in an array always lie side by side in memory?",
        "A transposed array is the same memory, read in other steps: x.strides tells which.",
        "Never write steps down as numbers: take x.strides, or let sliding_window_view do it."),
)  # fmt: skip
def check_im2col_views(ask: Ask, rng: Rng) -> None:
    """im2col reads transposed and sliced arrays as what they are, and leaves them so."""
    size = sides(rng, 4, 5, 6)
    cases = [
        Patches(images(rng, size), 2, 1, padding, view) for padding in (0, 1) for view in VIEWS
    ]
    unfolds(ask, cases)
    after = listed(ask.exchanges[-1].answer.get("after"), len(cases), "the images afterwards")
    for case, x in zip(cases, after, strict=True):
        close(x, case.x, "x after im2col", rtol=0.0)


@check("equivalence", 2, "im2col",
       (*WINDOW, "Run the smaller checks first; then take the kernel, stride and padding that the "
                 "message names, and count windows on paper."))  # fmt: skip
def check_im2col_every(ask: Ask, rng: Rng) -> None:
    """im2col agrees with direct loops for kernels 1 to 5, strides 1 to 3, paddings 0 to 2."""
    size = sides(rng, 5, 6, 7, 8)
    unfolds(ask, [Patches(images(rng, size), *how) for how in EVERY])


# col2im

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
    ys = [numbers(rng, case.rows.shape) for case in cases]
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


def refused(ask: Ask, expressions: Mapping[str, str]) -> None:
    """Fail unless each expression raises a ValueError."""
    for expression, what in expressions.items():
        ask.raises(("ValueError",), f"{what}, {expression}", "attempt", expression=expression)


@check("property", 1, "im2col col2im",
       ("What would a window larger than the image see?",
        "Nothing: no patch is an error of the caller, and a silent empty result hides it.",
        "Check axes, ranges and sizes before anything else, and raise a ValueError."))  # fmt: skip
def check_bad_patches(ask: Ask, rng: Rng) -> None:
    """Patches that cannot be are a ValueError; those that can are not."""
    unfolds(ask, [Patches(images(rng, (4, 5), 1, 2), 4), Patches(images(rng, (2, 3)), 4, 1, 1)])
    folds(ask, rng, [Patches(images(rng, (4, 5), 1, 2), 4)])
    refused(ask, BAD_PATCHES)


# conv2d: programs, as a learner would type them

SUMS = (
    "Which numbers are multiplied for one entry of the result, and which sums are taken?",
    "Entry (o, y, z) is kernel o times the patch at (y, z), over channels, rows and columns, plus "
    "bias o.",
)


def convolved(
    rng: Rng, kernel: int, stride: int = 1, padding: int = 0, *, count: int = 2, channels: int = 3,
    maps: int = 4, size: Size = (0, 0),
) -> Case:  # fmt: skip
    """Return a convolution of images x with kernels w and biases b."""
    program = f"out = conv2d(x, w, b, stride={stride}, padding={padding})"
    high, wide = size if all(size) else sides(rng, 5, 6, 7)
    inputs = {
        "x": numbers(rng, (count, channels, high, wide)),
        "w": numbers(rng, (maps, channels, kernel, kernel)),
        "b": numbers(rng, (maps,)),
    }
    return with_cotangent(rng, program, inputs, {})


def outs(ask: Ask, cases: Sequence[Case]) -> list[Any]:
    """Return ``out`` of each case."""
    asked = [{"program": case.program, "tensors": case.tensors} for case in cases]
    try:
        return listed(ask("forward", cases=asked)["answers"], len(cases), "the results")
    except Raised as raised:
        if raised.status != "missing":
            raised.message += f"\nin one of: {'; '.join(case.where for case in cases)}"
        raise


def computes(ask: Ask, cases: Sequence[Case]) -> None:
    """Fail unless each program's result is right."""
    for case, got in zip(cases, outs(ask, cases), strict=True):
        try:
            close(got, case.out(), case.program)
        except Failed as failed:
            failed.message += f", with {case.where}"
            with suppress(Trouble):
                ask("forward", cases=[{"program": case.program, "tensors": case.tensors}])
            raise


@check("equivalence", 4, "conv2d",
       (*SUMS, "Patches (N*OH*OW, C k k) times the weights as (C k k, O); the result as (N, OH, "
               "OW, O), and its axes put in order."))  # fmt: skip
def check_conv2d(ask: Ask, rng: Rng) -> None:
    """conv2d gives the sums over every patch, for several strides and paddings."""
    computes(ask, [convolved(rng, *how) for how in ((3,), (2, 2), (3, 1, 1), (4, 3, 2))])
    computes(ask, [convolved(rng, 3, size=size) for size in ((5, 8), (8, 5))])


@check("equivalence", 2, "conv2d",
       ("Which part of the weight does the second channel of the image meet?",
        "weight[o, c] belongs to channel c: the patch's order must be the weight's order.",
        "Reshape the weight to (O, C k k) as it is; lay out patches as (C, k, k) too."),
)  # fmt: skip
def check_conv2d_channels(ask: Ask, rng: Rng) -> None:
    """conv2d pairs channel c of the image with channel c of the weight, and sums over channels."""
    cases = []
    for place in range(3):
        case = convolved(rng, 2, channels=3, maps=2)
        case.tensors["x"][:, np.arange(3) != place] = 0.0
        cases.append(case)
    computes(ask, cases)


@check("property", 2, "conv2d",
       ("What comes out if the kernel is 1 in its first corner and 0 elsewhere?",
        "Every window's first pixel: convolution as the field uses it does not flip the kernel.",
        "Multiply weight[i, j] with the pixel i rows below and j columns right of the corner."),
)  # fmt: skip
def check_conv2d_unflipped(ask: Ask, rng: Rng) -> None:
    """conv2d does not flip its kernel: a single 1 in it picks that pixel of each window."""
    x, cases = images(rng, sides(rng, 4, 5, 6), 1, 1), []
    for i, j in ((0, 0), (0, 2), (2, 1)):
        weight = np.zeros((1, 1, 3, 3))
        weight[0, 0, i, j] = 1.0
        inputs = {"x": x, "w": weight, "b": np.zeros(1)}
        cases.append(with_cotangent(rng, "out = conv2d(x, w, b)", inputs, {}))
    computes(ask, cases)


@check("property", 2, "conv2d",
       ("What happens to the map when the digit moves two pixels to the right?",
        "The same weights look at every place: the map moves with the image.",
        "If it does not, a window's place has got into its result: look for swapped H and W."),
)  # fmt: skip
def check_conv2d_shift(ask: Ask, rng: Rng) -> None:
    """A shifted image shifts the map."""
    down, right = rng.permutation([1, 2, 3])[:2].tolist()
    inputs = dict(convolved(rng, 3, count=1, size=(9, 11)).tensors)
    inputs["x"][:, :, 5:] = inputs["x"][:, :, :, 6:] = 0.0
    moved = inputs | {"x": np.roll(inputs["x"], (down, right), axis=(2, 3))}
    program = "out = conv2d(x, w, b, padding=1)"
    cases = [with_cotangent(rng, program, each_, {}) for each_ in (inputs, moved)]
    here, there = (
        as_floats(got, case.out().shape, "the map")
        for case, got in zip(cases, outs(ask, cases), strict=True)
    )
    what = f"the map of an image that was moved {down} down and {right} to the right: entry "
    close(there[:, :, down:, right:], here[:, :, :-down, :-right], what)
    close(here, cases[0].out(), "the map of the image that was not moved: entry ")


@check("equivalence", 1, "conv2d",
       ("What does a window of one pixel see?",
        "One number a channel: a 1 x 1 convolution is a linear layer at every pixel.",
        "Nothing special is needed: kernel 1 goes the same way as kernel 3."))  # fmt: skip
def check_one_by_one(ask: Ask, rng: Rng) -> None:
    """A convolution of 1 x 1 is a linear layer over the channels of each pixel."""
    case = convolved(rng, 1, channels=4, maps=3)
    x, w, b = (case.tensors[name] for name in "xwb")
    wanted = np.einsum("nchw,oc->nohw", x, w[:, :, 0, 0]) + b[:, None, None]
    close(outs(ask, [case])[0], wanted, "a 1 x 1 convolution: entry ", where=f", with {case.where}")


@check("equivalence", 2, "conv2d",
       ("How many windows as large as the image fit into it?",
        "One: the map is 1 x 1, and the convolution a linear layer over all pixels.",
        "The patch is the whole image, flattened as channels, rows, columns."))  # fmt: skip
def check_whole_image(ask: Ask, rng: Rng) -> None:
    """A kernel as large as the image is a linear layer over all of its pixels."""
    case = convolved(rng, 4, channels=2, maps=5, size=(4, 4), count=3)
    x, w, b = (case.tensors[name] for name in "xwb")
    wanted = (x.reshape(3, -1) @ w.reshape(5, -1).T + b).reshape(3, 5, 1, 1)
    close(outs(ask, [case])[0], wanted, "a convolution with windows of the image's size: entry ")


# conv2d, backwards


def slopes(ask: Ask, measure: Measure, cases: Sequence[Case], name: str) -> None:
    """Compare results, and one operand's gradients, with central differences."""
    matches(ask, measure, cases, [(case.out(), {name: case.gradient(name)}) for case in cases])


@check("finite-difference", 4, "conv2d Tensor.backward",
       ("How many entries of the result does one pixel move?",
        "As many as there are windows over it, times the kernels: its gradient is a sum over all.",
        "The cotangent times the weights gives the patches' gradient; col2im brings it back."),
)  # fmt: skip
def check_conv2d_input(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the image: every pixel, by central differences."""
    cases = [convolved(rng, *how, maps=2) for how in ((3,), (2, 2), (3, 2, 1))]
    slopes(ask, measure, cases, "x")


@check("finite-difference", 4, "conv2d Tensor.backward",
       ("How often is one weight used?",
        "In every window of every image: its gradient is the sum over all of them.",
        "Cotangent (O, N*OH*OW) times patches (N*OH*OW, C k k), in the weight's shape."),
)  # fmt: skip
def check_conv2d_weight(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the weight: every element, by central differences."""
    cases = [convolved(rng, *how) for how in ((3,), (2, 2), (3, 2, 1), (1,))]
    slopes(ask, measure, cases, "w")


@check("finite-difference", 2, "conv2d Tensor.backward",
       ("Which entries of the result does bias[o] move?",
        "All of map o, in every image.",
        "The cotangent, summed over images, rows and columns: what is left has shape (O,)."),
)  # fmt: skip
def check_conv2d_bias(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the bias: summed over images and positions."""
    slopes(ask, measure, [convolved(rng, *how) for how in ((3,), (2, 2, 1))], "b")


HARD = ((1, 2, 0), (2, 1, 2), (3, 3, 1), (4, 2, 0), (5, 3, 2), (2, 3, 0))


@check("finite-difference", 3, "conv2d Tensor.backward",
       ("Does the backward pass know the stride and the padding of the forward pass?",
        "Backward walks the same windows: the same stride, padding and order of axes.",
        "Take what the message names and compare the gradient of one pixel with a sum by hand."),
)  # fmt: skip
def check_conv2d_every(ask: Ask, rng: Rng, measure: Measure) -> None:
    """All gradients of conv2d for kernels 1 to 5, with strides and paddings that do not divide."""
    size = {5: (6, 7), 4: (5, 7)}
    agrees(ask, measure, [
        convolved(rng, *how, channels=2, maps=3, size=size.get(how[0], sides(rng, 4, 5, 6)))
        for how in HARD
    ])  # fmt: skip


@check("golden", 3, "conv2d max_pool2d Tensor.backward",
       ("Which of the simpler checks fails too?",
        "Convolutions and poolings of many kinds stand here once more, beside PyTorch's numbers.",
        "Mend what the message names: its own check says more."))  # fmt: skip
def check_conv2d_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """conv2d and max_pool2d agree with PyTorch, gradients included."""
    cases, wanted = stored_cases()
    if visibility == "public":
        matches(ask, measure, cases, wanted)
    else:
        agrees(ask, measure, [redrawn(rng, case) for case in cases])


def stored_cases() -> tuple[list[Case], list[Any]]:
    """Return PyTorch's cases and what it answered."""
    stored, cases, wanted = goldens.load("m5"), [], []
    for place, program in enumerate(stored["programs"].tolist()):
        mine = {k.partition(".")[2]: v for k, v in stored.items() if k.startswith(f"{place}.")}
        grads = {k.removesuffix(".grad"): v for k, v in mine.items() if k.endswith(".grad")}
        cases.append(Case(program, {name: mine[name] for name in grads}, {}, mine["cotangent"]))
        wanted.append((mine["out"], grads))
    return cases, wanted


def redrawn(rng: Rng, case: Case) -> Case:
    """Return the same program on other numbers."""
    inputs = {name: numbers(rng, x.shape) for name, x in case.tensors.items()}
    return with_cotangent(rng, case.program, inputs, {})


# conv2d in a graph

CHAIN = (
    "Does the result of conv2d know what it was made from?",
    "A convolution is an operation like any other: operands before it, uses after it.",
)


@check("finite-difference", 2, "conv2d Tensor.backward",
       (*CHAIN, "Make the result by your tensor.py's own way to make a node, with x, weight and "
                "bias as operands; never wrap x.data in a new Tensor."))  # fmt: skip
def check_conv_chain(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Gradients flow through convolutions in a row, and through what comes before and after."""
    x, y = (numbers(rng, (2, 2, *sides(rng, 5, 6))) for _ in range(2))
    b, w = numbers(rng, (3,)), numbers(rng, (3, 2, 2, 2))
    v, c = numbers(rng, (2, 3, 3, 3)), numbers(rng, (2,))
    deep = "h = conv2d(x, w, b).tanh(); out = conv2d(h, v, c, stride=2, padding=1) * 3"
    made = "out = (conv2d(x * 2, w * w, b + 1, padding=1) + 1).sum(axis=(2, 3))"
    agrees(ask, measure, [
        with_cotangent(rng, deep, {"x": x, "w": w, "b": b, "v": v, "c": c}, {}),
        with_cotangent(rng, made, {"x": y, "w": w, "b": b}, {}),
    ])  # fmt: skip


@check("finite-difference", 2, "conv2d Tensor.backward",
       ("What should a kernel's gradient be if two convolutions use it?",
        "The sum of both: gradients are added, never replaced.",
        "Let your engine add up; do not write to .grad from conv2d."))  # fmt: skip
def check_conv_shared(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Images and kernels that are used twice get both gradients."""
    one = convolved(rng, 2, channels=2, maps=3, size=(4, 5)).tensors
    two = {"y": numbers(rng, one["x"].shape), "v": numbers(rng, one["w"].shape)}
    both = one | two
    agrees(ask, measure, [
        with_cotangent(rng, "out = conv2d(x, w, b) + conv2d(y, w, b) * 2",
                       {k: both[k] for k in "xwby"}, {}),
        with_cotangent(rng, "out = conv2d(x, w, b) * conv2d(x, v, b, stride=1)",
                       {k: both[k] for k in "xwbv"}, {}),
    ])  # fmt: skip


@check("property", 1, "conv2d max_pool2d Tensor.backward",
       ("Which dtype has np.zeros(3)?",
        "One float64 buffer turns everything after it into float64: twice the memory and time.",
        "Give every array that you make the dtype of what goes into it."))  # fmt: skip
def check_dtypes_kept(ask: Ask, rng: Rng) -> None:
    """float32 stays float32 and float64 stays float64, in results and gradients."""
    pool = {"x": images(rng, (5, 6), channels=2)}
    cases = [convolved(rng, 3, 1, 1), convolved(rng, 2, 2),
             with_cotangent(rng, "out = max_pool2d(x, 2)", pool, {})]  # fmt: skip
    for dtype in (np.float64, np.float32):
        for case, answer in zip(cases, answers(ask, cases, dtype), strict=True):
            grads = part(answer, "grads")
            got = {"out": part(answer, "out")} | {name: part(grads, name) for name in case.tensors}
            for name, array in got.items():
                found = array.dtype.name if isinstance(array, np.ndarray) else type(array).__name__
                same(found, np.dtype(dtype).name, f"{case.program}: the dtype of {name}")
            close(part(answer, "out"), case.out(), f"{case.program}: out", rtol=1e-4)


@check("property", 1, "conv2d max_pool2d Tensor.backward",
       ("Which arrays may change when a convolution is computed or differentiated?",
        "Gradients alone: += into x.data, or into the cotangent, changes somebody else's numbers.",
        "Make new arrays, and write only into those."))  # fmt: skip
def check_operands_unchanged(ask: Ask, rng: Rng) -> None:
    """Convolving, pooling and differentiating leave operands and the given gradient alone."""
    pool = {"x": images(rng, (5, 6), channels=2)}
    cases = [convolved(rng, 3, 1, 1), convolved(rng, 1),
             with_cotangent(rng, "out = max_pool2d(x, 2)", pool, {}),
             with_cotangent(rng, "out = max_pool2d(x, 1)", pool, {})]  # fmt: skip
    for case, answer in zip(cases, answers(ask, cases, after=True), strict=True):
        after = part(answer, "after")
        for name, x in {**case.tensors, "cotangent": case.cotangent}.items():
            close(part(after, name), x, f"{name} after {case.program} and backward", rtol=0.0)
        close(part(answer, "out"), case.out(), f"{case.program}: out")


BAD_SHAPES = {
    "conv2d(T(1, 3, 5, 6), T(4, 2, 3, 3), T(4))": "3 channels for kernels of 2",
    "conv2d(T(1, 1, 5, 6), T(4, 2, 3, 3), T(4))": "1 channel for kernels of 2",
    "conv2d(T(2, 5, 6), T(4, 2, 3, 3), T(4))": "images without an axis for the batch",
    "conv2d(T(1, 2, 5, 6), T(2, 3, 3), T(2))": "kernels without an axis for the maps",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 2), T(4))": "kernels that are not square",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(3))": "3 biases for 4 kernels",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(1))": "1 bias for 4 kernels",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4, 1))": "biases in two axes",
    "conv2d(T(1, 2, 2, 6), T(4, 2, 3, 3), T(4))": "kernels higher than the images",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4), stride=0)": "stride 0",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4), padding=-1)": "a negative padding",
    "Conv2d(0, 4, 3)": "a layer without input channels",
    "Conv2d(2, 4, 0)": "a layer with windows of 0",
    "Conv2d(2, 4, 3, stride=0)": "a layer with stride 0",
    "Conv2d(2, 4, 3, padding=-1)": "a layer with a negative padding",
    "Conv2d(2, 4, 3)(T(1, 3, 5, 6))": "3 channels for a layer of 2",
}


@check("property", 1, "conv2d Conv2d.__init__ Conv2d.__call__",
       ("Which of the shapes do not fit together?",
        "A bias of one number broadcasts over all maps in silence: NumPy will not complain.",
        "Compare all shapes at the top of conv2d, and raise a ValueError that shows them."),
)  # fmt: skip
def check_bad_shapes(ask: Ask, rng: Rng) -> None:
    """Shapes that do not fit together are a ValueError; those that do are not."""
    computes(ask, [convolved(rng, 3), convolved(rng, 5, 1, 2, size=(2, 3))])
    refused(ask, BAD_SHAPES)


# Pooling

LARGEST = (
    "Which pixel of a window moves the result?",
    "Only the largest: its slope is 1, that of the others 0.",
)


def pooled(rng: Rng, program: str, size: Size, x: Floats | None = None) -> Case:
    """Return a pooling of images."""
    x = images(rng, size) if x is None else x
    return with_cotangent(rng, f"out = {program}", {"x": x}, {})


@check("equivalence", 2, "max_pool2d",
       ("Which four numbers meet in the first window of kernel 2?",
        "Each channel by itself; windows side by side, as the stride is the kernel.",
        "The largest over the two axes of the window: the axes of images and channels stay."),
)  # fmt: skip
def check_max_pool(ask: Ask, rng: Rng) -> None:
    """max_pool2d gives the largest number of each window, channel by channel."""
    computes(ask, [pooled(rng, "max_pool2d(x, 2)", size) for size in ((4, 6), (8, 4))])
    computes(ask, [pooled(rng, "max_pool2d(x, 3)", (6, 9)), pooled(rng, "max_pool2d(x, 1)", (3, 4)),
                   pooled(rng, "max_pool2d(x, 2, stride=2)", (4, 6))])  # fmt: skip


@check("finite-difference", 2, "max_pool2d Tensor.backward",
       (*LARGEST, "Remember where the largest stood; put the cotangent there into zeros of x's "
                  "shape."))  # fmt: skip
def check_max_pool_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of max_pool2d goes to the largest of each window."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", sides(rng, 4, 6)),
                          pooled(rng, "max_pool2d(x, 3)", (6, 3)),
                          pooled(rng, "max_pool2d(x * 2, 2) * 3", (4, 2))])  # fmt: skip


@check("finite-difference", 2, "max_pool2d Tensor.backward",
       ("Can one pixel be the largest of two windows?",
        "Where windows overlap it can, and gets both cotangents.",
        "Add into the gradient, window place by window place; an assignment loses a share."),
)  # fmt: skip
def check_max_pool_overlap(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Windows that overlap: a pixel that wins twice gets both cotangents."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 3, stride=1)", sides(rng, 5, 6)),
                          pooled(rng, "max_pool2d(x, 3, stride=2)", (7, 5)),
                          pooled(rng, "max_pool2d(x, 2, 1)", (3, 4))])  # fmt: skip


@check("finite-difference", 1, "max_pool2d Tensor.backward",
       ("What becomes of the last column of 7, in windows of 2?",
        "No whole window fits: it is left out, and its gradient is 0.",
        "(size - kernel) // stride + 1 windows, rounded down; the gradient has x's shape."),
)  # fmt: skip
def check_max_pool_rest(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Sizes that do not divide, and strides larger than the window: the rest gets no gradient."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", sides(rng, 5, 7)),
                          pooled(rng, "max_pool2d(x, 2, stride=3)", (7, 8)),
                          pooled(rng, "max_pool2d(x, 3, stride=4)", (8, 6))])  # fmt: skip


@check("property", 2, "max_pool2d Tensor.backward",
       ("Who gets the gradient in a window of four equal numbers?",
        "One pixel only: the first of the largest, row by row.",
        "argmax names the first; comparing with the maximum finds all, so keep the first of "
        "them."))  # fmt: skip
def check_max_pool_ties(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Of equal largest numbers the first gets the gradient, and the others get none."""
    cases, wanted = [], []
    for kernel, stride, size in ((2, 2, (4, 6)), (3, 1, (5, 4)), (3, 2, (5, 7))):
        x = rng.integers(0, 3, (2, 2, *size)).astype(np.float64)
        x[0, 0] = 1.0  # where all are equal
        case = pooled(rng, f"max_pool2d(x, {kernel}, stride={stride})", size, x)
        cases.append(case)
        grad = convolution.pool_gradient(x, case.cotangent, kernel, stride)
        wanted.append((case.out(), {"x": grad}))
    matches(ask, measure, cases, wanted)


@check("finite-difference", 1, "max_pool2d Tensor.backward",
       ("What is the largest of four negative numbers?",
        "Not 0: a buffer of zeros, or padding, must not take part.",
        "Begin with the first number of each window, or with minus infinity."))  # fmt: skip
def check_max_pool_negative(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Images of negative numbers have negative maxima."""
    x = -numbers(rng, (2, 3, *sides(rng, 5, 6)), positive=True)
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", (0, 0), x),
                          pooled(rng, "max_pool2d(x, 3, stride=2)", (0, 0), x)])  # fmt: skip


BAD_POOLS = {
    "max_pool2d(T(2, 4, 5), 2)": "images without an axis for the batch",
    "max_pool2d(T(1, 2, 4, 5), 0)": "windows of 0",
    "max_pool2d(T(1, 2, 4, 5), 2, stride=0)": "stride 0",
    "max_pool2d(T(1, 2, 2, 5), 3)": "windows higher than the images",
    "max_pool2d(T(1, 2, 5, 2), 3)": "windows wider than the images",
    "MaxPool2d(0)": "a layer with windows of 0",
    "MaxPool2d(2, stride=0)": "a layer with stride 0",
}


@check("property", 1, "max_pool2d MaxPool2d.__init__",
       ("What is the largest number of no window?",
        "The same conditions as for patches: four axes, numbers of at least 1, one window fits.",
        "stride=0 is not 'no stride given': compare with None."))  # fmt: skip
def check_bad_pools(ask: Ask, rng: Rng) -> None:
    """Pooling that cannot be is a ValueError; the rest works."""
    computes(
        ask, [pooled(rng, "max_pool2d(x, 4)", (4, 5)), pooled(rng, "max_pool2d(x, 3)", (3, 4))]
    )
    refused(ask, BAD_POOLS)


# Layers


def ran(
    ask: Ask, program: str, weights: Mapping[str, Any], x: Floats, cotangent: Floats
) -> dict[str, Any]:
    """Return a model's output and gradients."""
    answer = ask("run", program=program, weights=dict(weights), x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise Failed("the answer lacks gradients")
    return answer


def follows(ask: Ask, program: str, weights: dict[str, str], case: Case, what: str) -> None:
    """Fail unless a model gives what `case` gives; `weights` names the layer's tensors."""
    given = {name: case.tensors[letter] for letter, name in weights.items()}
    answer = ran(ask, program, given, case.tensors["x"], case.cotangent)
    close(answer["out"], case.out(), what, ROUNDED)
    for letter, name in {"x": "x", **weights}.items():
        close(answer["grads"].get(name), case.gradient(letter), f"{what}: {name}.grad", ROUNDED)


LAYER = {"w": "model.weight", "b": "model.bias"}


@check("equivalence", 2, "Conv2d.__init__ Conv2d.__call__",
       ("Which of its settings does the layer hand on to conv2d?",
        "weight, bias, stride and padding: all four, every time.",
        "Keep them as attributes in __init__, and pass them on in __call__."))  # fmt: skip
def check_conv_layer(ask: Ask, rng: Rng) -> None:
    """Conv2d is conv2d with its own weight, bias, stride and padding."""
    for kernel, stride, padding in ((3, 1, 0), (2, 2, 1)):
        case = convolved(rng, kernel, stride, padding, channels=2, maps=3, size=(5, 4))
        made = f"Conv2d(2, 3, {kernel}, stride={stride}, padding={padding})"
        follows(ask, f"model = {made}", LAYER, case, made)


SPREAD = (0.2, 2.5)  # times He's deviation: every usual scheme lies within


@check("property", 1, "Conv2d.__init__",
       ("How many products does one entry of a map sum up?",
        "nin * kernel * kernel: the variance of the weights is divided by that.",
        "Normal numbers of shape (nout, nin, kernel, kernel), times sqrt(2 / (nin kernel^2))."),
)  # fmt: skip
def check_conv_layer_init(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Fresh kernels follow the generator, all differ, and suit the size of the window."""
    seed = int(rng.integers(1000))
    shape, layer = (6, 7, 5, 5), "Conv2d(7, 6, 5, rng=rng)"
    drawn = ask("fresh", layer=layer, seeds=[seed, seed + 1, seed])["layers"]
    made = [listed(one, 2, "weight and bias") for one in listed(drawn, 3, "the layers")]
    first, other, again = (as_floats(one[0], shape, f"the weight of {layer}") for one in made)
    as_floats(made[0][1], (6,), f"the bias of {layer}")
    deviation = float(first.std()) / math.sqrt(2 / (7 * 25))
    unequal = [len(np.unique(first)) > 1000, not np.array_equal(first, other)]
    measure["deviation"] = deviation
    ask.recognise_by({"deviation": round(deviation), "unequal": unequal,
                      "same": bool(np.array_equal(first, again))})  # fmt: skip
    if not all(unequal):
        raise Failed(f"the weights of {layer} must all differ, and differ with the seed")
    close(again, first, f"the weight of {layer} with the same seed", rtol=0.0)
    if not SPREAD[0] < deviation < SPREAD[1]:
        raise Failed(f"the weights of {layer} have the standard deviation {number(first.std())}, "
                     f"wanted about sqrt(2 / (7 * 25)) = {number(math.sqrt(2 / 175))}")  # fmt: skip


STACK = (
    "a = Conv2d(2, 3, 3); b = Conv2d(3, 4, 2); "
    "model = Sequential(a, ReLU(), MaxPool2d(2), b, Flatten(), Linear(24, 5))"
)


@check("property", 1, "Conv2d.__init__ MaxPool2d.__init__ Flatten.__call__",
       ("Which Tensors does the optimiser have to move?",
        "Weight and bias of every Conv2d; pooling and flattening have none.",
        "Keep both as attributes that are Tensors, and let Module find them."))  # fmt: skip
def check_layer_parameters(ask: Ask, rng: Rng) -> None:
    """A network lists weight and bias of each Conv2d among its parameters, and nothing else."""
    own = "a.weight, a.bias, b.weight, b.bias"
    shapes, found, out = look(ask, STACK, [
        "sorted(list(p.shape) for p in model.parameters())",
        f"[any(p is q for q in model.parameters()) for p in ({own})]",
        "list(model(Tensor(X)).shape)",
    ], {"X": images(rng, (8, 10), channels=2)})  # fmt: skip
    same(shapes, [[3], [3, 2, 3, 3], [4], [4, 3, 2, 2], [5], [24, 5]],
         "the shapes in model.parameters()")  # fmt: skip
    same(found, [True] * 4, f"whether {own} are in model.parameters()")
    same(out, [2, 5], "the shape of the network's output")


@check("equivalence", 1, "MaxPool2d.__init__ MaxPool2d.__call__",
       ("What does MaxPool2d(3, stride=2) hand on?",
        "Kernel and stride, in this order; without a stride, the kernel.",
        "Keep both in __init__, and call max_pool2d with them."))  # fmt: skip
def check_pool_layer(ask: Ask, rng: Rng) -> None:
    """MaxPool2d is max_pool2d with its own kernel and stride."""
    for how, size in (("2", (4, 6)), ("3, stride=2", (5, 7)), ("2, 3", (5, 8))):
        case = pooled(rng, f"max_pool2d(x, {how})", size)
        follows(ask, f"model = MaxPool2d({how})", {}, case, f"MaxPool2d({how})")


@check("equivalence", 2, "Flatten.__call__",
       ("Which axis must not disappear?",
        "That of the images: each has a row of its own, channels first, then rows, then columns.",
        "Reshape to (N, everything else), by the Tensor's own reshape."))  # fmt: skip
def check_flatten(ask: Ask, rng: Rng) -> None:
    """Flatten makes a row of each image: channels, then rows, then columns."""
    for shape in ((2, 3, 4, 5), (5, 2, 1, 3), (3, 4)):
        x = numbers(rng, shape)
        case = with_cotangent(rng, f"out = x.reshape({shape[0]}, -1)", {"x": x}, {})
        follows(ask, "model = Flatten()", {}, case, f"Flatten() of shape {shape}")


# Networks

NETWORK = (
    "conv = Conv2d({channels}, {maps}, {kernel}, padding=1); last = Linear({features}, {classes}); "
    "model = Sequential(conv, Tanh(), MaxPool2d(2), Flatten(), last)"
)
NAMES = {"w": "conv.weight", "b": "conv.bias", "v": "last.weight", "c": "last.bias"}
LEAD = 1e-3  # of every maximum over the next: rounding must not decide who wins


def built(weights: convolution.Weights) -> str:
    """Return the program of a network with weights of these shapes."""
    maps, channels, kernel, _ = weights["w"].shape
    features, classes = weights["v"].shape
    return NETWORK.format(
        channels=channels, maps=maps, kernel=kernel, features=features, classes=classes
    )


def problem(rng: Rng, count: int, image: tuple[int, int, int]) -> tuple[convolution.Weights, Any]:
    """Return weights and images, drawn until no window is nearly a tie."""
    while True:
        weights = convolution.draw(rng, image, 3, 3, 4)
        x = rng.normal(size=(count, *image))
        if convolution.margin(convolution.signals(weights, x)[0], 2) > LEAD:
            return weights, x


TRAINED = "Conv2d.__call__ MaxPool2d.__call__ Flatten.__call__"


@check("equivalence", 2, f"{TRAINED} Tensor.backward",
       ("Which layer's gradient is the last that is right, from the output back?",
        "Convolution, tanh, pooling, flatten, linear: the gradient goes through all of them.",
        "Look at last.weight first, then conv.bias, conv.weight and x."))  # fmt: skip
def check_network(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A network of all layers: its output, and the gradients of all weights and of the image."""
    weights, x = problem(rng, 5, (2, 5, 6))
    cotangent = rng.normal(size=(5, 4))
    answer = ran(ask, built(weights), {NAMES[k]: w for k, w in weights.items()}, x, cotangent)
    close(answer["out"], convolution.signals(weights, x)[2], "the logits", ROUNDED)
    wanted = convolution.backward(weights, x, cotangent)
    for k, name in {**NAMES, "x": "x"}.items():
        error = close(answer["grads"].get(name), wanted[k], f"{name}.grad", ROUNDED)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


RATE, STEPS = 0.1, 20


def descended(weights: convolution.Weights, x: Floats, y: NDArray[np.int64]) -> tuple[Any, Any]:
    """Return the loss of each step, and the weights after the last; momentum is 0.9."""
    curve = []

    def slope(at: list[Floats]) -> list[Floats]:
        now = dict(zip("wbvc", at, strict=True))
        logits = convolution.signals(now, x)[2]
        curve.append(trajectories.cross_entropy(logits, y))
        softmax = np.asarray(logits.view(tensors.Array).softmax())
        grads = convolution.backward(now, x, (softmax - np.eye(4)[y]) / len(y))
        return [grads[k] for k in "wbvc"]

    start = [weights[k] for k in "wbvc"]
    last = trajectories.descend(start, [slope] * STEPS, [RATE] * STEPS, 0.9, 0.0)[-1]
    return np.array(curve), dict(zip("wbvc", last, strict=True))


@check("golden", 2, f"{TRAINED} fit",
       ("Which step's loss is the first that differs?",
        "The first loss is forward alone; the second needs every gradient.",
        "If network passes and this does not, look for weights that are copied, not updated."),
       seconds=20)  # fmt: skip
def check_training_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Twenty steps of a small network give PyTorch's losses and weights."""
    stored = goldens.load("m5")
    x, y = stored["training.x"], stored["training.y"]
    weights = {k: stored[f"training.{k}"] for k in "wbvc"}
    curve: Any = stored["training.curve"]
    last = {k: stored[f"training.{k}.trained"] for k in "wbvc"}
    if visibility == "hidden":
        weights, x = problem(rng, 9, (2, 6, 5))
        curve, last = descended(weights, x, y)
    given = {NAMES[k]: w for k, w in weights.items()}
    answer = ask("train", program=built(weights), weights=given, x=x, y=y, epochs=STEPS, lr=RATE)
    close(answer["loss"], curve, "the loss of step ", rtol=1e-4)
    for k, name in NAMES.items():
        error = close(part(answer["weights"], name), last[k], f"{name} after 20 steps", rtol=1e-3)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


OVERFIT = (
    "model = Sequential(Conv2d(1, 6, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), "
    "Conv2d(6, 8, 3, rng=rng), Tanh(), Flatten(), Linear({features}, 4, rng=rng))"
)


@check("overfit", 2, f"{TRAINED} fit",
       ("Can your network learn twelve pictures of noise by heart?",
        "If one batch cannot be learnt to nearly nothing, a gradient is wrong.",
        "Look at network and conv_chain first: they tell the layer."),
       seconds=40)  # fmt: skip
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A convolutional network learns one batch of random labels by heart."""
    high, wide = sides(rng, 8, 9, 10)
    x, y = rng.normal(size=(12, 1, high, wide)), rng.permutation(np.arange(12) % 4)
    program = OVERFIT.format(features=8 * (high // 2 - 2) * (wide // 2 - 2))
    answer = ask("learn", program=program, x=x.astype(np.float32), y=y, epochs=120, lr=0.05)
    logits = as_floats(answer["logits"], (12, 4), "the logits of the batch")
    loss = trajectories.cross_entropy(logits, y)
    ask.recognise_by({"learnt": loss < 0.05})
    thresholds.at_most(measure, "loss", loss, 0.05, "after 120 steps the loss on 12 images")


@check("equivalence", 1, "Conv2d.__init__ save load",
       ("What has to be in the file, so that another network gives the same output?",
        "Every weight and bias of every layer, Conv2d's too.",
        "If parameters() finds them, save and load do as well."))  # fmt: skip
def check_save_load(ask: Ask, rng: Rng) -> None:
    """save and load bring a convolutional network over whole."""
    x = images(rng, (8, 10), channels=2)
    program = f"{STACK.replace('model', 'one')}; {STACK.replace('model', 'other')}"
    answer = ask("saved", program=program, x=x)
    one, before = (as_floats(answer[k], (2, 5), "the output") for k in ("one", "before"))
    other = as_floats(answer["other"], (2, 5), "the output of the network that was loaded")
    ask.recognise_by({"brought over": bool(np.allclose(other, one, ROUNDED)),
                      "apart": bool(np.abs(before - one).max() > ROUNDED)})  # fmt: skip
    close(other, one, "the output of the network that was loaded", ROUNDED)
    if np.abs(before - one).max() < ROUNDED:
        raise Failed("two fresh networks give the same output: their weights are not drawn apart")


# train_cnn


def side(pictures: Images) -> int:
    """Return the height of the pictures, which are square."""
    return math.isqrt(pictures.pixels.shape[1])


@check("property", 2, "conv2d max_pool2d Flatten.__call__ train_cnn",
       ("Whose Tensor comes out of conv2d, and whose backward trains the network?",
        "This milestone is built on your tensor.py: a network trained past it proves nothing "
        "about it.",
        "Results are Tensors of your tensor.py, the model is a Module of your training.py, and "
        "each step makes its graph anew."),
       seconds=40)  # fmt: skip
def check_own_engine(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """Layers and training run on your own tensor.py: every step makes Tensors, as a graph does."""
    few, seed = few_images(pictures, rng)
    case = convolved(rng, 3, size=(6, 7))
    x, w, b = (case.tensors[name] for name in "xwb")
    answer = ask("engine", x=x, weight=w, bias=b, images=few.x, labels=few.y, seed=seed)
    made, a_step = (as_floats(answer[k], (), "a count") for k in ("in_training", "in_a_step"))
    reached = answer["reached"] if isinstance(answer["reached"], list) else []
    kinds = {k: answer[k] for k in ("results", "model", "logits", "parameters")}
    graphs = bool(made >= 3 * a_step)
    ask.recognise_by({**kinds, "reached": sum(map(bool, reached)), "graphs": graphs,
                      "maps": answer["maps"]})  # fmt: skip
    measure["tensors_in_training"] = float(made)
    same(kinds["results"], [True] * 3,
         "whether conv2d, max_pool2d and Flatten give Tensors of tensor.py")  # fmt: skip
    close(answer["maps"], case.out(), "conv2d")
    same(kinds["model"], True, "whether train_cnn returns a Module of training.py")
    same(kinds["logits"], True, "whether the trained model gives a Tensor of tensor.py")
    same(kinds["parameters"], True, "whether its parameters are Tensors of tensor.py")
    if 2 * sum(map(bool, reached)) < max(len(reached), 1):
        raise Failed(f"backward reaches {sum(map(bool, reached))} of the {len(reached)} parameters "
                     "of the trained model, wanted nearly all")  # fmt: skip
    if not graphs:
        raise Failed(
            f"train_cnn made {made:.0f} Tensors, and one step of its network alone takes "
            f"{a_step:.0f}: it was not trained on tensor.py"
        )


SECONDS_A_STEP = 2.0


@check("equivalence", 1, "conv2d Tensor.backward",
       ("Is there a Python loop over images or pixels?",
        "All patches at once are one matrix product, or one an image; a loop over the k * k places "
        "of a window is short.",
        "sliding_window_view gives all patches without a loop, a reshape copies them."),
       seconds=30)  # fmt: skip
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A convolution of 64 images, forward and backward, takes less than two seconds."""
    x, w = rng.normal(size=(64, 8, 14, 14)), rng.normal(size=(16, 8, 3, 3))
    b, g = rng.normal(size=16), rng.normal(size=(64, 16, 14, 14))
    given = {"x": x, "weight": w, "bias": b, "cotangent": g}
    answer = ask("step", **{k: v.astype(np.float32) for k, v in given.items()}, stride=1,
                 padding=1, rounds=3)  # fmt: skip
    spent = float(as_floats(answer["seconds"], (), "the seconds"))
    clock["im2col_megabytes"] = float(as_floats(answer["megabytes"], (), "the megabytes"))
    flat = g.transpose(0, 2, 3, 1).reshape(-1, 16)
    d_cols = flat[: 2 * 14 * 14] @ w.reshape(16, -1)
    wanted = [
        convolution.col2im(d_cols, (2, *x.shape[1:]), 3, 1, 1),
        (flat.T @ convolution.im2col(x, 3, 1, 1)).reshape(w.shape),
        flat.sum(axis=0),
    ]
    ask.recognise_by({"out": answer["out"], "grads": answer["grads"]})
    close(answer["out"], convolution.conv2d(x[:2], w, b, 1, 1), "conv2d of 64 images", 1e-3)
    grads = listed(answer["grads"], 3, "the gradients")
    for got, want, what in zip(grads, wanted, ("x", "weight", "bias"), strict=True):
        close(got, want, f"the gradient by {what}", 1e-3)
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


LEAST = {"quick": 0.95, "full": 0.98}  # of held-out images; see the handout's table


@check("accuracy", 6, "train_cnn predict",
       ("How good is your network on data that you set aside yourself?",
        "Two convolutions with pooling, He weights, momentum and a falling rate are enough.",
        "Print training and validation accuracy: both low, train longer; far apart, add dropout."),
       seconds=300, memory_mb=4096)  # fmt: skip
def check_train_cnn(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, pictures: Images
) -> None:
    """train_cnn reads digits that it has never seen: 95 % right in quick, over 98 % of MNIST."""
    split = pictures.split(rng, 60_000 if profile == "full" else 1_437)
    begun = time.perf_counter()
    answer = ask("classify", pixels=split.pixels, scale=split.scale, size=[side(pictures)] * 2,
                 y=split.y, tests=split.pixels_test, seed=int(rng.integers(1000)))  # fmt: skip
    clock["seconds_to_train"] = time.perf_counter() - begun
    labels = as_floats(answer["labels"], split.y_test.shape, "the predicted labels")
    share = float((labels == split.y_test).mean())
    what = f"{len(labels):,} held-out images"
    thresholds.at_least(measure, "accuracy", share, LEAST[profile], what)


@dataclass(frozen=True)
class Squares(Images):
    """Pictures as images (N, 1, H, W), perhaps with further columns of zeros at their right."""

    columns: int = 0

    def _shaped(self, x: Any) -> Any:
        square = x.reshape(-1, 1, side(self), side(self))
        return np.pad(square, ((0, 0), (0, 0), (0, 0), (0, self.columns)))

    @property
    def x(self) -> Any:
        """The training images."""
        return self._shaped(super().x)

    @property
    def x_test(self) -> Any:
        """The test images."""
        return self._shaped(super().x_test)


def few_images(pictures: Images, rng: Rng, columns: int = 0) -> tuple[Squares, int]:
    """Return 200 images to train on and 25 to test with, and a seed."""
    few, seed = small(pictures, rng)
    return Squares(**vars(few), columns=columns), seed


@check("reproducibility", 1, "train_cnn",
       ("What does `seed` have to decide?",
        "Everything: first weights, the order of samples, what dropout drops.",
        "Make one generator from the seed, and hand it to all that draws."),
       seconds=50)  # fmt: skip
def check_train_cnn_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """train_cnn gives the same network for the same seed."""
    few, seed = few_images(pictures, rng)
    found, _ = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")


@check("property", 1, "train_cnn Module.eval",
       ("May the answer for one image depend on which others are tested with it?",
        "Nothing in evaluation mode looks across the batch, and nothing is dropped.",
        "Call eval() before you return the model; reshape and pool each image by itself."),
       seconds=50)  # fmt: skip
def check_train_cnn_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """The network judges each image by itself, the same way every time."""
    few, seed = few_images(pictures, rng)
    found, alone = logits_of(ask, measure, few, [seed])
    close(alone, found[0], "the logits of an image alone, unlike in company,", rtol=1e-3)


BAD_TRAINING = {
    "train_cnn(np.ones((4, 64), np.float32), np.arange(4), 0)": "images in rows",
    "train_cnn(np.ones((4, 1, 8, 8), np.float32), np.arange(3), 0)": "fewer labels than images",
    "train_cnn(np.ones((0, 1, 8, 8), np.float32), np.arange(0), 0)": "no images",
}


@check("property", 1, "train_cnn",
       ("Where does your network get the size of its last layer from?",
        "From the image's height and width after all pooling, which need not be equal.",
        "Compute it from x.shape; the number of classes is the largest label plus 1."),
       seconds=50)  # fmt: skip
def check_train_cnn_sizes(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """train_cnn takes images that are wider than high; bad data are a ValueError."""
    few, seed = few_images(pictures, rng, columns=4)
    logits_of(ask, measure, few, [seed])
    refused(ask, BAD_TRAINING)
