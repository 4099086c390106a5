"""Announces an answer of eight bytes and never sends them."""

import os
import time


def stall():
    os.write(3, b"\0" * 7 + b"\x08")
    time.sleep(1000)


during("backward", stall)
