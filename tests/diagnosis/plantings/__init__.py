"""The mistakes planted in each base: a name, then old and new text in turn."""
