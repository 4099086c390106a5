"""What a cluster's worker does for a call: a judge process of its own, and nothing looked at."""

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.run import inbox, judge_handle
from autograder.run.configure import make_settings
from autograder.run.entry import staged_submission
from autograder.run.judge_handle import Call, CallReply, JudgeProcess, call_judge
from autograder.run.judge_process import answer_call, describe_judge, grade_parcel
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel, pack_submission, unpack_parcel
from autograder.run.results import GradingOrder, find_kept, write_outcome
from autograder.score import Environment, GradedWork, Kit, Score, Timing
from autograder.stop import Stop


@pytest.fixture(autouse=True)
def nobody_idle() -> Iterator[None]:
    yield
    while judge_handle.idle_judges:
        judge_handle.idle_judges.pop().close()


def asked(*call: object, sha256: str = "") -> CallReply:
    return pickle.loads(call_judge(Call(pickle.dumps((call[0], call[1:])), sha256)))


def test_a_call_is_done_in_a_process_that_is_kept() -> None:
    first, second = asked(os.getpid), asked(os.getpid)
    assert first.fault == second.fault == ""
    assert first.value == second.value != os.getpid()
    assert len(judge_handle.idle_judges) == 1
    assert asked(os.getenv, "OMP_NUM_THREADS").value == "1"


def test_what_it_prints_is_no_answer() -> None:
    assert asked(print, "noise").fault == ""
    assert asked(max, 2, 3).value == 3


def test_a_judge_that_dies_is_replaced_once() -> None:
    assert asked(os._exit, 3).fault == "the judge process died twice on this entry"
    assert not judge_handle.idle_judges
    assert asked(max, 2, 3).value == 3


def test_an_idle_judge_that_died_meanwhile_costs_nothing() -> None:
    asked(max, 2, 3)
    judge_handle.idle_judges[0].process.kill()
    judge_handle.idle_judges[0].process.wait()
    assert asked(max, 2, 3).value == 3


def test_other_checks_are_refused_before_anything_is_opened() -> None:
    reply = answer_call(Call(b"no pickle", "0123456789"))
    assert f"differ from those here ({kit_sha256()[:8]}, wanted 01234567)" in reply.fault
    assert "install the same version of the kit" in reply.fault
    assert asked(max, 2, 3, sha256=kit_sha256()).value == 3


def test_a_call_does_not_show_what_it_holds() -> None:
    assert repr([Call(b"top secret", "abc")]) == "[Call(10 bytes)]"


def parcel_of(folder: Path, course: Course) -> Parcel:
    with staged_submission(Entry("ada", folder), course.modules) as submission:
        return pack_submission(submission)


def test_a_judge_ends_tidily_in_the_middle_of_an_entry_when_its_worker_is_gone(
    write: Callable[..., Path], course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, scratch = tmp_path / "begun", tmp_path / "scratch"
    os.mkfifo(begun)
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    endless = parcel_of(
        write(engine=f"open({str(begun)!r}, 'w').close()\nwhile True: pass"), course
    )
    how = make_settings(course, None, "process", hidden=True)
    call = Call(pickle.dumps((grade_parcel, (endless, [course.milestone("m1")], how))))
    judge = JudgeProcess()
    assert judge.process.stdin is not None
    pickle.dump(call, judge.process.stdin)
    judge.process.stdin.flush()
    begun.read_text()  # it runs
    assert list(scratch.iterdir())
    judge.close()
    assert judge.process.returncode == 0
    assert not list(scratch.iterdir())


def test_a_parcel_is_the_same_work(
    write: Callable[..., Path], course: Course, tmp_path: Path
) -> None:
    folder = write(engine="import os, torch\n", helpers="x = 1\n")
    (tmp_path / "there").mkdir()
    with staged_submission(Entry("ada", folder), course.modules) as here:
        there = unpack_parcel(pack_submission(here), tmp_path / "there")
        assert (there.id, there.sha256, there.files) == (here.id, here.sha256, here.files)
        assert (there.unread, there.seconds) == (here.unread, here.seconds)
        assert here.unread
        for name in here.files:
            assert (there.folder / name).read_bytes() == (here.folder / name).read_bytes()


def test_strict_isolation_is_the_workers_to_have(
    write: Callable[..., Path], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "strict isolation is not available here."
    monkeypatch.setattr("autograder.sandbox.isolation.refusal_message", lambda _: sentence)
    monkeypatch.setattr("autograder.run.configure.shared_launcher", _uncached)
    how = make_settings(course, None, "strict", hidden=True)
    parcel = parcel_of(write(engine=""), course)
    call = Call(pickle.dumps((grade_parcel, (parcel, [course.milestone("m1")], how))))
    assert answer_call(call).fault.endswith(f": {sentence}")


def _uncached(level: str, probes: tuple[str, ...], _: int = 0) -> object:
    from autograder.sandbox import isolation

    return isolation.make_launcher(level, probes)


def test_data_that_a_worker_lacks_is_the_sentence_that_it_is_here(
    write: Callable[..., Path], course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = tmp_path / "data/mnist/train-images-idx3-ubyte.gz"
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"not it")
    monkeypatch.setenv("AUTOGRADER_DATA_DIR", str(tmp_path / "data"))
    how = make_settings(course, "full", "strict", hidden=True)
    arguments = (parcel_of(write(engine=""), course), [course.milestone("m3")], how)
    reply = answer_call(Call(pickle.dumps((grade_parcel, arguments))))
    assert f": {wrong} is not the file it should be: 9,912,422 bytes" in reply.fault


def score_of(parcel: Parcel, place: Environment) -> Score:
    kit = Kit("0", kit_sha256(), "quick", 1)
    timing = Timing("", 0.0, 0.0, {})
    return Score(GradedWork(parcel.id, parcel.sha256, []), kit, place, 0.0, 0.0, [], timing)


def test_a_score_is_kept_where_some_worker_would_grade_alike(
    write: Callable[..., Path], course: Course, tmp_path: Path
) -> None:
    parcel = parcel_of(write(engine="x = 1"), course)
    how = make_settings(course, None, "strict", hidden=True)
    order = GradingOrder(tmp_path / "out", [course.milestone("m1")], course.modules, how)
    there, elsewhere = (Environment(python, "2", "Linux", "strict") for python in ("3.11", "3.12"))
    assert find_kept(order, parcel, [there]) is None
    write_outcome(order, parcel, score_of(parcel, there), {})
    again = find_kept(order, parcel, [elsewhere, there])
    assert again is not None
    assert again.kept
    assert again.score == score_of(parcel, there)
    assert find_kept(order, parcel, [elsewhere]) is None
    changed = parcel_of(write(engine="x = 2"), course)
    assert find_kept(order, changed, [there]) is None


def test_a_score_that_was_not_written_is_not_vouched_for(
    write: Callable[..., Path], course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = make_settings(course, None, "strict", hidden=True)
    order = GradingOrder(tmp_path / "out", [course.milestone("m1")], course.modules, how)
    place = Environment("3.11", "2", "Linux", "strict")
    old = parcel_of(write(engine="x = 1"), course)
    write_outcome(order, old, score_of(old, place), {})
    new = parcel_of(write(engine="x = 2"), course)
    monkeypatch.setattr("autograder.score.write_score", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_outcome(order, new, score_of(new, place), {})
    assert find_kept(order, new, [place]) is None


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_judge_says_what_it_is() -> None:
    it = describe_judge("process")
    assert it.checks_sha256 == kit_sha256()
    assert it.environment.isolation == "process"


def test_without_dask_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, course: Course, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in ("autograder.run.cluster", "autograder.run.dask_cluster"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    order = GradingOrder(
        tmp_path, [], course.modules, make_settings(course, None, "strict", hidden=True)
    )
    with (
        pytest.raises(Stop, match="distributed is not installed: run pip install distributed"),
        inbox.open_pool(order, None, "127.0.0.1:8786"),
    ):
        pass
