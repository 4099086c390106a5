"""A heap that is the same in every worker, whatever its zygote has done before.

A set of objects is iterated by their addresses, so what learner code computes may depend on where
Python puts the next object: in the gaps that earlier objects left, and these differ with all that
was graded before. A worker fills them, and begins an arena of its own.
"""

import contextlib
import ctypes
import gc
from pathlib import Path

SIZES = range(16, 513, 16)  # bytes of the blocks that Python keeps in pools, one size a pool
LARGEST = SIZES[-1]
POOL = 1 << 14  # bytes
POOLS = 63  # of an arena
HEADER = 48  # bytes of a pool before its first block
SPARE_POOLS, SPARE = 5, 10  # pools, and blocks of each size, for the zygote's own use
MOST = 1 << 15  # blocks to try; another allocator than Python's own has no pools to fill

_allocate = ctypes.PyDLL(None).PyObject_Malloc
_allocate.argtypes = [ctypes.c_size_t]
_allocate.restype = ctypes.c_size_t


class Heap:
    """The heap of the zygote, with few gaps, so that a worker fills them quickly."""

    def __init__(self) -> None:
        self.pools = _find_pools()
        self._fill_pools(LARGEST)
        taken = 1 + len(SIZES) + SPARE_POOLS
        for _ in range((POOLS - taken) * (POOL // LARGEST)):
            _allocate(LARGEST)
        for size in SIZES:
            self._fill_pools(size)
            for _ in range((POOL - HEADER) // size - SPARE):
                _allocate(size)
        self.pools = _find_pools()

    def level(self) -> None:
        """Fill all gaps: the next object of each size is among the first in a pool of its own."""
        gc.collect()
        for size in (LARGEST, *SIZES):
            self._fill_pools(size)

    def _fill_pools(self, size: int) -> None:
        """Take blocks until one lies in a pool where there was none; none is given back."""
        for _ in range(MOST):
            if _allocate(size) // POOL not in self.pools:
                return


def _find_pools() -> frozenset[int]:
    """Return the numbers of all pools that there may be in this process."""
    pools: set[int] = set()
    lines: list[str] = []
    with contextlib.suppress(OSError):  # without /proc nothing is filled
        lines = Path("/proc/self/maps").read_text().splitlines()
    for line in lines:
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        if len(line.split()) == 5:  # no file
            pools.update(range(start // POOL, -(-end // POOL)))
    return frozenset(pools)
