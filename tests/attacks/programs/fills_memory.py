"""Fills memory: the heap, anonymous and shared maps, memfd, tmpfs and huge integers."""

import mmap
import os


def fill():
    kept = []
    attempt("memfd", lambda: os.memfd_create("planted"))
    attempt("shm", lambda: open("/dev/shm/planted", "wb"))
    try:
        while True:
            kept.append(mmap.mmap(-1, 64 << 20))
            kept.append(bytearray(64 << 20))
    except (MemoryError, OSError):
        pass
    if len(kept) > 64:
        print("BROKE OUT: memory", len(kept))
    kept.append(b"x" * (1 << 33))


in_one_check(fill)
