"""Files are whole or not there, whatever the disk says; and a device is never replaced."""

import errno
import multiprocessing
import os
import shutil
import stat
from pathlib import Path

import pytest

from autograder import files
from autograder.files import explain_os_error, require_writable, write_atomically
from autograder.reports import record

EARLY = "2026-01-02T03:04:05Z"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"told")
    assert os.read(reader, 100) == b"told"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_device_says_so_and_stays_a_device(tmp_path: Path) -> None:
    if os.geteuid() == 0:  # so that a mistake here harms no device of this machine
        device = tmp_path / "full"
        os.mknod(device, 0o666 | stat.S_IFCHR, os.stat("/dev/full").st_rdev)
    else:
        device = Path("/dev/full")
    (tmp_path / "link").symlink_to(device)
    for place in (device, tmp_path / "link"):
        require_writable(place)
        with pytest.raises(OSError, match="No space left on device"):
            write_atomically(place, b"x")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert (tmp_path / "link").is_symlink()


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there/file")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "there/file").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


def test_what_cannot_be_written_is_known_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for place, told in ((tmp_path / "file/x", "Not a directory|File exists"), (tmp_path, "Is a")):
        with pytest.raises(OSError, match=told):
            require_writable(place)
    require_writable(tmp_path / "file")
    require_writable(tmp_path / "new/deep/file")
    assert (tmp_path / "file").read_text() == "kept"
    assert list((tmp_path / "new/deep").iterdir()) == []


def test_the_reason_of_many_refusals_is_one(tmp_path: Path) -> None:
    told = "[Errno 28] No space left on device: 'a' -> 'b'"
    assert (
        explain_os_error(shutil.Error([("a", "b", told), ("c", "d", told)]))
        == "No space left on device"
    )
    assert (
        explain_os_error(OSError(errno.EROFS, os.strerror(errno.EROFS), "x"))
        == "Read-only file system"
    )
    assert explain_os_error(OSError("odd")) == "odd"


def test_of_writers_at_once_none_is_lost(tmp_path: Path) -> None:
    """Three processes add 20 facts each: without a lock two of three get lost."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_adds, args=(tmp_path, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert len(record.read_record(tmp_path).passed) == 60
    assert [path.name for path in tmp_path.iterdir()] == [record.RECORD_NAME]


def _adds(folder: Path, number: int) -> None:
    for count in range(20):
        record.add_facts(folder, {"passed": {f"m{number}.{count}": EARLY}})


def test_where_nothing_can_be_locked_the_record_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "fcntl", None)
    record.add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    assert record.read_record(tmp_path).passed == {"m1.add": EARLY}
