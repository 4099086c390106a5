"""A score for those who read it: terminal, table, page."""
