"""Sends problems that no exception made: huge, with control characters, and with false bases."""

import os


def answer():
    huge, steering = "A" * 100_000, "\x1b[2J\x9b31m\u202e\x00<script>alert(1)</script>"
    problem = one_of([
        {"type": huge, "bases": [huge], "message": huge},
        {"type": steering, "bases": [steering], "message": steering, "importing": True},
        {"type": "E", "bases": ["NotImplementedError"], "message": "milestone 999: \x1b[2J" + huge},
        {"type": "E", "bases": [], "message": "", "frames": [
            {"file": steering, "line": 2**63, "function": steering, "code": huge}] * 100},
        {"type": "ImportError", "bases": [], "message": steering},
        {"type": 1, "bases": 2, "message": 3},
        {"type": "E"},
        {},
    ])  # fmt: skip
    body = sys.modules["msgspec"].msgpack.encode({"value": None, "problem": problem})
    os.write(3, struct.pack("!Q", len(body)) + body)


during("tanh", answer)
during("log", answer)
during("sigmoid", answer)
