"""Ends with exit code 0 as soon as it is imported."""

import atexit
import os

atexit.register(os._exit, 0)
os._exit(0)
