"""Python looks for garbage seldom where a graph is made of numbers, and as ever elsewhere."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.sandbox.forking import ForkLauncher
from autograder.worker import garbage

USUAL = gc.get_threshold()


@pytest.fixture(autouse=True)
def usual_pace() -> Iterator[None]:
    yield
    gc.set_threshold(*USUAL)


@pytest.mark.parametrize(
    ("probe", "objects"),
    [
        ("m1.evaluate", garbage.OBJECTS),
        ("m2.forward", garbage.OBJECTS),
        ("m3.forward", USUAL[0]),
        ("kit.import_module", USUAL[0]),
        ("c.m1", USUAL[0]),
    ],
)
def test_the_pace_is_that_of_the_milestone(probe: str, objects: int) -> None:
    garbage.set_pace(probe)
    assert gc.get_threshold() == (objects, *USUAL[1:])


def test_a_worker_of_milestone_1_has_it(course: Course, write: Callable[..., Path]) -> None:
    launcher = ForkLauncher([course.milestone("m1").probes], "process")
    folder = write(engine="class Value: pass\n")
    question = {"program": [], "expressions": ["__import__('gc').get_threshold()[0]"]}
    with launcher.start_worker(folder, 10, 1024) as worker:
        assert worker.call_probe("m1.look", question, 10) == {"values": [garbage.OBJECTS]}
    launcher.close()


def test_cycles_are_still_collected(course: Course, write: Callable[..., Path]) -> None:
    """A million objects in cycles would take 100 MB and more; they are not kept."""
    launcher = ForkLauncher([course.milestone("m1").probes], "process")
    text = (
        "class Value:\n    def __init__(self):\n        self.own = self\n\n\n"
        "def loop(count):\n    for _ in range(count):\n        Value()\n"
    )
    peaks = []
    for count in (1000, 500_000):
        question = {"program": [f"import engine; engine.loop({count})"], "expressions": []}
        with launcher.start_worker(write(engine=text), 60, 1024) as worker:
            worker.call_probe("m1.look", question, 60)
        assert worker.ended
        peaks.append(worker.ended.peak_memory_mb)
    launcher.close()
    assert peaks[1] - peaks[0] < 40
