"""Ends itself by every signal there is, real-time signals without a name among them."""

import os
import resource


def die():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), one_of([37, 40, 63, 64, 34, 6, 11, 4, 7, 8, 31, 24, 14]))


for method in ("tanh", "log", "sigmoid", "relu", "__sub__"):
    during(method, die)
