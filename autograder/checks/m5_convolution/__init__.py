"""Milestone 5: the checks of ``conv.py``."""

PARTS = (  # the modules that hold them; they run in the order of the table
    "im2col",
    "col2im",
    "conv2d",
    "gradients",
    "graphs",
    "pooling",
    "layers",
    "networks",
    "stacked",
    "training",
)
