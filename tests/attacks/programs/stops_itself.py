"""Stops itself with SIGSTOP and ignores every signal that can be ignored."""

import os
import signal


def stop():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    os.kill(os.getpid(), signal.SIGSTOP)


during("backward", stop)
