"""Closes, duplicates, shuts down and reopens its descriptors."""

import os
import socket


def close():
    one_of([
        lambda: os.closerange(0, 64),
        lambda: [os.close(number) for number in (1, 2)],
        lambda: os.close(3),
        lambda: os.dup2(0, 3),
        lambda: os.dup2(1, 3),
        lambda: socket.socket(fileno=3).shutdown(socket.SHUT_RD),
        lambda: socket.socket(fileno=3).shutdown(socket.SHUT_WR),
        lambda: socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RDWR),
        lambda: [os.dup(3) for _ in range(100)],
    ])()  # fmt: skip


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, close)
