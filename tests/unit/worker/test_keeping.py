"""What a submission replaces by name, it does not replace for a probe."""

import builtins
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.course import load_course
from autograder.sandbox.failures import Raised
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.spawning import SpawnLauncher
from autograder.worker.keeping import KeptProbes
from autograder.worker.serve import load_probes
from tests.conftest import ROOT

SOURCE = """
LIMIT = 3

def helper(x):
    return isinstance(x, int) and x < LIMIT

def limited(x):
    return helper(x)

def clock():
    import time
    from time import monotonic
    return [time.perf_counter, monotonic]

def traced():
    import tracemalloc
    return tracemalloc.get_traced_memory

def collected():
    import gc
    return gc.collect

def numbers():
    import numpy as np
    import numpy.random as npr
    return [np.abs, np.random.default_rng, npr.default_rng, np.linalg.norm]

def inside(program):
    scope = {}
    exec(program, scope)
    return scope["out"]

def count():
    kept = vars(count)
    kept["calls"] = kept.get("calls", 0) + 1
    return kept["calls"]

def imported(name):
    return __import__(name)

def drawn():
    return beside.draw()
"""
BESIDE = """
def shuffle():
    import numpy as np
    return np.random.default_rng

def draw():
    return [shuffle(), isinstance(1, str)]
"""


def make_module(name: str, source: str, **parts: ModuleType) -> ModuleType:
    module = ModuleType(name)
    exec(source, vars(module))
    for part in list(vars(module).values()):
        if callable(part) and hasattr(part, "__code__"):
            part.__module__ = name
    vars(module).update(parts)
    return module


@pytest.fixture
def kept() -> KeptProbes:
    beside = make_module("sample.trained", BESIDE)
    return KeptProbes({"s": make_module("sample.probes", SOURCE, beside=beside)}, ())


@pytest.fixture
def probes(kept: KeptProbes) -> Callable[..., Any]:
    return lambda name, *args: kept.find(f"s.{name}")(*args)


@pytest.mark.parametrize(
    ("probe", "owner", "names"),
    [
        ("clock", time, ["perf_counter", "monotonic"]),
        ("traced", tracemalloc, ["get_traced_memory"]),
        ("collected", gc, ["collect"]),
        ("numbers", np, ["abs", "random", "linalg"]),
        ("numbers", np.random, ["default_rng"]),
        ("numbers", np.linalg, ["norm"]),
    ],
)
def test_a_replaced_part_of_a_module_is_none_for_a_probe(
    probes: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    probe: str,
    owner: ModuleType,
    names: list[str],
) -> None:
    before = probes(probe)
    for name in names:
        monkeypatch.setattr(owner, name, None)
    assert probes(probe) == before


def test_replaced_built_in_functions_are_none_for_a_probe(
    probes: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "isinstance", lambda *_: True)
    found = [probes("limited", x) for x in (2, 4, "2")]
    within = probes("inside", "out = isinstance(1, str)")
    monkeypatch.undo()
    assert found == [True, False, False]
    assert within is False


def test_what_probes_share_is_as_it_was_too(
    probes: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", None)
    monkeypatch.setattr(builtins, "isinstance", lambda *_: True)
    found = probes("drawn")
    monkeypatch.undo()
    assert found == [draw, False]


def test_a_replaced_probe_answers_as_ever(kept: KeptProbes) -> None:
    function: Any = kept.find("s.helper")
    function.__globals__["helper"] = lambda x: True
    function.__code__ = (lambda x: True).__code__
    assert [kept.find(f"s.{name}")(4) for name in ("limited", "helper")] == [False, False]


def test_what_a_probe_notes_on_itself_stays(probes: Callable[..., Any]) -> None:
    assert [probes("count"), probes("count")] == [1, 2]


def test_learners_modules_are_the_same_for_all(
    probes: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept_by_nobody.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = probes("imported", "kept_by_nobody")
    assert module is sys.modules.pop("kept_by_nobody")


def test_every_standard_module_of_a_probe_is_loaded_before(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = load_probes([milestone.probes for milestone in load_course().milestones])
    monkeypatch.delitem(sys.modules, "tempfile")
    KeptProbes(modules, ())
    assert "tempfile" in sys.modules


@pytest.fixture(scope="module", params=["fork", "spawn"])
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    names = [milestone.probes for milestone in load_course().milestones]
    made: Launcher = ForkLauncher(names, "process")
    with closing(made if request.param == "fork" else SpawnLauncher(names)) as started:
        yield started


REPLACED = """
import sys, time
import numpy as np
time.perf_counter = time.monotonic = lambda: 0.0
np.array = np.asarray = lambda *_, **__: 7.0
for name, module in list(sys.modules.items()):
    if "probes" in name or name == "__main__":
        print("found", name, vars(module).get("serve"), *vars(module).get("evaluate", ""))
"""
FIRST_CELL = "from autograder.notebook import find_earlier_work\nfind_earlier_work()"
QUESTION = {"program": ["out = a * b"], "inputs": ["a", "b"], "points": np.array([[2.0, 3.0]])}


def test_a_submission_that_replaces_what_it_can_name_gains_nothing(
    launcher: Launcher, tmp_path: Path
) -> None:
    engine = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    (tmp_path / "engine.py").write_text(f"{engine}\n{REPLACED}")
    with launcher.start_worker(tmp_path, 20, 2048) as worker:
        answer = worker.call_probe("m1.evaluate", QUESTION, 20.0)
    assert (answer["out"], answer["grad"]) == ([6.0], [[3.0, 2.0]])
    assert worker.printed_text == "found __main__ None\n"


@pytest.mark.parametrize("name", ["time", "gc", "numpy", "tempfile"])
def test_a_file_never_takes_the_place_of_a_module_that_probes_use(
    launcher: Launcher, tmp_path: Path, name: str
) -> None:
    (tmp_path / f"{name}.py").write_text("print('mine')\n")
    (tmp_path / "engine.py").write_text(f"import {name}\nclass Value: pass\n")
    with launcher.start_worker(tmp_path, 20, 2048) as worker:
        answer = worker.call_probe("m1.look", {"program": [], "expressions": ["1"]}, 20.0)
    assert answer == {"values": [1]}
    assert worker.printed_text == ""


def test_a_notebook_may_keep_the_first_cell_of_the_kit(launcher: Launcher, tmp_path: Path) -> None:
    sources = [
        "from autograder.notebook import find_earlier_work\nfind_earlier_work()",
        "Value = int",
    ]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    (tmp_path / "engine.ipynb").write_text(json.dumps({"cells": cells}))
    with launcher.start_worker(tmp_path, 20, 2048) as worker:
        question = {"program": [], "expressions": ["Value(1)", "missing"]}
        with pytest.raises(Raised) as caught:
            worker.call_probe("m1.look", question, 20.0)
    assert "cell" not in caught.value.problem.message


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("from tempfile import mine", "tempfile does not define mine (graded with Python {}.{}); "),
        ("import tempfile\ntempfile.mine", "module 'tempfile' has no attribute 'mine'; "),
    ],
)
def test_who_imports_a_file_that_is_not_loaded_is_told_why(
    launcher: Launcher, tmp_path: Path, engine: str, message: str
) -> None:
    (tmp_path / "tempfile.py").write_text("mine = 1\n")
    (tmp_path / "engine.py").write_text(engine)
    with launcher.start_worker(tmp_path, 20, 2048) as worker, pytest.raises(Raised) as caught:
        worker.call_probe("m1.look", {"program": [], "expressions": []}, 20.0)
    assert caught.value.problem.message == (
        message.format(*sys.version_info)
        + "tempfile.py has the name of a module that is loaded in its place: rename the file"
    )
