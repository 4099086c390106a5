"""Data sets: what there is, where it lies, and how it gets there. Knows nothing of checks."""
