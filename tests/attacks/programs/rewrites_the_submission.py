"""Writes a better engine, traps and bytecode into the submission's folder for later checks."""

import os

FOLDER = os.path.dirname(os.path.abspath(__file__))
for name in ("engine.py", "numpy.py", "planted.py", "planted.pth", "__pycache__/engine.cpython-311.pyc"):
    attempt(f"wrote {name}", lambda name=name: open(os.path.join(FOLDER, name), "r+b"))
    attempt(f"made {name}", lambda name=name: open(os.path.join(FOLDER, name), "xb"))
attempt("made a folder", lambda: os.mkdir(os.path.join(FOLDER, "__pycache__")))
attempt("removed", lambda: os.unlink(os.path.abspath(__file__)))
attempt("renamed", lambda: os.rename(FOLDER, FOLDER + "-planted"))
attempt("emptied", lambda: os.truncate(os.path.abspath(__file__), 0))
for folder in sys.path:
    attempt(f"wrote to {folder}", lambda folder=folder: open(os.path.join(folder, "planted.py"), "w"))
