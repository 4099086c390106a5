"""Unit x.activations: the checks of ``activations.py``."""

PARTS = ("curves", "ends")  # the modules that hold them; they run in the order of the table
