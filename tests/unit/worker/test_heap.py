"""Where objects lie in a worker: the order of a set of them must not differ from run to run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.sandbox.forking import ForkLauncher
from autograder.worker import kernel

PROBES = ["m1=autograder.worker.probes.m1_scalar_autograd"]
ENGINE = """class Value:
    def __init__(self, data):
        self.data, self.grad, self._prev = data, 0.0, set()
        self._backward = lambda: None
"""
PAGE = 4096
PLACES = ["[id(value) for value in [Value(i) for i in range(500)]]"]


@pytest.mark.parametrize("level", ["strict", "process"])
def test_objects_lie_where_they_lay_before(level: str, write: Callable[..., Path]) -> None:
    folder = write(engine=ENGINE)

    def ask(zygote: ForkLauncher, *expressions: str) -> list[list[int]]:
        with zygote.start_worker(folder, 30, 2048) as worker:
            args = {"program": [], "expressions": [*expressions]}
            values: list[list[int]] = worker.call_probe("m1.look", args, 20.0)["values"]
            return values

    with kernel.fixed_addresses():  # in some containers they are random, in steps of a page
        is_fixed = int(Path("/proc/self/personality").read_text(), 16) & kernel.ADDR_NO_RANDOMIZE
    found = []
    for count in (0, 3, 30):  # in another zygote, after other workers
        zygote = ForkLauncher(PROBES, level)
        for number in range(count):
            ask(zygote, f"[list(range({100 * number}))] * 3")
        (places,) = ask(zygote, *PLACES)
        found.append([place if is_fixed else place % PAGE for place in places])
        zygote.close()
    assert found[0] == found[1] == found[2]
    assert len(set(found[0])) > 50
