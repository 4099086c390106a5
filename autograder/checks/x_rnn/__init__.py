"""Unit x.rnn: the checks of ``rnn.py``."""

PARTS = ("steps", "states", "copying")  # the modules that hold them, in the table's order
