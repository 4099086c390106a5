"""What the reference reaches: ``python -m tests.evidence.run`` measures it in both profiles."""
