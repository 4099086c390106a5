"""Milestone 2: the checks of ``nn.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "layers",
    "networks",
    "losses",
    "bad_input",
    "fitting",
    "learning",
)
