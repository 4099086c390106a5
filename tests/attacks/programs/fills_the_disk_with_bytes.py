"""Writes 20 GB: files of the greatest size allowed, allocated at once, copied and grown by maps."""

import os


def fill():
    for number in range(640):
        descriptor = os.open(f"planted-{number}", os.O_CREAT | os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, 32 << 20)
            os.posix_fallocate(descriptor, 0, 1 << 40)
            print("BROKE OUT: a file of a terabyte")
        except OSError:
            pass
        os.close(descriptor)
    held = sum(os.stat(name).st_blocks * 512 for name in os.listdir())
    if held > 300 << 20:
        print("BROKE OUT: bytes held", held)


in_one_check(fill)
