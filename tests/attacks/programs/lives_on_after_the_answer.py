"""Goes on after its answer: threads, finalizers, exit hooks, alarms."""

import atexit
import os
import signal
import threading
import time


def go_on():
    while True:
        time.sleep(0.01)
        os.write(3, packed({"out": [0.0] * 6, "grad": [[0.0]] * 6}))


class Undead:
    def __del__(self):
        while True:
            time.sleep(1)


signal.signal(signal.SIGALRM, lambda *_: go_on())
signal.setitimer(signal.ITIMER_REAL, 0.5)
atexit.register(go_on)
undead = Undead()
during("relu", lambda: threading.Thread(target=go_on).start())
