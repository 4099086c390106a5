"""Makes folders and files without read or write permission, to be neither measured nor removed."""

import os
import time


def fill():
    os.umask(0o777)
    for mode in (0o700, 0o300, 0o777):
        os.mkdir(f"planted-{mode}", mode)
    os.umask(0o400)
    os.mkdir("planted")
    os.chdir("planted")
    for number in range(25):
        descriptor = os.open(f"planted-{number}", os.O_CREAT | os.O_RDWR, 0)
        os.posix_fallocate(descriptor, 0, 32 << 20)
        os.close(descriptor)
        time.sleep(0.02)
    time.sleep(0.5)
    print("BROKE OUT: 800 MB in a folder that cannot be listed")


in_one_check(fill)
