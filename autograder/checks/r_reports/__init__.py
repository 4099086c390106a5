"""Unit r: the checks of ``experiment.py`` and of the documents beside it."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "network",
    "functions",
    "runs",
    "repeats",
    "claims",
    "equations",
    "training",
    "texts",
)
