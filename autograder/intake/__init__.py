"""What was handed in: found, unpacked, chosen, refused and hashed, before anything runs."""
