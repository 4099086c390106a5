"""Sleeps in every check until shortly before its deadline."""

import time

during("backward", lambda: time.sleep(1.5))
