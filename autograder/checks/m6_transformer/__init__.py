"""Milestone 6: is ``gpt.py`` right?"""

PARTS = (  # the modules of its checks, in the catalogue's order
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
    "training",
)
