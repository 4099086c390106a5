"""Spends all its time in one call that no signal handler interrupts."""

import re

during("backward", lambda: re.match(r"(a+)+$", "a" * 60 + "b"))
