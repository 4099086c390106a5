"""Unit w.hand: the checks of ``by_hand.py``."""

PARTS = ("numbers",)  # the module that holds them; they run in the order of the table
