"""The checks alone: one package a milestone."""
