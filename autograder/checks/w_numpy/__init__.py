"""Unit w: the checks of ``warmup.py``."""

PARTS = ("values", "steps")  # the modules that hold them; they run in the order of the table
