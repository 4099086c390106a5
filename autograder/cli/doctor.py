"""``autograder doctor``: what this machine offers, and what to do about what it lacks."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata

from autograder import __version__
from autograder.course import load_course
from autograder.course.assignments import find_assignments
from autograder.data import registry, store
from autograder.exchange import checkout
from autograder.reports.terminal import open_console
from autograder.sandbox.isolation import missing_isolation

PACKAGES = ("numpy", "pytest", "pytest-json-report", "msgspec", "matplotlib")
MIN_FREE_GIB = 1  # GiB free that grading a class should find

Finding = tuple[bool, str, str]  # good?, the line, what to do


def run() -> None:
    """Print a line per finding, and what to do about the bad ones."""
    out = open_console()
    for good, line, remedy in _check_machine():
        out.print(f"{'ok  ' if good else 'note'}  {line}", style=None if good else "yellow")
        if not good:
            out.print(f"      {remedy}")


def _check_machine() -> Iterator[Finding]:
    yield True, f"autograder {__version__}, Python {platform.python_version()}", ""
    yield (
        True,
        f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores",
        "",
    )
    yield from map(_check_package, PACKAGES)
    if checkout.is_here():  # a student has no use for them
        yield _check_teaching()
    yield _check_isolation()
    yield _check_secret()
    yield _check_space()
    yield _check_data()
    yield _check_assignments()


def _check_package(name: str) -> Finding:
    try:
        return True, f"{name} {metadata.version(name)}", ""
    except metadata.PackageNotFoundError:
        return False, f"{name} is not installed", "install the kit again with its constraints"


def _check_teaching() -> Finding:
    missing = [name for name in checkout.TEACH if not checkout.is_installed(name)]
    what = f"extra 'teach': {', '.join(checkout.TEACH)}"
    if missing:
        what = f"extra 'teach': {', '.join(missing)} not installed"
    remedy = f"only release and export nbgrader or gradescope need it: {checkout.INSTALL}"
    return not missing, what, remedy


def _check_isolation() -> Finding:
    if sys.platform != "linux":
        remedy = "grade untrusted work on Linux; your own work is fine here"
        return False, "isolation: process (strict needs Linux)", remedy
    missing = missing_isolation()
    return not missing, f"isolation: {'process' if missing else 'strict'}", " ".join(missing)


def _check_assignments() -> Finding:
    names = [f"{m.folder}/{m.module}.py" for m in load_course().milestones]
    absent = [name for name in names if not (find_assignments() / name).is_file()]
    line = f"stubs of {len(names) - len(absent)} of {len(names)} milestones"
    return not absent, line, f"run 'make assignments': {', '.join(absent)}"


def _check_secret() -> Finding:
    remedy = (
        "set AUTOGRADER_SECRET before grading a class, so that hidden inputs cannot be foreseen"
    )
    return (
        bool(load_course().secret),
        "course secret" + ("" if load_course().secret else " is not set"),
        remedy,
    )


def _check_data() -> Finding:
    dataset = registry.load_registry().dataset("mnist")
    try:
        data_store = store.open_store(load_course().grading.data_dir)
        absent = [file.name for file in dataset.files if data_store.find(dataset, file) is None]
    except store.DataMissing as problem:
        return False, f"data: {problem}", "replace that file, or remove it"
    remedy = "only the full profile needs it: run 'autograder data fetch mnist'"
    return not absent, "data: MNIST" + (" is not here" if absent else ""), remedy


def _check_space() -> Finding:
    free = shutil.disk_usage(os.environ.get("TMPDIR", "/tmp" if os.name == "posix" else ".")).free
    line = f"{free >> 30} GiB free for scratch folders"
    return free > MIN_FREE_GIB << 30, line, "set TMPDIR elsewhere"
