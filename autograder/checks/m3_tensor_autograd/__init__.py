"""Milestone 3: the checks of ``tensor.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "operations",
    "broadcasting",
    "reductions",
    "products",
    "shapes",
    "graphs",
    "softmax",
    "dtypes",
    "losses",
    "bad_input",
    "by_hand",
    "pytorch",
    "training",
)
