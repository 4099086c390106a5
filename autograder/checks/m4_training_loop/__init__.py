"""Milestone 4: is ``training.py`` right?"""

PARTS = (  # the modules of its checks, in the catalogue's order
    "idx_files",
    "splits",
    "layers",
    "dropout",
    "optimiser",
    "schedules",
    "fitting",
    "chance",
    "saving",
    "bad_input",
    "training",
)
