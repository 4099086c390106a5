"""Checkpoints: the checks of ``checkpoints.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "forward",
    "proof",
    "gradients",
    "regimes",
    "curves",
    "tuning",
    "refusals",
)
