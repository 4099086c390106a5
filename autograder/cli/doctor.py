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
from autograder.language.catalogue import translate
from autograder.language.phrases import translate_phrase
from autograder.language.sentences import translate_sentence
from autograder.reports.terminal import open_console
from autograder.sandbox.isolation import missing_isolation

PACKAGES = ("numpy", "pytest", "pytest-json-report", "msgspec", "matplotlib")
MIN_FREE_GIB = 1  # GiB free that grading a class should find

Finding = tuple[bool, str, str]  # good?, the line, what to do


def run() -> None:
    """Print a line per finding, and what to do about the bad ones."""
    out = open_console()
    heads = translate("ok"), translate("note")
    width = max(map(len, heads))
    for good, line, remedy in _check_machine():
        head = heads[0 if good else 1].ljust(width)
        out.print(f"{head}  {line}", style=None if good else "yellow")
        if not good:
            out.print(f"{' ' * width}  {remedy}")


def _check_machine() -> Iterator[Finding]:
    yield True, f"autograder {__version__}, Python {platform.python_version()}", ""
    machine = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield True, translate("{machine}, {count} cores", machine=machine, count=os.cpu_count()), ""
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
        absent = translate("{name} is not installed", name=name)
        return False, absent, translate("install the kit again with its constraints")


def _check_teaching() -> Finding:
    missing = [name for name in checkout.TEACH if not checkout.is_installed(name)]
    there, absent = "extra 'teach': {names}", "extra 'teach': {names} not installed"
    names = ", ".join(missing or checkout.TEACH)
    remedy = "only release and export nbgrader or gradescope need it: {command}"
    return (
        not missing,
        translate(absent if missing else there, names=names),
        translate(remedy, command=checkout.INSTALL),
    )


def _check_isolation() -> Finding:
    if sys.platform != "linux":
        remedy = translate("grade untrusted work on Linux; your own work is fine here")
        return False, translate("isolation: process (strict needs Linux)"), remedy
    missing = missing_isolation()
    level = translate("isolation: {level}", level="process" if missing else "strict")
    return not missing, level, " ".join(map(translate_sentence, missing))


def _check_assignments() -> Finding:
    names = [f"{m.folder}/{m.module}.py" for m in load_course().milestones]
    absent = [name for name in names if not (find_assignments() / name).is_file()]
    line = "stubs of {count} of {total} milestones"
    return (
        not absent,
        translate(line, count=len(names) - len(absent), total=len(names)),
        translate("run 'make assignments': {names}", names=", ".join(absent)),
    )


def _check_secret() -> Finding:
    remedy = (
        "set AUTOGRADER_SECRET before grading a class, so that hidden inputs cannot be foreseen"
    )
    secret, unset = load_course().secret, "course secret is not set"
    return bool(secret), translate("course secret" if secret else unset), translate(remedy)


def _check_data() -> Finding:
    dataset = registry.load_registry().dataset("mnist")
    try:
        data_store = store.open_store(load_course().grading.data_dir)
        absent = [file.name for file in dataset.files if data_store.find(dataset, file) is None]
    except store.DataMissing as problem:
        wrong = translate("data: {problem}", problem=translate_phrase(problem.phrase))
        return False, wrong, translate("replace that file, or remove it")
    remedy = "only the full profile needs it: run 'autograder data fetch mnist'"
    line = "data: MNIST is not here" if absent else "data: MNIST"
    return not absent, translate(line), translate(remedy)


def _check_space() -> Finding:
    free = shutil.disk_usage(os.environ.get("TMPDIR", "/tmp" if os.name == "posix" else ".")).free
    line = translate("{size} GiB free for scratch folders", size=free >> 30)
    return free > MIN_FREE_GIB << 30, line, translate("set TMPDIR elsewhere")
