"""Deletes its files while it writes them: nothing is in the folder, all is on the disk."""

import os
import time


def fill():
    for number in range(50):
        descriptor = os.open("planted", os.O_CREAT | os.O_RDWR)
        os.unlink("planted")
        os.posix_fallocate(descriptor, 0, 32 << 20)
        time.sleep(0.02)
    time.sleep(0.5)
    print("BROKE OUT: 1.6 GB in files that nobody sees")


in_one_check(fill)
