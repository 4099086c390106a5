"""Data sets: their registry, the store they lie in, and the download. Knows nothing of checks."""
