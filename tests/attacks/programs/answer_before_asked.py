"""Forges an answer of zeros on descriptor 3 before the question has been read."""

import os

os.write(3, packed({"out": [0.0] * 6, "grad": [[0.0]] * 6, "values": [[0.0]], "slopes": [[0.0]] * 6}))
