"""Maps files of holes and writes a byte to each page: they grow without a write."""

import mmap
import os


def fill():
    held = []
    for number in range(60):
        descriptor = os.open(f"planted-{number}", os.O_CREAT | os.O_RDWR)
        os.ftruncate(descriptor, 32 << 20)
        held.append(mmap.mmap(descriptor, 32 << 20))
        os.close(descriptor)
        for page in range(0, 32 << 20, 4096):
            held[-1][page] = 1
    print("BROKE OUT: 1.9 GB in maps")


in_one_check(fill)
