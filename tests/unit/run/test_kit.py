"""The hash of what decides a score, and the key by which a score is kept."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.run import results
from autograder.run.kit import PACKAGE, kit_files, kit_sha256
from autograder.run.results import GradingOrder
from autograder.score import Environment
from tests.conftest import ROOT

JUDGE = """
import sys
from pathlib import Path
from autograder.course import load_course
from autograder.intake.submission import Entry
from autograder.run.configure import learner_settings
from autograder.run.entry import grade_entry
course = load_course()
grade_entry(Entry("x", Path(sys.argv[1])), course.milestones, course.modules, learner_settings(course, None, None))
for name, module in list(sys.modules.items()):
    if name.partition(".")[0] == "autograder" and module.__file__:
        print(module.__file__)
"""


@pytest.fixture(scope="module")
def loaded() -> list[Path]:
    """Every module of the package that a judge has loaded once it has graded all milestones."""
    command = [sys.executable, "-c", JUDGE, ROOT / "tests/classroom/mina-untouched"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return sorted(Path(line).relative_to(PACKAGE) for line in ran.stdout.splitlines())


def test_the_hash_moves_with_every_module_that_a_judge_loads(
    loaded: list[Path], tmp_path: Path
) -> None:
    assert Path("score.py") in loaded
    assert Path("course/course.py") in loaded
    assert Path("worker/serve.py") in loaded
    copy = tmp_path / "autograder"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    read = kit_sha256.__wrapped__
    assert read(copy) == read(PACKAGE)
    for data in (*copy.rglob("*.npz"), *copy.rglob("*.msgpack")):
        data.unlink()  # no modules, and most of what is read again for each of those
    before, still = read(copy), []
    for file in (copy / name for name in loaded):
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        still += [file.name] if read(copy) == before else []
        file.write_bytes(content)
    assert still == []
    assert read(copy) == before


def test_the_hash_covers_the_data_of_checks_but_no_command() -> None:
    names = {file.relative_to(PACKAGE).as_posix() for file in kit_files()}
    assert {
        "course/course.py",
        "numerics/golden/m3.npz",
        "diagnosis/pitfalls/m1.msgpack",
    } <= names
    assert {"__init__.py", "judge/pytest.ini"} <= names
    assert not [name for name in names if name.startswith(("cli/", "reports/", "exchange/"))]
    assert "course/course.toml" not in names, "a kit has its own, and judges as its teacher does"


HERE = Environment("3.11", "2.0", "Linux", "strict")
WORK = Submission("ada", Path("ada"), "0" * 64, ("engine.py",))


def key(
    settings: Settings, work: Submission = WORK, where: Environment = HERE, milestone: str = "m1"
) -> str:
    order = GradingOrder(Path("out"), [load_course().milestone(milestone)], ["engine"], settings)
    return results._score_key(order, work, where)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2}, {"secret": "t"}, {"profile": "full"}, {"hidden": False}, {"memory_mb": 9},
        {"seconds": 9.0}, {"only": frozenset({"m1.add"})}, {"thresholds": (("m6.copy", "accuracy", 0.9),)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_key_moves_with_every_setting_that_decides_a_score(change: dict[str, object]) -> None:
    settings = Settings(seed=1, secret="s")
    assert key(replace(settings, **change)) != key(settings)  # type: ignore[arg-type]
    assert key(replace(settings, data_dir="/data")) == key(settings)


def test_the_key_moves_with_the_work_and_the_machine() -> None:
    settings = Settings(seed=1)
    keys = {
        key(settings),
        key(settings, replace(WORK, sha256="1" * 64)),
        key(settings, replace(WORK, id="bob")),
        key(settings, replace(WORK, refused={"engine": "no"})),
        key(settings, where=Environment("3.12", "2.0", "Linux", "strict")),
        key(settings, where=Environment("3.11", "2.0", "Linux", "process")),
        key(settings, milestone="m2"),
    }
    assert len(keys) == 7


def test_settings_do_not_show_the_secret() -> None:
    assert "hush" not in repr(Settings(seed=1, secret="hush"))
