"""``autograder doctor``: what this machine offers, and what to do about what it lacks."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata

from autograder import __version__
from autograder.course import load
from autograder.course.assignments import folder as assignments
from autograder.data import registry, store
from autograder.reports.terminal import console
from autograder.sandbox.isolation import missing_isolation

PACKAGES = ("numpy", "pytest", "pytest-json-report", "nbgrader", "scikit-learn", "msgspec")
SPACE = 1  # GiB free that grading a class should find

Finding = tuple[bool, str, str]  # good?, what it is, what to do


def run() -> None:
    """Print a line a finding, and what to do about the bad ones."""
    out = console()
    for good, what, remedy in _findings():
        out.print(f"{'ok  ' if good else 'look'}  {what}", style=None if good else "yellow")
        if not good:
            out.print(f"      {remedy}")


def _findings() -> Iterator[Finding]:
    yield True, f"autograder {__version__}, Python {platform.python_version()}", ""
    yield (
        True,
        f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores",
        "",
    )
    yield from map(_package, PACKAGES)
    yield _isolation()
    yield _secret()
    yield _space()
    yield _data()
    yield _assignments()


def _package(name: str) -> Finding:
    try:
        return True, f"{name} {metadata.version(name)}", ""
    except metadata.PackageNotFoundError:
        return False, f"{name} is not installed", "install the kit again with its constraints"


def _isolation() -> Finding:
    if sys.platform != "linux":
        remedy = "grade untrusted work on Linux; your own work is fine here"
        return False, "isolation: process (strict needs Linux)", remedy
    missing = missing_isolation()
    return not missing, f"isolation: {'process' if missing else 'strict'}", " ".join(missing)


def _assignments() -> Finding:
    names = [f"{m.folder}/{m.module}.py" for m in load().milestones]
    absent = [name for name in names if not (assignments() / name).is_file()]
    what = f"stubs of {len(names) - len(absent)} of {len(names)} milestones"
    return not absent, what, f"run 'make assignments': {', '.join(absent)}"


def _secret() -> Finding:
    remedy = (
        "set AUTOGRADER_SECRET before grading a class, so that hidden inputs cannot be foreseen"
    )
    return bool(load().secret), "course secret" + ("" if load().secret else " is not set"), remedy


def _data() -> Finding:
    dataset = registry.load().dataset("mnist")
    try:
        shelf = store.default(load().grading.data_dir)
        lost = [file.name for file in dataset.files if shelf.find(dataset, file) is None]
    except store.DataMissing as problem:
        return False, f"data: {problem}", "replace that file, or remove it"
    remedy = "only the full profile needs it: run 'autograder data fetch mnist'"
    return not lost, "data: MNIST" + (" is not here" if lost else ""), remedy


def _space() -> Finding:
    free = shutil.disk_usage(os.environ.get("TMPDIR", "/tmp" if os.name == "posix" else ".")).free
    return free > SPACE << 30, f"{free >> 30} GiB free for scratch folders", "set TMPDIR elsewhere"
