"""Milestone 6: the checks of ``gpt.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "tokenizer",
    "batches",
    "pytorch",
    "tables",
    "layer_norm",
    "attention",
    "gpt",
    "adam",
    "generating",
    "bad_input",
    "learning",
    "training",
)
