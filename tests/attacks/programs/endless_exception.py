"""Raises an exception whose text never ends."""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def fail():
    raise Endless


during("backward", fail)
