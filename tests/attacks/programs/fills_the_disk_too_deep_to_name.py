"""Digs so deep that no path reaches its files, and fills the disk there."""

import os
import time


def fill():
    for _ in range(30):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    for number in range(25):
        descriptor = os.open(f"planted-{number}", os.O_CREAT | os.O_RDWR)
        os.posix_fallocate(descriptor, 0, 32 << 20)
        os.close(descriptor)
        time.sleep(0.02)
    time.sleep(0.5)
    print("BROKE OUT: 800 MB too deep to see")


in_one_check(fill)
