"""The judge's own mathematics, comparisons, thresholds and stored PyTorch values."""
