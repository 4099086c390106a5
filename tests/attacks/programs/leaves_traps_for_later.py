"""Leaves files that a later check would find: in its folder, home and the temporary folder."""

import os
import tempfile

OWN = (".", os.path.expanduser("~"), tempfile.gettempdir())
for place in OWN:
    if os.path.exists(os.path.join(place, "planted.txt")):
        print("BROKE OUT: an earlier check's file is still there")
for place in OWN:
    with open(os.path.join(place, "planted.txt"), "w") as file:
        file.write("a later check reads this")
for name in ("numpy.py", "sitecustomize.py", "math.py", "pytest.ini", "conftest.py", ".pythonrc.py"):
    with open(name, "w") as file:
        file.write("raise SystemExit(0)")
for place in ("/tmp", "/var/tmp", "/dev/shm", "/", "/root", "/home", "/etc", "/usr/lib", WORKING):
    attempt(f"wrote to {place}", lambda place=place: open(os.path.join(place, "planted"), "w"))
