"""Attaches to the judge, reads and writes its memory, takes its descriptors."""

import ctypes
import os


def trace():
    parent, buffer = os.getppid(), ctypes.create_string_buffer(64)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 64)
    for name, number, arguments in (
        ("ptrace attach", 101, (16, parent, 0, 0)),
        ("ptrace seize", 101, (0x4206, parent, 0, 0)),
        ("ptrace me", 101, (0, 0, 0, 0)),
        ("read memory", 310, (parent, vector, 1, vector, 1, 0)),
        ("write memory", 311, (parent, vector, 1, vector, 1, 0)),
        ("pidfd", 434, (parent, 0)),
        ("take descriptor", 438, (4, 0, 0)),
        ("kcmp", 312, (parent, os.getpid(), 0, 0, 0)),
        ("perf", 298, (vector, parent, -1, -1, 0)),
    ):
        refused(name, libc().syscall(number, *arguments))


during("log", trace)
