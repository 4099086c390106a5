"""Writes as fast as it can from several threads, many files at a time, before anybody looks."""

import os
import threading
import time


def write(name, block):
    descriptors = [os.open(f"{name}-{number}", os.O_CREAT | os.O_WRONLY) for number in range(10)]
    for _ in range(31):
        for descriptor in descriptors:
            os.write(descriptor, block)


def fill():
    block = bytes(1 << 20)
    threads = [threading.Thread(target=write, args=(f"planted-{n}", block)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sum(os.path.getsize(name) for name in os.listdir()) > 300 << 20:
        time.sleep(0.2)
        print("BROKE OUT: 1.5 GB")


in_one_check(fill)
