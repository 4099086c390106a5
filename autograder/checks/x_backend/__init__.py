"""Unit x.backend: the checks of ``backend.py``."""

PARTS = ("pieces", "network")  # the modules that hold them; they run in the order of the table
