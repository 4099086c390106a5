"""Passes descriptors and urgent bytes to the judge over their socket."""

import os
import socket


def send():
    with socket.socket(fileno=os.dup(3)) as channel:
        one_of([
            lambda: [socket.send_fds(channel, [b"\0"], [0] * 50) for _ in range(20)],
            lambda: channel.send(b"\0", socket.MSG_OOB),
            lambda: [channel.send(b"", 0) for _ in range(100)],
            lambda: channel.sendall(packed({"out": [0.0] * 6}), socket.MSG_OOB),
        ])()  # fmt: skip


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, send)
