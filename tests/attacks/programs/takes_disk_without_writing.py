"""Takes disk by calls: files without a name from the start, allocation, memory as files, copies."""

import os


def take():
    held = []
    attempt("O_TMPFILE", lambda: os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600))
    attempt("memfd", lambda: os.memfd_create("planted"))
    for number in range(60):
        descriptor = os.open(f"planted-{number}", os.O_CREAT | os.O_RDWR)
        refused("fallocate", libc().fallocate(descriptor, 1, 0, 32 << 20))
        os.ftruncate(descriptor, 32 << 20)
        held.append(descriptor)
        if number:
            os.copy_file_range(held[0], descriptor, 32 << 20, 0, 0)
    print("BROKE OUT: 1.9 GB in files")


in_one_check(take)
