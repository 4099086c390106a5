"""Imports past the guard, runs machine code from its folder, and loads what is not Python's."""

import importlib
import importlib.util
import os


def load():
    for name in ("torch", "pytest", "autograder.numerics.goldens", "autograder.judge.session"):
        attempt(f"imported {name}", lambda name=name: importlib.import_module(name))
    sys.meta_path[:] = [it for it in sys.meta_path if type(it).__name__ != "ImportGuard"]
    for name in (
        "autograder.numerics.goldens",
        "autograder.judge.session",
        "solutions.m1_scalar_autograd.engine",
        "_pytest.main",
    ):
        attempt(f"imported {name} unguarded", lambda name=name: importlib.import_module(name))
    with open("planted.so", "wb") as file:
        file.write(b"\x7fELF" + b"\0" * 100)
    attempt("library", lambda: libc().__class__(os.path.abspath("planted.so")))
    attempt("ran", lambda: os.execv("/proc/self/exe", ["python"]))


during("log", load)
