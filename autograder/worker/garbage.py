"""How often Python looks for garbage: seldom where a graph is made of numbers.

It looks after every 700 new objects, and a graph of scalars makes ten with each sum: to look
through a graph that grows takes longer than to build it. An array may be large, so there Python's
own pace stays.
"""

import gc

SCALAR = ("m1.", "m2.")  # probes of milestones whose graphs are made of numbers
OBJECTS = 50_000  # some 20 MB of them


def set_pace(probe: str) -> None:
    """Choose how often Python looks for garbage while `probe` runs."""
    if probe.startswith(SCALAR):
        gc.set_threshold(OBJECTS)
