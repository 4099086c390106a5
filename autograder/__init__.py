"""A graded exercise kit: build a neural network from scratch, checked by an autograder."""

__version__ = "0.2.0"
