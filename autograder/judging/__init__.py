"""Trusted numerics: what the right answer is, how far off an answer was, and why it may be."""
