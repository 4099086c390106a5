"""Compiles code whose file, function and line names steer a terminal, and fails in it."""

import linecache
import os

NAME = os.path.join(os.path.dirname(__file__), "\x1b[2J<script>=cmd.py")
SOURCE = "def f():\n    raise ValueError('\x1b[31m')\n"


def fail():
    linecache.cache[NAME] = (len(SOURCE), None, ["\x1b[2J" * 50_000 + "\n"] * 5, NAME)
    names = {}
    exec(compile(SOURCE, NAME, "exec"), names)
    names["f"].__code__ = names["f"].__code__.replace(co_name="\x1b[2J" * 1_000)
    names["f"]()


for method in ("tanh", "log"):
    during(method, fail)
