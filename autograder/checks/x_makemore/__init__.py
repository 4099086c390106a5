"""Unit x.makemore: the checks of ``makemore.py``."""

PARTS = ("bigrams", "networks", "bad_input")  # they run in the order of the table
