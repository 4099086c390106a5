"""Milestone 1: the checks of ``engine.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "operations",
    "graphs",
    "pytorch",
    "bad_input",
    "gradcheck",
)
