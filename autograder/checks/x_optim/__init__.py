"""Unit x.optim: the checks of ``optim.py``."""

PARTS = ("walks", "penalties")  # the modules that hold them; they run in the order of the table
