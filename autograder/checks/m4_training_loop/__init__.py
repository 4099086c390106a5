"""Milestone 4: the checks of ``training.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "idx_files",
    "splits",
    "layers",
    "parameters",
    "dropout",
    "optimiser",
    "schedules",
    "fitting",
    "modes",
    "chance",
    "saving",
    "bad_input",
    "training",
    "classifiers",
)
