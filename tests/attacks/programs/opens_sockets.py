"""Opens sockets of every family, and uses the one it has to reach others."""

import os
import socket
import urllib.request


def connect():
    for family in range(50):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            attempt(f"family {family}", lambda family=family, kind=kind: socket.socket(family, kind))
    attempt("http", lambda: urllib.request.urlopen("http://127.0.0.1:1/", timeout=1))
    attempt("name", lambda: socket.getaddrinfo("example.org", 80) and 1 / 0)
    channel = socket.socket(fileno=os.dup(3))
    attempt("connect", lambda: channel.connect("\0planted"))
    attempt("bind", lambda: channel.bind("\0planted"))
    attempt("listen", lambda: channel.listen())
    attempt("pair", lambda: socket.socketpair(socket.AF_INET))
    channel.detach()


in_one_check(connect)
