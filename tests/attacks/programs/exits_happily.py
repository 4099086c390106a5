"""Ends with exit code 0 in the middle of an answer."""

import os

during("tanh", lambda: os._exit(0))
during("log", lambda: os._exit(0))
