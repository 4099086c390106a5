"""Prints without end from many threads, so that the judge is always reading."""

import os
import threading


def flood():
    while True:
        os.write(1, b"x" * 65_536)


for _ in range(8):
    threading.Thread(target=flood, daemon=True).start()
during("backward", flood)
