"""Unit x.manual: the checks of ``manual.py``."""

PARTS = ("layers", "networks", "training", "bad_input")  # they run in the order of the table
