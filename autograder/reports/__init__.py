"""Scores for people: on a terminal, as tables, as pages."""
