"""What passed before stands, as long as nothing changed that decides it; nobody believes a file."""

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import files
from autograder.cli import check
from autograder.course import Course
from autograder.files import write_atomically
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.learning import passes
from autograder.learning.passes import Pass, PassStore, encode_passes, make_keys
from autograder.run.configure import make_settings
from autograder.score import CheckResult
from tests.conftest import Judge

Damage = Callable[[Path], object]


def result(id: str, status: str) -> CheckResult:
    found = {"error": 3, "verdict": "reproduced"}
    return CheckResult(id, "", "golden", "public", status, 1.0, 1.0, measurements=found)  # type: ignore[arg-type]


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, warnings: list[str]) -> PassStore:
    (tmp_path / "progress.json").write_text("{}")
    return PassStore(tmp_path, warnings.append)


def test_a_pass_stands_under_its_own_key_alone(store: PassStore, warnings: list[str]) -> None:
    keys = {"m1.add": "k", "m1.tanh": "k", "m1.log": "k"}
    store.keep_passes(keys, [result("m1.add", "passed"), result("m1.tanh", "failed")])
    assert store.find_earlier(keys) == {"m1.add": {"error": 3.0, "verdict": "reproduced"}}
    assert store.find_earlier({"m1.add": "other"}) == {}
    assert replace(store, is_fresh=True).find_earlier(keys) == {}
    store.keep_passes({"m1.tanh": "k2"}, [result("m1.tanh", "passed")])
    assert {*store.find_earlier(keys | {"m1.tanh": "k2"})} == {"m1.add", "m1.tanh"}
    store.keep_passes(keys, [result("m1.add", "failed")])
    assert store.find_earlier(keys) == {}
    assert warnings == []


def test_only_a_workspace_has_them(tmp_path: Path, warnings: list[str]) -> None:
    store = PassStore(tmp_path, warnings.append)
    store.keep_passes({"m1.add": "k"}, [result("m1.add", "passed")])
    assert [*tmp_path.iterdir()] == []
    file = PassStore(tmp_path / "work.zip", warnings.append)
    assert file.find_earlier({"m1.add": "k"}) == {}


def edit(file: Path) -> None:
    content = json.loads(file.read_bytes())
    content["passes"]["m1.tanh"] = {"key": "k", "measurements": {}}
    file.write_text(json.dumps(content))


def make_older(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"version": 1', b'"version": 0'))


@pytest.mark.parametrize(
    "damage",
    [
        edit,
        make_older,
        lambda file: file.write_bytes(file.read_bytes()[:-30]),
        lambda file: file.write_bytes(b"\xff[" * 99_999),
        lambda file: file.write_text('{"version": 1, "sha256": "", "passes": {"m1.tanh": 3}}'),
        lambda file: file.write_text(""),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_not_believed(
    store: PassStore, warnings: list[str], damage: Damage
) -> None:
    keys = {"m1.add": "k", "m1.tanh": "k"}
    store.keep_passes(keys, [result("m1.add", "passed")])
    damage(store.file)
    assert store.find_earlier(keys) == {}
    assert warnings == [f"{store.file} is damaged, of another kit or was edited: all checks run"]
    if store.file.is_file():
        store.keep_passes(keys, [result("m1.add", "passed")])
        assert {*store.find_earlier(keys)} == {"m1.add"}


def test_a_full_disk_is_one_line_and_leaves_the_old_file(
    store: PassStore, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"m1.add": "k", "m1.tanh": "k"}
    store.keep_passes(keys, [result("m1.add", "passed")])

    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "replace", fill)
    store.keep_passes(keys, [result("m1.tanh", "passed")])
    assert warnings == [f"what passed is not remembered: {store.file}: No space left on device"]
    assert {*store.find_earlier(keys)} == {"m1.add"}
    assert [f.name for f in store.file.parent.iterdir() if f.name.startswith(".passes")] == []


def test_a_key_covers_all_that_decides_how_a_check_ends(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "engine.py").write_text("class Value: pass\n")
    work, parts = Submission("ada", tmp_path, "", ("engine.py",)), [course.part("m1")]
    settings = Settings(seed=1)

    def key(chosen: Settings) -> str:
        return make_keys(work, parts, chosen)["m1.tanh"]

    assert key(settings) == key(replace(settings, only=frozenset({"m1.tanh"}), cores=2))
    changed = [{"seed": 2}, {"profile": "full"}, {"isolation": "process"}, {"memory_mb": 99}]
    keys = [key(settings), *(key(replace(settings, **change)) for change in changed)]  # type: ignore[arg-type]
    monkeypatch.setattr(passes, "kit_sha256", lambda: "another kit")
    keys.append(key(settings))
    (tmp_path / "engine.py").write_text("class Value: ...\n")
    keys.append(key(settings))
    assert len({*keys}) == len(keys)


def test_a_check_that_passed_does_not_run_again_until_its_module_changes(
    tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "progress.json").write_text("{}")
    (tmp_path / "handouts").mkdir()
    source = (reference / "engine.py").read_text()
    (tmp_path / "engine.py").write_text(source)

    def run(fresh: bool = False) -> tuple[int, str]:
        code = check.run(["m1.tanh", "m1.log"], tmp_path, None, None, fresh=fresh)
        return code, capsys.readouterr().out

    first, again, fresh = run(), run(), run(fresh=True)
    assert [code for code, _ in (first, again, fresh)] == [0, 0, 0]
    assert "= passed, as before" in again[1]
    assert again[1].count("  =  1.50/1.50") == 2
    assert "as before" not in first[1] + fresh[1]
    (tmp_path / "engine.py").write_text(source.replace("1.0 - ", "2.0 - ").replace("1 - ", "2 - "))
    code, printed = run()
    assert code == 1
    assert "as before" not in printed


def test_an_edited_file_gains_nothing_where_a_class_is_graded(
    tmp_path: Path, course: Course, judge: Judge
) -> None:
    """Not even one that is whole, with the very key under which a pass would stand."""
    (tmp_path / "progress.json").write_text("{}")
    (tmp_path / "engine.py").write_text("class Value:\n    pass\n")
    work = Submission("ada", tmp_path, "", ("engine.py",))
    settings = make_settings(course, None, "strict", hidden=True)
    keys = make_keys(work, [course.part("m1")], settings)
    store = PassStore(tmp_path, lambda _: None)
    write_atomically(store.file, encode_passes({id: Pass(key) for id, key in keys.items()}))
    assert store.find_earlier(keys).keys() == keys.keys()
    graded = judge(tmp_path, "m1", only=frozenset({"m1.tanh", "m1.log"}))
    assert graded.score.points == 0.0
