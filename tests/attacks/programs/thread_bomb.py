"""Starts threads with small stacks until something gives way."""

import threading
import time


def explode():
    threading.stack_size(32 << 10)
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


in_one_check(explode)
