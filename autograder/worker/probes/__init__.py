"""The worker's side: the few lines that touch the learner's objects, one module a milestone.

A probe imports what it needs inside itself, so that it can be read, and run, on its own.
"""
