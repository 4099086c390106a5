"""Archives as they lie in an inbox: whoever made them, what they hold is graded or told apart."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.intake.rules import MAX_FILES, MAX_LISTED, MAX_VISITED
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Submission, Unusable

MODULES = ["engine", "nn"]
SOURCE = b"x = 1\n"
DAMAGED = "cannot be read: it is cut off or damaged; make it anew, and open it yourself before"


def stage(path: Path, tmp_path: Path) -> Submission:
    into = tmp_path / "staged"
    into.mkdir()
    return stage_entry(Entry("name", path), MODULES, into)


def staged(path: Path, tmp_path: Path) -> dict[str, bytes]:
    found = stage(path, tmp_path)
    return {file: (found.folder / file).read_bytes() for file in found.files}


def refusal(path: Path, tmp_path: Path) -> str:
    with pytest.raises(Unusable) as caught:
        stage(path, tmp_path)
    return str(caught.value)


def zipped(path: Path, *names: str, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in names:
            archive.writestr(name, SOURCE)
    return path


def tarred(
    path: Path, *names: str, form: int = tarfile.PAX_FORMAT, encoding: str = "utf-8"
) -> Path:
    with tarfile.open(path, "w:gz", format=form, encoding=encoding) as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(SOURCE)
            archive.addfile(info, io.BytesIO(SOURCE))
    return path


PREFIXES = {
    "back-slashes": "Anna\\work\\",
    "a drive": "C:\\Users\\anna\\",
    "a root": "/home/anna/",
    "dots": "./a/../b/./",
    "to outside": "../../work/",
    "zero-width non-joiner": "a\u200cb/",
    "no-break space": "a\u00a0b/",
    "soft hyphen": "a\u00adb/",
    "right-to-left marks": "\u200f\u202eanna\u202c/",
    "control characters": "a\x1b[2Jb\x7f/",
    "apart": unicodedata.normalize("NFD", "José/"),
    "deep": "d/" * 60,
    "long": "l" * 250 + "/",
    "emoji, blanks": "🎓 a /",
}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("make", [zipped, tarred])
def test_what_stands_before_the_chosen_folder_does_not_matter(
    tmp_path: Path, make: Callable[..., Path], prefix: str
) -> None:
    names = [PREFIXES[prefix] + name for name in ("engine.py", "nn.py", "tools/helper.py")]
    path = make(tmp_path / "a.archive", *names)
    wanted = dict.fromkeys(("engine.py", "nn.py", "tools/helper.py"), SOURCE)
    assert staged(path, tmp_path) == wanted


@pytest.mark.parametrize("prefix", ["a\u200cb\u00a0", "\u202eanna", "a\x1b[2Jb", "\udce9t\udce9"])
def test_nor_does_it_in_a_folder(tmp_path: Path, prefix: str) -> None:
    folder = tmp_path / "in" / prefix / ("d/" * 30)
    folder.mkdir(parents=True)
    (folder / "engine.py").write_bytes(SOURCE)
    assert staged(tmp_path / "in", tmp_path) == {"engine.py": SOURCE}


def test_a_folder_too_deep_to_name_takes_nothing_away(tmp_path: Path) -> None:
    folder, here = tmp_path / "in", Path.cwd()
    folder.mkdir()
    (folder / "engine.py").write_bytes(SOURCE)
    try:
        os.chdir(folder)
        for _ in range(25):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    assert staged(folder, tmp_path) == {"engine.py": SOURCE}


@pytest.mark.parametrize("make", [zipped, tarred])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "h\u200c.py",
            "work/h\\u200c.py was left out: its name has characters that cannot be seen",
        ),
        ("\x1b[2J.py", "work/\\x1b[2J.py was left out: its name has characters"),
        ("p\u00a0q/h.py", "work/p\\xa0q/h.py was left out: its name has characters"),
        ("n" * 240 + ".py", f"work/{'n' * 95}... was left out: its name is longer than 200 bytes"),
        ("d/" * 25 + "h.py", "d/d/h.py was left out: it lies more than 20 folders deep"),
    ],
)
def test_below_the_chosen_folder_names_are_plain_or_told(
    tmp_path: Path, make: Callable[..., Path], name: str, told: str
) -> None:
    found = stage(make(tmp_path / "a", "work/engine.py", f"work/{name}"), tmp_path)
    assert found.files == ("engine.py",)
    (note,) = found.notes
    assert told.replace("d/d/h.py ", "") in note
    assert note.isprintable()


def test_work_that_is_only_under_such_a_name_is_refused_with_the_name(tmp_path: Path) -> None:
    assert refusal(zipped(tmp_path / "a.zip", "e\u200c.py"), tmp_path) == (
        "e\\u200c.py was left out: its name has characters that cannot be seen; "
        "rename it, or move it up"
    )


def test_names_in_latin_1_are_read(tmp_path: Path) -> None:
    path = tarred(
        tmp_path / "a.tgz", "Zoë/engine.py", "Zoë/é.py", form=tarfile.GNU_FORMAT, encoding="latin-1"
    )
    assert staged(path, tmp_path) == {"engine.py": SOURCE, "é.py": SOURCE}  # fmt: skip


def test_names_in_utf_8_that_say_nothing_of_it_are_read(tmp_path: Path) -> None:
    """As macOS writes them: the flag for UTF-8 is not set."""
    path = zipped(tmp_path / "a.zip", "h\u00e9.py", "engine.py")
    data = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark) + place
        data = data[:start] + b"\0\0" + data[start + 2 :]
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] != "h\u00e9.py"
    assert staged(path, tmp_path) == {"engine.py": SOURCE, "h\u00e9.py": SOURCE}


# Environments and limits

LIBRARY = [f"lib/python3.11/site-packages/p/{n}.py" for n in range(MAX_FILES + 1)]
ENVIRONMENTS = {
    "venv": [f"my env/{name}" for name in ("pyvenv.cfg", "bin/activate.py", *LIBRARY)],
    "in the work's own folder": ["pyvenv.cfg", "bin/activate.py", *LIBRARY],
    "on Windows": [f"e/{name}" for name in ("pyvenv.cfg", "Scripts/a.py", *(f"Lib/{n}" for n in LIBRARY))],
    "conda": [f"env/{name}" for name in ("conda-meta/history", *(f"lib/python3.11/{n}.py" for n in range(600)))],
    "node": [f"web/node_modules/a/{n}.py" for n in range(MAX_FILES + 1)],
    "packages": [f"deps/site-packages/{n}.py" for n in range(MAX_FILES + 1)],
}  # fmt: skip


@pytest.mark.parametrize("kind", ENVIRONMENTS)
@pytest.mark.parametrize("form", ["zip", "tar", "folder"])
def test_environments_are_passed_over(tmp_path: Path, kind: str, form: str) -> None:
    names = [f"work/{name}" for name in ("engine.py", "a/tool.py", *ENVIRONMENTS[kind])]
    if form == "folder":
        path = tmp_path / "in"
        for name in names:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(SOURCE)
    else:
        path = (zipped if form == "zip" else tarred)(tmp_path / "a", *names)
    assert staged(path, tmp_path) == {"engine.py": SOURCE, "a/tool.py": SOURCE}


def test_what_is_named_as_in_an_environment_counts_elsewhere(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", "engine.py", "lib/helper.py", "bin/tool.py")
    assert {*staged(path, tmp_path)} == {"engine.py", "lib/helper.py", "bin/tool.py"}


def test_an_environment_of_many_files_does_not_count(tmp_path: Path) -> None:
    names = [f"work/node_modules/{n}" for n in range(MAX_VISITED + 1)]
    assert staged(zipped(tmp_path / "a.zip", "work/engine.py", *names), tmp_path) == {
        "engine.py": SOURCE
    }


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([f"w/old/{n}.py" for n in range(501)], "more than 500 source files, most in w/old: leave"),
        ([f"w/{n % 2}/a/{n}.py" for n in range(501)], "more than 500 source files, most in w/0/a: leave"),
        ([f"{n}.py" for n in range(501)], "it holds more than 500 source files"),
        ([f"w/data/p{n % 9}/{n}.png" for n in range(MAX_VISITED)], "10000 files, most in w/data"),
    ],
)  # fmt: skip
def test_at_a_limit_the_folder_that_holds_most_is_named(
    tmp_path: Path, names: list[str], told: str
) -> None:
    assert told in refusal(zipped(tmp_path / "a.zip", "w/engine.py", *names), tmp_path)


def test_an_archive_that_is_too_large_names_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w/engine.py", SOURCE)
        archive.writestr("w/video/me.mp4", bytes(2 << 20))
    monkeypatch.setattr("autograder.intake.archives.MAX_ARCHIVE", 1 << 20)
    told = "it is larger than 1 MiB, most in w/video: leave that out"
    assert refusal(path, tmp_path) == told


def test_a_tar_that_unpacks_to_too_much_names_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("w/engine.py", "w/video/one.mp4", "w/video/two.mp4"):
            info = tarfile.TarInfo(name)
            info.size = 1 << 20 if "video" in name else len(SOURCE)
            archive.addfile(info, io.BytesIO(bytes(1 << 20) if "video" in name else SOURCE))
    monkeypatch.setattr("autograder.intake.archives.MAX_UNPACKED", 1 << 20)
    told = "it unpacks to more than 1 MiB, most in w/video: leave that out"
    assert refusal(path, tmp_path) == told


def test_an_archive_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", *(f"{n}.py" for n in range(MAX_FILES - 1)), "engine.py")
    opened = []
    usual = zipfile.ZipFile._RealGetContents  # type: ignore[attr-defined]
    monkeypatch.setattr(
        zipfile.ZipFile, "_RealGetContents", lambda self: (opened.append(1), usual(self))
    )
    assert len(staged(path, tmp_path)) == MAX_FILES
    assert opened == [1]


def test_members_are_counted_before_they_are_listed(tmp_path: Path) -> None:
    member = b"PK\x01\x02" + b"\x14\0" * 2 + b"\0" * 20 + b"\1\0" + b"\0" * 16 + b"a"
    directory = member * (MAX_LISTED + 1)
    end = (
        b"PK\x05\x06" + b"\0" * 4 + b"\xff\xff" * 2 + struct.pack("<L", len(directory)) + b"\0" * 6
    )
    (tmp_path / "a.zip").write_bytes(directory + end)
    assert refusal(tmp_path / "a.zip", tmp_path) == "it holds more than 50000 files"


# What it is, whatever its name says


def plain_tar(names: tuple[str, ...] = ("w/engine.py",)) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(SOURCE)
            archive.addfile(info, io.BytesIO(SOURCE))
    return data.getvalue()


TAR = plain_tar()
PACKED = {
    "tar": TAR,
    "gzip": gzip.compress(TAR, mtime=0),
    "bzip2": bz2.compress(TAR),
    "xz": lzma.compress(TAR),
}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.rar", "a.7z", "a.tar.bz2", "a", "a.ZIP"])
@pytest.mark.parametrize("kind", [*PACKED, "zip"])
def test_an_archive_is_read_as_what_it_is(tmp_path: Path, kind: str, name: str) -> None:
    if kind == "zip":
        zipped(tmp_path / name, "w/engine.py")
    else:
        (tmp_path / name).write_bytes(PACKED[kind])
    assert staged(tmp_path / name, tmp_path) == {"engine.py": SOURCE}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Rar!\x1a\x07\x01\0", "a.zip is a RAR archive; hand in a .zip or .tar.gz"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a.zip is a 7z archive; hand in"),
        (b"\x28\xb5\x2f\xfd\x04", "a.zip is a Zstandard archive; hand in"),
        (b"%PDF-1.7", "a.zip is a PDF document; hand in"),
        (b"<!DOCTYPE html><title>Log in", "a.zip is a web page; hand in"),
        (b"", "a.zip is empty; hand in"),
        (b"engine", "a.zip is no archive; hand in"),
        (b"PK\x03\x04 not really", f"a.zip {DAMAGED}"),
        (gzip.compress(SOURCE, mtime=0), f"a.zip {DAMAGED}"),
        (PACKED["gzip"][:-20], f"a.zip {DAMAGED}"),
        (PACKED["xz"][:-40], f"a.zip {DAMAGED}"),
        (PACKED["gzip"][:20] + b"\xff" * 9 + PACKED["gzip"][29:], f"a.zip {DAMAGED}"),
    ],
)
def test_what_is_no_archive_is_told_apart(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    assert refusal(tmp_path / "a.zip", tmp_path).startswith(told)


def changed(path: Path, at_local: int, at_central: int, value: bytes) -> Path:
    data = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", at_local), (b"PK\x01\x02", at_central)):
        start = data.index(mark) + place
        data = data[:start] + value + data[start + len(value) :]
    path.write_bytes(data)
    return path


def test_an_encrypted_zip_is_told(tmp_path: Path) -> None:
    path = changed(zipped(tmp_path / "a.zip", "engine.py"), 6, 8, b"\1\0")
    assert refusal(path, tmp_path) == "the archive is encrypted; make it without a password"


@pytest.mark.parametrize("method", [9, 93, 99])  # deflate64, Zstandard, AES
def test_an_unknown_method_is_told(tmp_path: Path, method: int) -> None:
    path = changed(zipped(tmp_path / "a.zip", "engine.py"), 8, 10, struct.pack("<H", method))
    assert refusal(path, tmp_path) == (
        "engine.py is packed by a method that is not read; "
        "make a plain .zip, as your system's own menu does"
    )


def test_a_member_with_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    path = changed(zipped(tmp_path / "a.zip", "w/engine.py"), 14, 16, b"\1\2\3\4")
    assert refusal(path, tmp_path).startswith(f"w/engine.py {DAMAGED}")


# Held


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_of_zips_is_read(tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path / "a.zip", "engine.py", method=method)
    assert staged(path, tmp_path) == {"engine.py": SOURCE}


def test_zip64_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open("engine.py", "w", force_zip64=True) as stream,
    ):
        stream.write(SOURCE)
    assert b"\x2d\0" in path.read_bytes()[:6]
    assert staged(path, tmp_path) == {"engine.py": SOURCE}


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_of_duplicate_members_the_last_counts(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a"
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("engine.py", b"first")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("engine.py", b"last")
    else:
        with tarfile.open(path, "w:gz") as archive:
            for data in (b"first", b"last"):
                info = tarfile.TarInfo("engine.py")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    assert staged(path, tmp_path) == {"engine.py": b"last"}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_format_of_tars_is_read(tmp_path: Path, form: int) -> None:
    path = tarred(tmp_path / "a.tgz", "l" * 90 + "/engine.py", "é" * 40 + "/nn.py", form=form)
    assert staged(path, tmp_path) == {"engine.py": SOURCE, "nn.py": SOURCE}


def test_a_sparse_tar_is_read(tmp_path: Path) -> None:
    """As GNU tar writes it: one run of data, then a hole."""
    header = bytearray(tarfile.TarInfo("engine.py").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"%011o\0" % len(SOURCE)
    header[156:157] = b"S"
    header[386:410] = b"%011o\0%011o\0" % (0, len(SOURCE))
    header[483:495] = b"%011o\0" % 1000
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data = bytes(header) + SOURCE.ljust(512, b"\0") + bytes(1024)
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(data))
    found = staged(tmp_path / "a.tar.gz", tmp_path)
    assert found == {"engine.py": SOURCE + bytes(1000 - len(SOURCE))}


@pytest.mark.parametrize("make", [zipped, tarred])
def test_what_systems_leave_beside_the_work_is_passed_over(
    tmp_path: Path, make: Callable[..., Path]
) -> None:
    path = make(
        tmp_path / "a", "w/engine.py", "w/._engine.py", "__MACOSX/w/._engine.py", "__MACOSX/engine.py",
        "w/.ipynb_checkpoints/engine-checkpoint.ipynb", "w/__pycache__/nn.py", "w/.git/nn.py",
        "w/Thumbs.db", "w/.DS_Store",
    )  # fmt: skip
    assert staged(path, tmp_path) == {"engine.py": SOURCE}


SOURCES = {
    "BOM": b"\xef\xbb\xbf" + SOURCE,
    "CR": b"x = 1\ry = 2\r",
    "CRLF": b"x = 1\r\n",
    "form feeds": b"\x0cx = 1\n\x0c\n",
    "a coding cookie": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "nothing": b"",
    "null bytes": b"x = 1\0\0\0",
}


@pytest.mark.parametrize("kind", SOURCES)
def test_sources_stay_byte_for_byte(tmp_path: Path, kind: str) -> None:
    (tmp_path / "engine.py").write_bytes(SOURCES[kind])
    assert staged(tmp_path / "engine.py", tmp_path) == {"engine.py": SOURCES[kind]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_source_in_utf_16_becomes_utf_8(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "engine.py").write_bytes("x = 'é'\r\n".encode(encoding))
    assert staged(tmp_path / "engine.py", tmp_path) == {"engine.py": "x = 'é'\r\n".encode()}
