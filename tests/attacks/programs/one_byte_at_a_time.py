"""Sends its answer so slowly that the judge always has something to read, and fills the disk."""

import os
import threading
import time


def fill():
    for number in range(10_000):
        with open(f"planted-{number}", "wb") as file:
            file.write(b"x" * (8 << 20))
        time.sleep(0.01)


def drip():
    threading.Thread(target=fill, daemon=True).start()
    os.write(3, b"\0" * 5 + b"\x0f\xff\xff")
    for _ in range(100_000):
        os.write(3, b"\x90")
        time.sleep(0.001)


during("backward", drip)
