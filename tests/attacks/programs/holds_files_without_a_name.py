"""Writes files, maps one page of each, takes their names away: no folder and no descriptor has them."""

import ctypes
import mmap
import os


def fill():
    libc, held, files = ctypes.CDLL(None), [], set()
    ways = (
        lambda: os.remove("planted"),
        lambda: libc.unlink(b"planted"),
        lambda: (open("other", "w").close(), os.replace("other", "planted")),
        lambda: (open("other", "w").close(), libc.rename(b"other", b"planted")),
    )
    for number in range(60):
        descriptor = os.open("planted", os.O_CREAT | os.O_RDWR)
        for _ in range(16):
            os.write(descriptor, bytes(1 << 20))
        held.append(mmap.mmap(descriptor, 4096))
        files.add(os.fstat(descriptor).st_ino)
        os.close(descriptor)
        ways[number % len(ways)]()
    if len(files) * 16 > 300:
        print("BROKE OUT: MB held:", len(files) * 16)


in_one_check(fill)
