"""Imports are read in a worker: what the parser cannot bear costs a deadline, and no more."""

import ast
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.judge.session import read_submission
from autograder.run.configure import launcher_for, learner_settings
from autograder.run.entry import grade_entry, staged_submission
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.sources import read_imports
from autograder.sandbox.spawning import SpawnLauncher

SLOW = "".join(f"import a{i};f'{'{a}' * 3000}'\n" for i in range(55))  # 500 KB: 3 s and more
LARGE = "".join(f"import a{i};{'a;' * 4900}\n" for i in range(52))


@pytest.fixture(scope="module", params=["fork", "spawn"])
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    made = ForkLauncher([], "process") if request.param == "fork" else SpawnLauncher([])
    yield made
    made.close()


def test_imports_are_told_by_module(launcher: Launcher, write: Callable[..., Path]) -> None:
    folder = write(engine="import os, numpy.linalg as n\n", helper="from engine import x\n")
    (folder / "notes.ipynb").write_text("{}")
    assert read_imports(folder, launcher) == {"engine": ["numpy", "os"], "helper": ["engine"]}


def test_a_file_that_takes_long_takes_the_deadline(
    launcher: Launcher, write: Callable[..., Path]
) -> None:
    folder = write(conv="import os\n", engine=SLOW, nn="import os\n")
    start = time.monotonic()
    found = read_imports(folder, launcher, 0.5)
    assert time.monotonic() - start < 5
    assert found["conv"] in (
        ["os"],
        "conv.py cannot be read: to find its imports takes longer than 0.5 s",
    )
    assert (
        found["engine"] == "engine.py cannot be read: to find its imports takes longer than 0.5 s"
    )
    assert [*found] == ["conv", "engine", "nn"]


def test_a_file_that_ends_the_worker_is_the_only_one_that_is_not_read(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.sources.MEMORY_MB", 200)
    launcher = ForkLauncher([], "process")
    text = "import a\n" + "".join(f"'{i}'\n" for i in range(60_000))
    folder = write(conv="import os\n", engine=text * 60, nn="import re\n")
    found = read_imports(folder, launcher)
    launcher.close()
    assert (found["conv"], found["nn"]) == (["os"], ["re"])
    assert found["engine"] == "engine.py cannot be read: to find its imports takes too much memory"


def test_nothing_is_parsed_here_and_the_time_counts(
    write: Callable[..., Path], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = Entry("ada", write(engine="import torch\n", nn="from gpt import GPT\n"))
    settings = learner_settings(course, None, None)
    launcher = launcher_for(settings, course.milestones)
    monkeypatch.setattr(ast, "parse", lambda *_: pytest.fail("parsed"))
    with staged_submission(entry, course.modules) as copied:
        assert copied.seconds > 0
        late = replace(copied, seconds=copied.seconds + 7)
        read, left = read_submission(late, settings, launcher)
    assert settings.seconds - 20 < left.seconds < settings.seconds - 7
    assert [*read.refused] == ["engine"]
    assert read.blocked == {"nn": "gpt.py was not handed in, nn.py needs it"}
    assert read_submission(read, left, launcher) == (read, left)


def test_who_has_used_all_time_is_asked_nothing(write: Callable[..., Path], course: Course) -> None:
    settings = replace(learner_settings(course, None, frozenset({"m1.add"})), seconds=1e-9)
    entry = Entry("ada", write(engine="class Value: pass\n"))
    graded = grade_entry(entry, [course.milestone("m1")], course.modules, settings)
    (check,) = graded.score.milestones[0].checks
    assert (check.status, check.message) == ("timeout", "the submission has used all of its time")


@pytest.mark.parametrize("text", [SLOW, LARGE], ids=["f-strings", "statements"])
def test_the_parser_at_its_worst_is_refused_in_one_sentence(
    write: Callable[..., Path], course: Course, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.sources.SECONDS", 0.1)
    settings = learner_settings(course, None, frozenset({"m1.add"}))
    entry = Entry("ada", write(engine=text))
    graded = grade_entry(entry, [course.milestone("m1")], course.modules, settings)
    (check,) = graded.score.milestones[0].checks
    assert check.status == "rejected"
    assert check.message == "engine.py cannot be read: to find its imports takes longer than 0.1 s"
