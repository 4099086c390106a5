"""Reads the tests, the solution, the goldens, the other submissions, the secret, /proc and keys."""

import os
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
KIT = next(
    os.path.dirname(os.path.dirname(module.__file__))
    for name, module in list(sys.modules.items())
    if name == "autograder.worker.wire"
)
FILES = (
    f"{WORKING}/secret.txt", f"{WORKING}/class/alice/engine.py", f"{HERE}/../secret.txt",
    f"{KIT}/judging/golden/m1.npz", f"{KIT}/judging/pitfalls/m1.msgpack", f"{KIT}/course/course.toml",
    f"{KIT}/checks/m1_scalar_autograd/graphs.py", f"{KIT}/../solutions/m1_scalar_autograd/engine.py",
    f"{KIT}/probes/m1_scalar_autograd.py", "/proc/1/environ", "/proc/self/environ", "/proc/self/maps",
    "/proc/self/mem", f"/proc/{os.getppid()}/environ", f"/proc/{os.getppid()}/mem", "/proc/net/tcp",
    "/etc/passwd", "/etc/shadow", "/root/.ssh/id_rsa", "/var/log/syslog", "/dev/mem", "/dev/kmsg",
)  # fmt: skip
FOLDERS = (
    HERE + "/..", WORKING, WORKING + "/class", KIT, KIT + "/judging/golden", "/", "/tmp", "/root", "/proc",
    "/home", os.path.dirname(KIT), "/dev/shm", "/sys",
)  # fmt: skip


def read(name):
    with open(name, "rb") as file:
        return file.read(60)


def search():
    for name in FILES:
        attempt(f"read {name}", lambda name=name: read(name))
    for name in FOLDERS:
        attempt(f"listed {name}", lambda name=name: os.listdir(name))
    for place in ("purelib", "platlib"):
        attempt("listed packages", lambda place=place: os.listdir(sysconfig.get_path(place)))
    attempt("read a package", lambda: read(sys.modules["msgspec"].__file__))


during("log", search)
