"""Sends signals to its parent, its group, its session and everything there is.

Signal 0 shows what would be possible; only the parent is really shot at.
"""

import os
import signal


def kill():
    parent = os.getppid()
    for number in (0, signal.SIGKILL):
        attempt("killed the parent", lambda number=number: os.kill(parent, number))
        attempt("killed the parent's group", lambda number=number: os.killpg(parent, number))
    attempt("killed everything", lambda: os.kill(-1, 0))
    attempt("killed the group", lambda: os.kill(0, 0))
    attempt("killed init", lambda: os.kill(1, 0))
    attempt("by descriptor", lambda: signal.pidfd_send_signal(os.pidfd_open(parent), 0))
    attempt("by thread", lambda: signal.pthread_kill(parent, 0))


during("log", kill)
