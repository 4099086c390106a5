"""A folder that may only be read, a full disk: one line, nothing lost, no half of a file.

Tests run as root too, whom mode bits do not stop, and mounts are not allowed everywhere. So the two
calls that open files are told apart by folder: a read-only one raises, on a full one the file is
made, and what is written to it goes to /dev/full.
"""

import errno
import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import score as scores
from autograder.cli import app
from autograder.course import load_course
from autograder.exchange import release
from autograder.intake.submission import Entry, Submission
from autograder.judge.settings import Settings
from autograder.reports import record
from autograder.run import entry, results
from autograder.run import inbox as inbox_of
from autograder.run.entry import grade_and_write
from autograder.run.grade import Grade, local_environment
from autograder.run.results import GradingOrder
from autograder.score import Outcome
from tests.conftest import ROOT

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
FULL, READ_ONLY = "No space left on device", "Read-only file system"
Told = tuple[int, str, str]  # exit code, stdout, stderr
Command = Callable[..., Told]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> Told:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            app.main([str(one) for one in arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    (folder / "handouts").mkdir(parents=True)
    (folder / "engine.py").write_text(REFERENCE)
    monkeypatch.chdir(folder)
    return folder


def read_only(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let nothing be made or written in `folder`."""

    def refuse(path: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def mkdir(path: Any, *more: Any, **named: Any) -> None:
        if _is_in(path, folder) and not Path(path).exists():
            refuse(path)
        made(path, *more, **named)

    made = os.mkdir
    monkeypatch.setattr(os, "mkdir", mkdir)
    _open_as(monkeypatch, folder, refuse)


def full(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let files be made in `folder`, and nothing be written to them."""
    _open_as(monkeypatch, folder, lambda path: None)


def _open_as(monkeypatch: pytest.MonkeyPatch, folder: Path, first: Callable[[Any], None]) -> None:
    os_open, io_open = os.open, io.open

    def low(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if not flags & (os.O_WRONLY | os.O_RDWR) or not _is_in(path, folder):
            return os_open(path, flags, *more, **named)
        first(path)
        os.close(os_open(path, flags, *more, **named))
        return os_open("/dev/full", os.O_WRONLY)

    def high(path: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+") or not _is_in(path, folder):
            return io_open(path, mode, *more, **named)
        first(path)
        io_open(path, mode, *more, **named).close()
        return io_open("/dev/full", mode.replace("x", "w"), *more, **named)

    monkeypatch.setattr(os, "open", low)
    monkeypatch.setattr(io, "open", high)


def _is_in(path: Any, folder: Path) -> bool:
    return isinstance(path, str | Path) and Path(os.path.abspath(path)).is_relative_to(folder)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


TROUBLES = pytest.mark.parametrize(
    ("trouble", "reason"), [(read_only, READ_ONLY), (full, FULL)], ids=["read-only", "full"]
)
Trouble = Callable[[pytest.MonkeyPatch, Path], None]


@TROUBLES
def test_check_answers_where_nothing_can_be_recorded(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, reason: str
) -> None:
    record.add_facts(work, {"passed": {"m1.exp": "2026-01-02T03:04:05Z"}})
    before = files(work)
    trouble(monkeypatch, work)
    code, out, err = command("check", "m1.add", "m1.mul")
    assert (code, err.count("\n")) == (0, 1)
    assert "3.75 of 3.75 public points" in out
    assert f"what you reached is not recorded: progress.json: {reason}; fix that" in err
    assert files(work) == before
    code, out, err = command("status")
    assert (code, err) == (0, "")
    assert "m1.exp" in out
    code, out, err = command("hint", "m1.add")
    assert (code, err.count("\n")) == (0, 1)
    assert "Ask yourself: " in out
    assert files(work) == before


WRITERS = [
    (("start", "."), "cannot write .: "),
    (("start", "new"), "cannot write new: "),
    (("repro", "m1.tanh"), "cannot write repro_m1_tanh.py: "),
    (("check", "m1.add", "--json", "score.json"), "cannot write score.json: "),
    (("report",), "cannot write report.html: "),
]


@TROUBLES
@pytest.mark.parametrize(("arguments", "told"), WRITERS, ids=[" ".join(it) for it, _ in WRITERS])
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...],
    told: str, trouble: Trouble, reason: str,
) -> None:  # fmt: skip
    (work / "engine.py").write_text(REFERENCE.replace("math.tanh", "math.sinh"))
    (work / "repro_m1_tanh.py").write_text("of yesterday")
    short = "autograder.cli.report.collect_portfolio"  # a minute of work that is not what is tested
    if trouble is full:
        monkeypatch.setattr(short, lambda *_: (load_score(), None))
        monkeypatch.setattr("autograder.cli.report.page_parts", lambda _: report_parts())
    else:
        monkeypatch.setattr(short, lambda *_: pytest.fail("it worked before it looked"))
    before = files(work)
    trouble(monkeypatch, work)
    code, _, err = command(*arguments)
    assert code == 1
    assert err.splitlines()[-1].startswith(f"autograder: {told}{reason}; name another")
    assert files(work) == before


def load_score() -> scores.Score:
    how = (scores.GradedWork("a", "0", []), scores.Kit("1", "0", "quick", 1))
    where = scores.Environment("3", "2", "x", "strict")
    return scores.Score(*how, where, 0.0, 0.0, [], scores.Timing("", 0.0, 0.0, {}))


def report_parts() -> Any:
    from autograder.reports.report import Parts

    return Parts()


def test_a_result_is_shown_though_its_file_cannot_be_written(
    work: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch, work)
    code, out, _ = command("check", "m1.add", "--json", "score.json")
    assert code == 1
    assert "1.5 of 1.5 public points" in out


def graded(
    here: Iterable[Entry], job: Callable[[Entry], Outcome], **_: object
) -> Iterator[Outcome]:
    yield from map(job, here)  # in this process


def judged(work: Submission, _: object, how: Settings, *__: object) -> Grade:
    """Give a point a byte: what the checks say is tested elsewhere."""
    points = float((work.folder / "engine.py").stat().st_size)
    where = local_environment(how.isolation)
    score = msgspec.structs.replace(load_score(), points=points, environment=where)
    return Grade(score, {"tests": []}, [])


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(inbox_of, "grade_in_processes", graded)
    monkeypatch.setattr(entry, "grade_for_class", judged)
    monkeypatch.setattr(entry, "launcher_for", lambda *_: None)
    (tmp_path / "inbox/ada").mkdir(parents=True)
    (tmp_path / "inbox/ada/engine.py").write_text("x = 1\n")
    return tmp_path / "inbox"


@TROUBLES
def test_grade_keeps_the_scores_that_are_there(
    inbox: Path, command: Command, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, reason: str
) -> None:
    out = inbox.parent / "out"
    arguments = ("grade", inbox, "--out", out, "--milestone", "m1")
    assert command(*arguments)[0] == 0
    before = files(out)
    (inbox / "ada/engine.py").write_text("x = 22\n")
    with monkeypatch.context() as worn:
        worn.setattr(inbox_of, "grade_in_processes", graded)
        trouble(worn, out)
        code, _, err = command(*arguments)
    named = (
        out / "grades.csv" if trouble is read_only else out
    )  # before the work, or met on the way
    assert (code, err.count("\n")) == (1, 1)
    assert f"cannot write {named}: {reason}; " in err
    left = files(out)
    assert left == {name: before[name] for name in left}, "half a file"
    assert "ada/score.json" in left
    assert command(*arguments)[0] == 0
    assert files(out).keys() == before.keys()
    assert files(out)["ada/score.json"] != before["ada/score.json"]


@pytest.mark.parametrize("lost", ["score", "report"])
@pytest.mark.parametrize("then", ["x = 1\n", "x = 22\n"])
def test_a_score_of_other_work_is_never_kept(
    inbox: Path, command: Command, monkeypatch: pytest.MonkeyPatch, lost: str, then: str
) -> None:
    """Out of space at either of two files, then the new work again, or the one of before."""
    out = inbox.parent / "out"
    arguments = ("grade", inbox, "--out", out, "--milestone", "m1")
    assert command(*arguments)[0] == 0
    (inbox / "ada/engine.py").write_text("x = 22\n")

    def refused(*_: object) -> None:
        raise OSError(errno.ENOSPC, FULL)

    with monkeypatch.context() as worn:
        where = (scores, "write_score") if lost == "score" else (results, "write_atomically")
        worn.setattr(*where, refused)
        worn.setattr(inbox_of, "grade_in_processes", graded)
        code, told, _ = command(*arguments)
    assert code == 1
    assert "GRADER FAULT on 'ada': OSError: [Errno 28] No space left on device" in told
    (inbox / "ada/engine.py").write_text(then)
    assert command(*arguments)[0] == 0
    assert json.loads((out / "ada/score.json").read_text())["points"] == len(then)


def test_while_a_score_is_written_no_other_run_is_in_its_folder(
    inbox: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the key of one run would vouch for the score of the other."""
    met: list[str] = []
    write = scores.write_score

    def watched(score: scores.Score, file: Path) -> None:
        handle = os.open(file.parent, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        met.append(file.parent.name)
        write(score, file)

    monkeypatch.setattr(scores, "write_score", watched)
    assert command("grade", inbox, "--out", inbox.parent / "out", "--milestone", "m1")[0] == 0
    assert met == ["ada"]


@pytest.mark.parametrize("what", ["", "{", "[]", '{"points": 3}', "\udcff", '{"schema_version": 3'])
@pytest.mark.parametrize("name", ["score.json", "report.json"])
def test_a_half_written_file_is_graded_again_and_told(
    inbox: Path, command: Command, name: str, what: str
) -> None:
    out = inbox.parent / "out"
    arguments = ("grade", inbox, "--out", out, "--milestone", "m1")
    assert "kept" not in command(*arguments)[1]
    file = out / "ada" / name
    whole = file.read_bytes()
    later = whole.replace(b'"schema_version": 2', b'"schema_version": 3').replace(b'"key"', b'"k"')
    file.write_bytes(later if "version" in what else what.encode("utf-8", "surrogateescape"))
    code, said, err = command(*arguments)
    assert (code, err.count("\n")) == (0, 1)
    assert f"{file} is half-written or foreign: " in err
    assert err.endswith("; this entry is graded again\n")
    assert "kept" not in said
    code, said, err = command(*arguments)
    assert (code, err) == (0, "")
    assert "kept" in said


@pytest.mark.parametrize("what", ["", "{", "[]", '{"points": 3}', "\udcff"])
def test_an_export_names_the_score_that_is_none(
    tmp_path: Path, command: Command, what: str
) -> None:
    file = tmp_path / "grades/ada/score.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(what.encode("utf-8", "surrogateescape"))
    code, out, err = command("export", "csv", tmp_path / "grades", "--out", tmp_path / "all.csv")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"{file} is not a score (" in err
    assert err.endswith("grade that submission again\n")
    assert not (tmp_path / "all.csv").exists()


@TROUBLES
def test_an_export_leaves_the_table_of_before(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, reason: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/all.csv").write_text("of before")
    scores.write_score(load_score(), tmp_path / "grades/ada/score.json")
    trouble(monkeypatch, tmp_path / "out")
    code, _, err = command("export", "csv", tmp_path / "grades", "--out", tmp_path / "out/all.csv")
    assert (code, err.count("\n")) == (1, 1)
    assert f"cannot write {tmp_path / 'out/all.csv'}: {reason}; name another with --out" in err
    assert files(tmp_path / "out") == {"all.csv": b"of before"}


@pytest.mark.parametrize("place", ["copy", "zip"])
def test_a_release_that_found_no_room_can_be_made_again(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()

    def made(_: Path, out: Path, *__: object) -> Path:
        (out / release.NAME).mkdir()
        return out / release.NAME

    monkeypatch.setattr(release, "pack_kit", lambda _: (out / "x.zip").write_bytes(b"x"))
    if place == "zip":
        monkeypatch.setattr(release, "make_kit", made)
    full(monkeypatch, out)
    if place == "zip":
        monkeypatch.setattr("autograder.cli.release._require_clean", lambda *_: None)
        monkeypatch.setattr(
            release, "pack_kit", lambda _: (out / release.NAME / "x").write_bytes(b"x")
        )
    code, _, err = command("release", "--out", out)
    assert (code, err.count("\n")) == (1, 1)
    assert f"cannot write {out}: {FULL}; name another with --out" in err
    assert list(out.iterdir()) == []


def test_a_full_disk_is_nobodys_rejected_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the private copy cannot be made the grader is at fault, not the submission."""
    course = load_course()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada/engine.py").write_text(REFERENCE)
    full(monkeypatch, tmp_path / "tmp")
    order = GradingOrder(tmp_path, course.milestones, course.modules, settings=None)  # type: ignore[arg-type]
    done = grade_and_write(order, Entry("ada", tmp_path / "ada"))
    assert done.is_fault
    assert FULL in done.fault


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["--help"], ["course", "--explain"]])
def test_output_that_cannot_be_printed_is_one_line_and_a_closed_pipe_none(
    arguments: list[str], unbuffered: str, ran: Callable[..., Told]
) -> None:
    code, _, err = ran(arguments, unbuffered, "/dev/full")
    assert (code, err.count("\n")) == (1, 1)
    assert f"autograder: {FULL}; fix that" in err
    code, _, err = ran(arguments, unbuffered, None)
    assert (code, err) == (1, "")


@pytest.mark.parametrize("closed", [(1,), (2,), (1, 2), (0, 1, 2)])
def test_closed_streams_change_nothing_but_what_is_seen(closed: tuple[int, ...]) -> None:
    code = (
        f"import os, sys; [os.close(one) for one in {closed}]; "
        "os.execv(sys.executable, [sys.executable, '-m', 'autograder', 'schema'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (b"schema_version" in done.stdout) == (1 not in closed)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Told]:
    """Run the command with its output to a file, or to a pipe whose reader has gone."""

    def run(arguments: list[str], unbuffered: str, place: str | None) -> Told:
        reader, writer = os.pipe()
        os.close(reader)
        stdout = os.open(place, os.O_WRONLY) if place else writer
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *arguments],
            stdout=stdout, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
        for handle in {stdout, writer}:
            os.close(handle)
        return done.returncode, "", done.stderr

    return run
