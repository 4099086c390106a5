"""Why an answer did not come in time, as a learner reads it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.run import slowness
from autograder.run.configure import make_settings
from autograder.run.entry import grade_entry
from autograder.run.slowness import ENDLESS, SLOW, UNKNOWN
from tests.conftest import ROOT, Judge
from tests.implementations import write_reference

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()


def judged(judge: Judge, folder: Path, *ids: str) -> dict[str, tuple[str, str]]:
    """Return the status and the first line of the message of each check."""
    score = judge(folder, "m1", hidden=False, only=frozenset(ids)).score
    return {one.id: (one.status, one.message.partition("\n")[0]) for one in score.checks}


def test_an_endless_loop_is_told_from_work_that_is_too_slow(
    judge: Judge, write: Callable[..., Path]
) -> None:
    work = REFERENCE.replace("math.exp(self.data)", "endless()").replace(
        "math.tanh(self.data)", "slow(self.data)"
    )
    more = (
        "def endless():\n    while True: pass\n\n"
        "def slow(x):\n    while abs(x) > 100: pass\n    return math.tanh(x)\n"
    )
    folder = write(engine=f"{work}\n{more}")
    ids = ("m1.exp", "m1.tanh", "m1.sigmoid", "m1.large_inputs")
    assert judged(judge, folder, *ids) == {
        "m1.exp": ("timeout", ENDLESS),
        "m1.tanh": ("passed", ""),
        "m1.sigmoid": ("passed", ""),
        "m1.large_inputs": ("timeout", SLOW),  # the same functions have answered before
    }


TRAINS = (
    "    rng = np.random.default_rng(seed)\n    channels"  # the first lines of train_cnn's work
)


@pytest.mark.parametrize(
    ("work", "seconds", "reason"),
    [
        ("while len(x) > 4: pass", 20.0, SLOW),
        ("while True: pass", 1.0, ENDLESS),
        ("if len(x) < 5: raise ValueError\n    while True: pass", 20.0, UNKNOWN),
    ],
)
def test_a_training_that_is_too_slow_is_told_from_one_that_never_ends(
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    work: str,
    seconds: float,
    reason: str,
) -> None:
    folder = write_reference(course.milestones, tmp_path)
    source = (folder / "conv.py").read_text()
    assert source.count(TRAINS) == 1
    (folder / "conv.py").write_text(source.replace(TRAINS, f"    {work}\n{TRAINS}"))
    monkeypatch.setattr(slowness, "FEW_SECONDS", seconds)
    ids = frozenset({"m5.train_cnn_seed"})
    how = replace(make_settings(course, None, "strict", hidden=True), only=ids, seconds=1.5)
    score = grade_entry(Entry("slow", folder), [course.part("m5")], course.modules, how).score
    public, twin = score.checks
    assert (public.status, public.message.partition("\n")[0]) == ("timeout", reason)
    assert twin.status == "blocked"


def test_work_at_module_level_is_named_and_not_waited_for_again(
    judge: Judge, write: Callable[..., Path]
) -> None:
    folder = write(engine=f"{REFERENCE}\nwhile True: pass\n")
    found = judged(judge, folder, "m1.add", "m1.mul", "m1.tanh")
    assert found["m1.add"] == (
        "timeout",
        "no answer before the deadline: to import engine takes longer than 3 s. Code at module "
        "level that takes long, such as training, belongs under if __name__ == '__main__':",
    )
    blocked = ("blocked", "engine takes too long to import: fix that first")
    assert found["m1.mul"] == found["m1.tanh"] == blocked
