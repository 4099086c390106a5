"""What hand-ins do when they are imported: IPython's own calls, endings, processes, versions."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.sandbox.failures import Raised
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.worker.imports import GRADED_WITH

ENGINE = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
MODULES = ["engine", "nn"]


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with closing(
        ForkLauncher(["m1=autograder.worker.probes.m1_scalar_autograd"], "strict")
    ) as made:
        yield made


def look(launcher: Launcher, folder: Path, expression: str) -> object:
    with launcher.start_worker(folder, 30, 2048) as worker:
        args = {"program": [], "expressions": [expression]}
        return worker.call_probe("m1.look", args, 20.0)["values"][0]


def notebook(*cells: str) -> bytes:
    code = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    return json.dumps({"cells": code, "nbformat": 4, "metadata": {}}).encode()


def handed_in(tmp_path: Path, **files: bytes) -> Path:
    folder, into = tmp_path / "in", tmp_path / "staged"
    folder.mkdir()
    into.mkdir()
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return stage_entry(Entry("name", folder), MODULES, into).folder


def value_of(launcher: Launcher, tmp_path: Path, **files: bytes) -> object:
    return look(launcher, handed_in(tmp_path, **files), "Value(3.5).data")


def message_of(launcher: Launcher, tmp_path: Path, **files: bytes) -> str:
    with pytest.raises(Raised) as caught:
        value_of(launcher, tmp_path, **files)
    return caught.value.message


NOTHING = [
    "display(3, clear=True)",
    "get_ipython().run_line_magic('matplotlib', 'inline')",
    "get_ipython().system('pip install x')",
    "if 'colab' in str(get_ipython()):\n    1 / 0",
    "for line in get_ipython().getoutput('ls'):\n    1 / 0",
    "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<b>'))\nclear_output()",
    "from IPython import get_ipython\nget_ipython().kernel.do_shutdown(True)",
    "import IPython\nIPython.display.display(IPython.display.Markdown('# a'))",
    "import IPython.display as d\nd.Audio(rate=1).autoplay",
]
AWAIT = [
    "import asyncio\nawait asyncio.sleep(0.001)",
    "async def f():\n    return 4\nassert await f() == 4",
    "async def g():\n    yield 1\nassert [x async for x in g()] == [1]",
    "async def g():\n    yield 1\nasync for x in g():\n    assert x == 1",
]


@pytest.mark.parametrize("lines", NOTHING + AWAIT)
def test_the_cell_runs_on_after_what_only_jupyter_has(
    launcher: Launcher, tmp_path: Path, lines: str
) -> None:
    assert value_of(launcher, tmp_path, engine_ipynb=notebook(f"{lines}\n{ENGINE}")) == 3.5


def test_a_name_that_an_await_makes_is_there_later(launcher: Launcher, tmp_path: Path) -> None:
    cells = ("async def f():\n    return 4\nfour = await f()", f"{ENGINE}        self.data += four")
    assert value_of(launcher, tmp_path, engine_ipynb=notebook(*cells)) == 7.5


WRITTEN = f"%%writefile engine.py\n{ENGINE}"


@pytest.mark.parametrize(
    "files",
    [
        {"engine_ipynb": notebook("import math", WRITTEN)},
        {"engine_ipynb": notebook(WRITTEN, "from engine import Value\nValue(1)")},
        {"homework_ipynb": notebook(WRITTEN, "from engine import Value")},
        {"nn_ipynb": notebook(f"%%file ./engine.py\n{ENGINE}")},
        {"engine_ipynb": notebook("%%writefile engine.py\nimport math", f"%%writefile -a engine.py\n{ENGINE}")},
        {"engine_ipynb": notebook("%%writefile nn.py\ny = 4", f"from nn import y\n{ENGINE}")},
    ],
    ids=range(6),
)  # fmt: skip
def test_a_module_that_a_cell_writes_counts(
    launcher: Launcher, tmp_path: Path, files: dict[str, bytes]
) -> None:
    assert value_of(launcher, tmp_path, **files) == 3.5


def test_the_line_of_a_mistake_is_that_of_the_cell(launcher: Launcher, tmp_path: Path) -> None:
    book = notebook("x = 1", f"{WRITTEN}        1 / 0")
    told = message_of(launcher, tmp_path, engine_ipynb=book)
    assert told.endswith("engine.ipynb[2]:5 in __init__: 1 / 0")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["%run other.ipynb"], "engine.ipynb[1], line 1: %run other.ipynb"),
        (["x = 1", "y = 2\n%run -i engine.py"], "engine.ipynb[2], line 2: %run -i engine.py"),
        (["%load engine.py"], "engine.ipynb[1], line 1: %load engine.py"),
        (["%store -r Value"], "engine.ipynb[1], line 1: %store -r Value"),
        (["\n%%cython -a\nclass Value: pass"], "engine.ipynb[1], line 1: %%cython -a"),
        (["%%bash\nls"], "engine.ipynb[1], line 1: %%bash"),
        (["%%writefile a.txt\nx"], "engine.ipynb[1], line 1: %%writefile a.txt"),
        (["x = %run other.py"], "engine.ipynb[1], line 1: x = %run other.py"),
        (["%run a.py\n%run b.py", "%run c.py"], "[1], line 1: %run a.py; engine.ipynb[1], line 2: %run b.py; engine.ipynb[2], line 1: %run c.py"),
        (["%run a.py\n" * 9], "engine.ipynb[1], line 5: %run a.py; ..."),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_dropped_magic_is_named_with_its_cell(
    launcher: Launcher, tmp_path: Path, cells: list[str], told: str
) -> None:
    message = message_of(launcher, tmp_path, engine_ipynb=notebook(*cells))
    assert message.startswith("CellFailed: engine.ipynb does not define Value; ")
    assert "only Jupyter runs these lines: " in message
    assert message.endswith(told)


@pytest.mark.parametrize(
    "cell",
    ["%matplotlib inline\n!pip install x\nprint?\n%load_ext autoreload\n%autoreload 2", "%%time\nx = 1"],
)  # fmt: skip
def test_a_magic_that_makes_no_name_is_not_named(
    launcher: Launcher, tmp_path: Path, cell: str
) -> None:
    message = message_of(launcher, tmp_path, engine_ipynb=notebook(cell))
    assert message == "ImportError: engine.ipynb does not define Value"


def test_a_dropped_magic_is_named_where_its_name_is_used(
    launcher: Launcher, tmp_path: Path
) -> None:
    book = notebook("%run tools.ipynb", f"{ENGINE}        self.data = tool(data)")
    assert "'tool' is not defined; only Jupyter runs these lines: engine.ipynb[1]" in message_of(
        launcher, tmp_path, engine_ipynb=book
    )


# Endings, processes, versions

UNDER_MAIN = "under if __name__ == '__main__'"
ENDS = f"SystemExit: the program ends itself here; take that line out, or put it {UNDER_MAIN}"
PROCESS = f"PermissionError: no other process may start here; do it all in this one, or put that line {UNDER_MAIN}"
AT_IMPORT = {
    "quit()": ENDS,
    "exit(1)": ENDS,
    "import sys; sys.exit()": ENDS,
    "raise SystemExit('done')": ENDS,
    "import multiprocessing; multiprocessing.Pool(2)": PROCESS,
    "import multiprocessing; multiprocessing.Process(target=print).start()": PROCESS,
    "import concurrent.futures as f; f.ProcessPoolExecutor(2).submit(print)": PROCESS,
    "import subprocess; subprocess.run(['ls'])": PROCESS,
    "import os; os.popen('ls')": PROCESS,
    "import os; os.fork()": PROCESS,
    "input('how many? ')": f"EOFError: nobody types here; take input() out, or put it {UNDER_MAIN}",
    "type X = int": f"SyntaxError: invalid syntax ({GRADED_WITH})",
    "def f[T](x): pass": f"SyntaxError: expected '(' ({GRADED_WITH})",
    "from typing import NoSuchThing": f"ImportError: typing does not define NoSuchThing ({GRADED_WITH})",
}


@pytest.mark.parametrize("line", AT_IMPORT)
def test_what_happens_at_import_is_one_sentence(
    launcher: Launcher, tmp_path: Path, line: str
) -> None:
    with pytest.raises(Raised) as caught:
        value_of(launcher, tmp_path, engine_py=f"{ENGINE}{line}".encode())
    told, place = caught.value.message.split("\n")
    assert told == AT_IMPORT[line]
    assert caught.value.importing
    assert place == f"  engine.py:4 in <module>: {line}"


def test_what_happens_later_does_not_keep_the_module_from_being_imported(
    launcher: Launcher, tmp_path: Path
) -> None:
    with pytest.raises(Raised, match="the program ends itself here") as caught:
        value_of(launcher, tmp_path, engine_py=f"{ENGINE}        quit()".encode())
    assert not caught.value.importing


@pytest.mark.parametrize("line", ["quit()", "exit()", "import sys; sys.exit(1)", "1 / 0"])
def test_a_cell_that_ends_takes_no_other_with_it(
    launcher: Launcher, tmp_path: Path, line: str
) -> None:
    assert value_of(launcher, tmp_path, engine_ipynb=notebook(line, ENGINE, line)) == 3.5


def test_a_permission_that_has_nothing_to_do_with_processes_keeps_its_words(
    launcher: Launcher, tmp_path: Path
) -> None:
    told = message_of(launcher, tmp_path, engine_py=b"open('/etc/passwd')")
    assert "Permission denied: '/etc/passwd'" in told


# Held


def text(encoding: str) -> bytes:
    return f"# coding: {encoding}\nE = 'é'\n{ENGINE}".encode(encoding)


HELD = {
    "BOM": b"\xef\xbb\xbf" + ENGINE.encode(),
    "UTF-16": ENGINE.encode("utf-16"),
    "CR": ENGINE.replace("\n", "\r").encode(),
    "CRLF": ENGINE.replace("\n", "\r\n").encode(),
    "form feeds": b"\x0c" + ENGINE.replace("class", "\x0c\nclass").encode(),
    "latin-1": text("latin-1"),
    "cp1252": text("cp1252"),
    "torch in a try": b"try:\n    import torch\nexcept ImportError:\n    pass\n" + ENGINE.encode(),
    "torch in a function": b"def f():\n    import torch\n" + ENGINE.encode(),
    "warnings as errors": b"import warnings\nwarnings.simplefilter('error')\n" + ENGINE.encode(),
    "no environment": b"import os\nos.environ.clear()\n" + ENGINE.encode(),
    "another folder": b"import os, tempfile\nos.chdir(tempfile.mkdtemp())\n" + ENGINE.encode(),
    "an endless thread": b"import threading, time\nthreading.Thread(target=lambda: time.sleep(99)).start()\n"
    + ENGINE.encode(),
    "no output": b"import sys\nsys.stdout.close()\nsys.stderr = None\n" + ENGINE.encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", HELD)
def test_what_held_holds(launcher: Launcher, tmp_path: Path, kind: str) -> None:
    assert value_of(launcher, tmp_path, engine_py=HELD[kind]) == 3.5


@pytest.mark.parametrize("name", ["statistics", "calendar"])
def test_own_modules_may_shadow_the_librarys(launcher: Launcher, tmp_path: Path, name: str) -> None:
    own = f"import {name}\nassert {name}.one == 1\n{ENGINE}".encode()
    files = {f"{name}_py": b"one = 1\n", "random_py": b"1 / 0", "engine_py": own}
    assert value_of(launcher, tmp_path, **files) == 3.5


def test_a_conftest_is_never_loaded(launcher: Launcher, tmp_path: Path) -> None:
    own = {"conftest_py": b"import os\nos._exit(3)\n", "engine_py": ENGINE.encode()}
    assert value_of(launcher, tmp_path, **own) == 3.5


@pytest.mark.parametrize(
    "cell",
    [
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "from google.colab import files\nfiles.upload()",
        "!cp /content/drive/MyDrive/engine.py .",
    ],
)
def test_colab_takes_its_own_cell_only(launcher: Launcher, tmp_path: Path, cell: str) -> None:
    assert value_of(launcher, tmp_path, engine_ipynb=notebook(cell, ENGINE)) == 3.5
