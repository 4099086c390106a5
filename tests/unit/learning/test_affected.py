"""Which checks a save concerns, and in which order they run."""

import os
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.judge.spec import list_checks
from autograder.learning.affected import (
    LONG_SECONDS,
    AffectedParts,
    Sources,
    modules_of,
    plan_batches,
)
from autograder.learning.watch import Watch

ENGINE = (
    "class Value:\n    def tanh(self): return 1\n    def exp(self): return 2\n\ndef f(): pass\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    for name, text in {
        "engine": ENGINE,
        "nn": "from engine import Value\n",
        "tensor": "import numpy as np\nimport _ops\n",
        "training": "from tensor import Tensor\n",
        "_ops": "",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    made = Sources(tmp_path)
    made.read_changes()
    return made


@pytest.mark.parametrize(
    ("changed", "present", "absent"),
    [
        ("engine", {"m1", "m2"}, {"m4"}),
        ("nn", {"m2"}, {"m1", "m3", "m4"}),
        ("tensor", {"m3", "m4"}, {"m1", "m2"}),
        ("training", {"m4"}, {"m1", "m2", "m3"}),
        ("_ops", {"m3", "m4"}, {"m1", "m2"}),
        ("repro_m1_tanh", set(), {"m1", "m2", "m3", "m4"}),
    ],
)
def test_what_builds_on_a_module_runs_again(
    sources: Sources, course: Course, changed: str, present: set[str], absent: set[str]
) -> None:
    affected = AffectedParts(course.milestones, sources.folder)
    assert affected.find_affected() == course.milestones
    affected.mark_seen(course.milestones)
    assert affected.find_affected() == []
    with (sources.folder / f"{changed}.py").open("a") as file:
        file.write("x = 1\n")
    found = affected.find_affected()
    assert present <= {milestone.id for milestone in found}
    assert not absent & {milestone.id for milestone in found}
    assert affected.find_affected() == found  # until they are run
    affected.mark_seen(found)
    assert affected.find_affected() == []


def test_what_was_changed_is_known_by_name(sources: Sources) -> None:
    (sources.folder / "engine.py").write_text(
        ENGINE.replace("return 1", "return 3") + "\ndef g(): pass\n# a comment\n"
    )
    assert sources.read_changes() == {"Value.tanh", "g"}
    assert sources.read_changes() == set()


def test_only_new_content_is_a_change(sources: Sources) -> None:
    file = sources.folder / "engine.py"
    assert sources.find_changed([file]) == {file}
    assert sources.find_changed([file]) == set()
    file.write_text("x = 1")
    assert sources.find_changed([file]) == {file}
    file.unlink()
    assert sources.find_changed([file]) == {file}


def test_what_never_ends_or_is_too_large_is_not_read_into(sources: Sources) -> None:
    """A module of 2 MB takes seconds to parse and is refused anyway; a pipe blocks whoever opens."""
    os.mkfifo(sources.folder / "pipe.py")
    (sources.folder / "lost.py").symlink_to("/nowhere")
    (sources.folder / "engine.py").write_text("def g(): pass\n" * 40_000)
    (sources.folder / "nn.py").write_bytes(b"# coding: punycode\nimport tensor\n\xff")
    with (sources.folder / "sparse.py").open("wb") as file:
        file.truncate(1 << 30)
    assert sources.read_changes() == set()
    found = sources.list_files()
    assert [file.name for file in found if file.name in ("pipe.py", "lost.py")] == [
        "lost.py", "pipe.py",
    ]  # fmt: skip
    assert sources.find_changed(found) == set(found)
    assert sources.find_changed(found) == set()


def test_files_belong_to_modules_and_packages(tmp_path: Path) -> None:
    files = [tmp_path / "nn.py", tmp_path / "help/deep/ops.py", tmp_path / "tensor.ipynb"]
    others = [tmp_path / "progress.json", Path("/elsewhere/engine.py")]
    assert modules_of([*files, *others], tmp_path) == {"nn", "help", "tensor"}


def test_what_is_waited_for_comes_first_and_what_is_slow_last(course: Course) -> None:
    chosen = course.milestones[:3]
    ordered = plan_batches(chosen, "m2", ["m2.moons"], {"Neuron"})
    ids = [id for batch in ordered for id in batch.ids]
    listed = {one.id: one for m in chosen for one in list_checks(m.id, m.checks)}
    assert sorted(ids) == sorted(listed)
    slow = [listed[id].spec.seconds >= LONG_SECONDS for id in ids]
    assert slow == sorted(slow)
    quick = [id for id, late in zip(ids, slow, strict=True) if not late]
    last_own = max(place for place, id in enumerate(quick) if id.startswith("m2."))
    assert all(id.startswith("m2.") for id in quick[: last_own + 1])

    first = plan_batches(chosen, "m1", ["m1.log"], {"Value.tanh"})[0]
    assert {"m1.log", "m1.tanh"} <= set(first.ids)
    needing = {id for id, one in listed.items() if "Value.tanh" in one.spec.needs}
    assert set(first.ids) <= needing | {"m1.log"}


def test_a_save_that_is_told_after_another_still_runs(course: Course, tmp_path: Path) -> None:
    """Nobody has begun yet, so what another file changes runs nothing; the module itself does."""
    watch = Watch(tmp_path, course, None)
    watch._start_first_run()
    files = [tmp_path / "notes.py", tmp_path / "engine.py"]
    for file in files:
        file.write_text("x = 1\n")
    runs = []
    for file in files:
        watch._on_save(frozenset({file}))
        runs.append(watch.run_number)
    assert runs == [1, 2]
    assert "m1" in {batch.milestone.id for batch in watch.pending}
