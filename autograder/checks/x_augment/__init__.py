"""Unit x.augment: the checks of ``augment.py``."""

PARTS = ("alterations", "batches", "training")  # the modules that hold them, in the table's order
