"""Crashes: null pointers, endless C recursion, illegal instructions, a broken heap."""

import ctypes


def nested():
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    return deep


def crash():
    one_of([
        lambda: ctypes.string_at(0),
        lambda: ctypes.memset(id(None), 0, 4096),
        lambda: libc().abort(),
        lambda: (libc().free(ctypes.c_void_p(id(crash) + 1))),
        lambda: ctypes.pythonapi.Py_FatalError(b"planted"),
        lambda: sys.setrecursionlimit(1 << 30) or repr(nested()),
    ])()  # fmt: skip


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, crash)
