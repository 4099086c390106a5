"""Hand-ins as they lie in the wild: folders, zips, tars and notebooks, made for a test."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.course import load_course
from autograder.intake.refuse import bar_modules
from autograder.intake.submission import Submission
from autograder.worker.statements import list_imports
from tests.conftest import ROOT

FOLDERS = {milestone.module: milestone.folder for milestone in load_course().milestones}
MODULES = list(FOLDERS)


def stub(module: str, suffix: str = ".py") -> bytes:
    """The stub of a module as it is handed out."""
    return (ROOT / "assignments" / FOLDERS[module] / f"{module}{suffix}").read_bytes()


def solved(module: str) -> bytes:
    """The reference of a module."""
    return (ROOT / "solutions" / FOLDERS[module] / f"{module}.py").read_bytes()


def half(module: str) -> bytes:
    """A stub of which the first piece is done, and nothing more."""
    head, _, tail = stub(module).partition(b"raise NotImplementedError")
    return head + b"return None\n" + tail.partition(b"\n")[2]


def notebook(code: bytes, printed: str = "") -> bytes:
    """A notebook of one cell, with what it printed."""
    output = {"output_type": "stream", "name": "stdout", "text": printed}
    cell = {
        "cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [output],
        "source": code.decode().splitlines(keepends=True),
    }  # fmt: skip
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book).encode()


def lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below `folder`; a name that ends in a slash is an empty folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(data)
    return folder


def barred(copy: Submission) -> Submission:
    """The submission with its imports read, here: the test wrote them."""
    return bar_modules(
        copy, lambda folder: {file.stem: list_imports(str(file)) for file in folder.glob("*.py")}
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a .tar.gz."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()
