"""Announces an answer of 2**63 bytes."""

import os

during("log", lambda: os.write(3, b"\x80" + b"\0" * 7))
during("tanh", lambda: os.write(3, b"\xff" * 8))
