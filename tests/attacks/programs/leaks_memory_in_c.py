"""Lets the C library and NumPy fail for want of memory, and catches what can be caught."""

import numpy as np


def fill():
    kept = []
    while True:
        try:
            kept.append(np.empty(8 << 20))  # address space is what is limited
        except MemoryError:
            break
    libc().abort()


in_one_check(fill)
