"""The static reading: it finds what honest work has no use for, and nothing in honest work."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder import templates
from autograder.exchange.assignments import FIRST_CELL
from autograder.worker.reading import LONG_TEXT, MANY_NUMBERS, read_files
from autograder.worker.unusual import UNUSUAL
from tests.implementations import ALTERNATIVES, ROOT

HONEST_CLASS = ("ada-perfect", "grace_other_style", "linus half done", "mina-untouched",
                "noah-overwrites-grads", "olga-syntax-error", "pavel-infinite-loop",
                "quinn-notebook")  # fmt: skip
HONEST = [
    *sorted((ROOT / "solutions").glob("m*")),
    *sorted((ROOT / "assignments").glob("m*")),
    *ALTERNATIVES,
    *(ROOT / "tests/classroom" / name for name in HONEST_CLASS),
]
USES = {
    "import sys\nf = sys._getframe(1)": "frames",
    "from sys import _getframe as g": "frames",
    "import sys as s\nt = s\nt._getframe()": "frames",
    "import sys\ngetattr(sys, '_getframe')()": "frames",
    "def f(e):\n    return e.__traceback__.tb_frame": "frames",
    "import inspect\ninspect.stack()": "frames",
    "import gc\ngc.get_objects()": "objects",
    "object.__subclasses__()": "objects",
    "def f(): pass\nf.__code__ = f.__code__": "insides",
    "__builtins__": "insides",
    "import sys\nsys.modules['numpy']": "modules",
    "from sys import *\nmodules": "modules",
    "import importlib\nimportlib.import_module('sys')": "imports",
    "__import__('sys')": "imports",
    "import autograder.worker.serve": "kit",
    "from msgspec import msgpack": "kit",
    "import __main__": "kit",
    "import time\ntime.perf_counter = lambda: 0": "replaced",
    "import numpy as np\nnp.random.default_rng = None": "replaced",
    "import numpy as np\nsetattr(np, 'abs', None)": "replaced",
    "import math\nmath.__dict__['exp'] = None": "replaced",
    "import math\nvars(math)['exp'] = None": "replaced",
    "import gc\ndel gc.collect": "replaced",
    "from unittest import mock": "replaced",
    "import builtins\nbuiltins.abs = None": "replaced",
    "import sys\nsys.setprofile(None)": "traced",
    "import tracemalloc": "traced",
    "import ctypes": "system",
    "import os\nos.write(3, b'')": "system",
    "exec('x')": "executed",
    "run = eval": "executed",
    "import base64": "decoded",
    "bytes.fromhex('00')": "decoded",
    f"x = {'q' * LONG_TEXT!r}": "literal",
    f"x = {b'q' * LONG_TEXT!r}": "literal",
    f"x = {10**100}": "literal",
    f"x = {[0.5] * MANY_NUMBERS}": "table",
    f"x = {dict.fromkeys(range(MANY_NUMBERS), 1)}": "table",
    "import hashlib": "keys",
    "x.tobytes()": "keys",
    "x = 1j": "complex",
    "complex(1, 2)": "complex",
    "x.astype(complex)": "complex",
    "y = x.imag": "complex",
    "import numpy as np\nnp.zeros(3, dtype=np.complex128)": "complex",
    "import numpy as np\nnp.linalg.lstsq(a, b)": "solved",
    "from numpy.linalg import solve": "solved",
    "open(__file__).read()": "files",
    "from pathlib import Path\nPath(__file__).read_text()": "files",
    "open('/usr/share/sklearn/digits.csv.gz')": "files",
    "import inspect\ninspect.getsource(f)": "files",
    "# coding: utf-7\nx = 1": "encoding",
    "__name__ = '__main__'\nif __name__ == '__main__':\n    exec('x')": "executed",
    "if __name__ == '__main__':\n    pass\nelse:\n    exec('x')": "executed",
}
OF_USE = (
    "import numpy as np\nnp.seterr(all='ignore')\nnp.random.seed(0)\nnp.float = float",
    "import sys\nsys.path.insert(0, '..')\nsys.path = ['..']\nsys.setrecursionlimit(10**6)",
    "import sys, os\nsys.stdout = None\nos.environ['OMP_NUM_THREADS'] = '1'",
    "from math import e\nfor e in edges:\n    e.grad += 1",
    "import copy\ncopy.grad = 0.0",
    "isinstance(x, (int, float, complex))",
    "model.eval()\nre.compile('a')",
    "class A:\n    def eval(self): self.training = False",
    "import gzip, struct\nint.from_bytes(b'1234', 'big')\nnp.frombuffer(b'', '>i4')",
    "import gc\ngc.collect()",
    "from autograder.notebook import passes, find_earlier_work",
    templates.text(FIRST_CELL),
    "if __name__ == '__main__':\n    import torch, tracemalloc\n    exec('x')\n    y = 1j",
    f"'''{'What a sentence says, in words. ' * 40}'''",
    f"x = {[0.5] * (MANY_NUMBERS - 1)}",
    "x = (1",
    "class Tensor: pass\nTensor.relu = None",
)  # fmt: skip


def read(folder: Path, **files: str) -> list[tuple[str, int, str]]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return read_files(str(folder), [f"{name}.py" for name in files])


@pytest.mark.parametrize("folder", HONEST, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_nothing_is_unusual_in_honest_work(folder: Path) -> None:
    files = [file.name for file in sorted(folder.iterdir()) if file.suffix in (".py", ".ipynb")]
    assert files
    assert read_files(str(folder), files) == []


def test_nothing_is_unusual_in_an_honest_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(ROOT / "tests/classroom/rosa.zip") as archive:
        archive.extractall(tmp_path)
    files = [str(file.relative_to(tmp_path)) for file in sorted(tmp_path.rglob("[a-z]*.py"))]
    assert len(files) == 2
    assert read_files(str(tmp_path), files) == []


@pytest.mark.parametrize("text", OF_USE)
def test_what_honest_work_may_have_is_not_listed(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, engine=text) == []


@pytest.mark.parametrize("text", USES, ids=range(len(USES)))
def test_what_is_unusual_is_found_in_its_line(text: str, tmp_path: Path) -> None:
    found = {(line, key) for _, line, key in read(tmp_path, engine=f"\n\n{text}\n")}
    assert {key for _, key in found} == {USES[text]}
    last = 3 + text.count("\n")
    assert USES[text] == "encoding" or last in {line for line, _ in found}


def test_many_numbers_in_small_tables_are_a_large_table(tmp_path: Path) -> None:
    text = "\n".join(f"x{i} = {[1.5] * 50}" for i in range(31))
    assert read(tmp_path, engine=text) == [("engine.py", 0, "table")]


def test_cells_of_a_notebook_are_read_one_by_one(tmp_path: Path) -> None:
    sources = ["%time x = 1", "import sys\nsys._getframe()", "not Python", "import ctypes"]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    assert read_files(str(tmp_path), ["engine.ipynb"]) == [
        ("engine.ipynb[2]", 2, "frames"),
        ("engine.ipynb[4]", 1, "system"),
    ]
    (tmp_path / "engine.ipynb").write_text("no notebook")
    assert read_files(str(tmp_path), ["engine.ipynb"]) == []


@pytest.mark.parametrize("name", ["numpy", "time", "random", "timeit", "autograder", "msgspec"])
def test_a_file_named_like_a_module_of_others_is_listed(name: str, tmp_path: Path) -> None:
    assert read(tmp_path, **{name: ""}) == [(f"{name}.py", 0, "named")]


def test_a_file_that_is_too_large_to_parse_is_said_not_to_be_read(tmp_path: Path) -> None:
    assert read(tmp_path, engine="a\n" * (1 << 17), nn="x = 1j") == [
        ("engine.py", 0, "unread"),
        ("nn.py", 1, "complex"),
    ]


def test_every_row_says_what_and_why_and_is_found_somewhere() -> None:
    assert {*USES.values(), "named", "unread"} == {*UNUSUAL}
    for key, row in UNUSUAL.items():
        assert row.what, key
        assert row.why, key
    assert _all_distinct({key: row.names for key, row in UNUSUAL.items()})


def _all_distinct(rows: Mapping[str, tuple[str, ...]]) -> bool:
    names = [name for row in rows.values() for name in row]
    return len(names) == len({*names})
