"""A heap that is the same in every worker, whatever its zygote has done before.

A set of objects is iterated by their addresses, so what learner code computes may depend on where
Python puts the next object: in the gaps that earlier objects left, and these differ with all that
was graded before. A worker fills them, and begins an arena of its own.
"""

import bisect
import contextlib
import functools
import gc
from collections.abc import Callable
from pathlib import Path

SIZES = range(16, 513, 16)  # bytes of the blocks that Python keeps in pools, one size a pool
NUMBERS = 32  # an integer's size; an address is one, so these come last
LARGEST = SIZES[-1]
POOL = 1 << 14  # bytes
POOLS = 63  # of an arena
HEADER = 48  # bytes of a pool before its first block
SPARE_POOLS, SPARE = 5, 24  # pools, and blocks of each size, for the zygote's own use
MOST = 1 << 15  # blocks to try; another allocator than Python's own has no pools to fill
ROOM = LARGEST // 8 + 1  # a list of so many blocks lies in no pool itself

_BIG = 1 << 40
_MAKERS: dict[int, Callable[[], object]] = {
    **{size: functools.partial(bytes, size - 33) for size in SIZES[2:]},
    16: object,
    NUMBERS: lambda: _BIG + 1,
}
_ORDER = (LARGEST, *(size for size in SIZES[:-1] if size != NUMBERS), NUMBERS)


class Heap:
    """The heap of the zygote, with few gaps, so that a worker fills them quickly."""

    def __init__(self) -> None:
        self.blocks: list[object] = [None] * ROOM
        self.bounds = _find_bounds()
        self._fill_pools(LARGEST)
        taken = 1 + len(SIZES) + SPARE_POOLS
        self._take((POOLS - taken) * (POOL // LARGEST), LARGEST)
        for size in _ORDER[1:]:
            self._fill_pools(size)
            self._take((POOL - HEADER) // size - SPARE, size)
        self.bounds = _find_bounds()

    def level(self) -> None:
        """Fill all gaps: the next object of each size is among the first in a pool of its own."""
        gc.collect()
        for size in _ORDER:
            self._fill_pools(size)

    def _take(self, count: int, size: int) -> None:
        self.blocks += [_MAKERS[size]() for _ in range(count)]

    def _fill_pools(self, size: int) -> None:
        """Take blocks until one lies in a pool where there was none; none is given back."""
        make, most = _MAKERS[size], len(self.blocks) + MOST
        while len(self.blocks) < most:
            self.blocks.append(make())
            if self._is_new(self.blocks[-1]):
                return

    def _is_new(self, block: object) -> bool:
        return bisect.bisect(self.bounds, id(block)) % 2 == 0


def _find_bounds() -> list[int]:
    """Return where the memory that this process has by now begins and ends, and begins again.

    They are few: numbers lie in pools, too.
    """
    bounds: list[int] = []
    lines: list[str] = []
    with contextlib.suppress(OSError):  # without /proc nothing is filled
        lines = Path("/proc/self/maps").read_text().splitlines()
    for line in lines:
        if len(line.split()) == 5:  # no file
            bounds += (int(part, 16) for part in line.split()[0].split("-"))
    return bounds
