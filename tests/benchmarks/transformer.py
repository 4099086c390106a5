"""A training step of milestone 6's GPT beside PyTorch's: milliseconds and peak memory.

The reference is composed of Tensor operations; *tuned*, `tests/alternatives/fast`, does attention
and layer norm as a node each.
"""

from tests.benchmarks.measure import Row
from tests.benchmarks.steps import GPT_PRODUCTS, GPT_SIZE, count_operations
from tests.benchmarks.turns import compare, weigh

OURS = ("reference", "tuned")
TARGETS = {"reference": "2", "tuned": "1.3"}


def rows() -> list[Row]:
    """Time all in turns, and weigh each."""
    what, operations = f"one step ({GPT_SIZE})", count_operations(GPT_PRODUCTS)
    return [
        *compare("GPT", OURS, what, count=10, times=1, targets=TARGETS, operations=operations),
        *weigh("GPT", OURS, count=20),
    ]
