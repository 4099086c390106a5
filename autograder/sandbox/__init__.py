"""The judge's handle on workers: start one, ask it, time it, end it."""
