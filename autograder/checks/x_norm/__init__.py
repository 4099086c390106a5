"""Unit x.norm: the checks of ``norm.py``."""

PARTS = ("training_mode", "evaluation")  # the modules that hold them, in the table's order
