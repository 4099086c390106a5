"""Raises the size of a file and their number, and makes files larger than the greatest allowed."""

import os
import resource
import signal


def exceed():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        hard = resource.getrlimit(limit)[1]
        attempt("a limit", lambda: resource.setrlimit(limit, (hard + 1, hard + 1)))  # noqa: B023
    held = []
    try:
        while len(held) < 100:
            held.append(os.open(f"planted-{len(held)}", os.O_CREAT | os.O_RDWR))
    except OSError:
        pass
    if len(held) == 100:
        print("BROKE OUT: files open")
    attempt("a large file", lambda: os.ftruncate(held[0], 64 << 20))
    attempt("a write far out", lambda: os.pwrite(held[0], b"x", 64 << 20))
    for descriptor in held:
        os.ftruncate(descriptor, 32 << 20)
        for place in range(32):
            os.pwrite(descriptor, bytes(1 << 20), place << 20)
    print("BROKE OUT: all files full")


in_one_check(exceed)
