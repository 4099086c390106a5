"""Hand-ins before anything runs: finding, unpacking, choosing, refusing and hashing them."""
