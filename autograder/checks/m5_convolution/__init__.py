"""Milestone 5: is ``conv.py`` right?"""

PARTS = (  # the modules of its checks, in the catalogue's order
    "im2col",
    "col2im",
    "conv2d",
    "gradients",
    "graphs",
    "pooling",
    "layers",
    "networks",
    "training",
)
