"""The numbers of the twelve functions, and what each has to refuse."""

from collections.abc import Iterator, Sequence

import pytest

from autograder.checks.w_numpy.calls import Call, require_right
from autograder.checks.w_numpy.inputs import DRAWS, EDGES, EMPTY, Rng
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check, row

SIZES = (3, 4, 5, 6)  # no two axes are equally long
VIEWS = (
    "transposed in memory",
    "every second entry of a larger array",
    "a reversed view",
    "read-only",
)

BAD = {
    "outer": {
        "outer(np.ones((2, 2)), np.ones(2))": "a matrix for a vector",
        "outer(np.ones(2), np.ones((1, 2)))": "a matrix for the second vector",
    },
    "pairwise_sq_dist": {
        "pairwise_sq_dist(np.ones((3, 2)), np.ones((4, 1)))": "points of 2 and of 1 coordinates",
        "pairwise_sq_dist(np.ones((3, 2)), np.ones(2))": "a point without an axis for the points",
    },
    "unbroadcast": {
        "unbroadcast(np.ones((2, 3)), (2, 2))": "a shape that does not broadcast",
        "unbroadcast(np.ones((2, 3)), (2,))": "a shape that fits only from the left",
        "unbroadcast(np.ones(3), (1, 3))": "a shape with more axes",
    },
    "one_hot": {
        "one_hot(np.array([0, -1]), 3)": "a label below 0",
        "one_hot(np.array([0, 3]), 3)": "a label that is no class",
    },
    "row_softmax": {
        "row_softmax(np.ones(3))": "scores without an axis for the rows",
        "row_softmax(np.ones((2, 0)))": "rows of no scores, K = 0",
    },
    "first_max": {
        "first_max(np.ones(3))": "numbers without an axis for the rows",
        "first_max(np.ones((2, 0)))": "rows of no numbers, K = 0",
    },
    "batched_matvec": {
        "batched_matvec(np.ones((2, 3, 4)), np.ones((2, 3)))": "vectors that are too short",
        "batched_matvec(np.ones((2, 3, 4)), np.ones((1, 4)))": "one vector for two matrices",
        "batched_matvec(np.ones((3, 4)), np.ones((3, 4)))": "one matrix for a stack",
    },
    "scatter_add": {
        "scatter_add(3, np.array([0, -1]), np.ones(2))": "an index below 0",
        "scatter_add(3, np.array([0, 3]), np.ones(2))": "an index past the end",
        "scatter_add(3, np.array([1]), np.ones(2))": "one index for two values",
    },
    "running_mean": {
        "running_mean(np.ones(3), 0)": "windows of 0",
        "running_mean(np.ones(3), 4)": "windows longer than the array",
        "running_mean(np.ones((3, 3)), 2)": "a matrix for a vector",
    },
    "patches": {
        "patches(np.ones((3, 4)), 0)": "windows of 0",
        "patches(np.ones((3, 5)), 4)": "windows higher than the image",
        "patches(np.ones((5, 3)), 4)": "windows wider than the image",
    },
    "causal_mask": {"causal_mask(-1)": "fewer than 0 positions"},
    "standardise": {
        "standardise(np.ones((0, 3)))": "no rows",
        "standardise(np.ones(3))": "numbers without an axis for the rows",
    },
}


@pytest.mark.parametrize("name", [row(name, name, check(name)) for name in DRAWS])
def check_values(ask: Ask, rng: Rng, name: str) -> None:
    """A function agrees with loops on all shapes and layouts, keeps dtypes, refuses bad input."""
    require_right(ask, list(_draw_calls(rng, name)))
    bad = [bad_expression(what, ("ValueError",), tried) for tried, what in BAD[name].items()]
    ask.refuses("attempt", bad)


def _draw_calls(rng: Rng, name: str) -> Iterator[Call]:
    """Yield calls on distinct sizes, on sizes of 1 and 0, at edges, in all layouts, as float32."""
    sizes = rng.permutation(SIZES)[:3].tolist()
    plain = Call(name, DRAWS[name](rng, *sizes))
    yield plain
    for axis in range(3):
        yield Call(name, DRAWS[name](rng, *_replace(sizes, axis, 1)))
    for args in EDGES[name](rng):
        yield Call(name, args)
    for axis in EMPTY.get(name, ()):
        yield Call(name, DRAWS[name](rng, *_replace(sizes, axis, 0)))
    if plain.arrays:
        yield from (Call(name, DRAWS[name](rng, *sizes), view) for view in VIEWS)
    if plain.operand_dtype:
        yield plain.as_float32()


def _replace(sizes: Sequence[int], axis: int, size: int) -> list[int]:
    return [size if place == axis else n for place, n in enumerate(sizes)]
