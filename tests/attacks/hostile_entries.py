"""Archives, folders and files that are made to hurt whoever opens them; one function each.

Each takes the class folder, the honest source and the folder with the secret, and puts in one
entry or more. `GRADED` are honest work in an odd form; the others must be refused.
"""

import gzip
import io
import json
import os
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

MODULES = ("engine", "nn", "tensor", "train", "conv", "gpt")
ODD_NAMES = (
    "line\nbreak", "\x1b[2J\x1b[31mred", "emoji 🎓", "=cmd|' /C calc'!A0", "+1", "@SUM(1)", "-1",
    'quote"comma,semi;', "<script>alert(1)</script>", "{{ 7 * 7 }}", "[bold red]", "%s%n", "$(id)",
    " ", "CON", "grades.csv", "index.html", "score.json", "‮gpj.exe", "\udcff", "\udcfe", "--help",
    "漢" * 80 + "!", "a" * 255, "..."[:2] + "a", "tab\there", "name.zip",
)  # fmt: skip


def odd_names(folder, honest, working):
    """Honest work under names that break tables, terminals, spreadsheets and paths."""
    for name in ODD_NAMES:
        if not name.startswith("."):
            _folder(folder / name, {"engine.py": honest[:200]})


def same_name_twice(folder, honest, working):
    """Two entries that would be graded under one name."""
    _folder(folder / "twice.zip", {"engine.py": honest[:200]})
    _zip(folder / "twice.tgz.zip", {"engine.py": honest[:200]})
    _folder(folder / "twice", {"engine.py": honest[:200]})


def odd_members(folder, honest, working):
    """Beside honest work, files whose names break paths, hashes and terminals."""
    files = {"engine.py": honest, "\udcff.py": "", "\x1b[2J.py": "", "a" * 250 + ".py": "", "‮yp.py": ""}
    _folder(folder / "odd-members", files)


def zip_that_climbs(folder, honest, working):
    """Honest work, and members that leave the folder: upwards, absolutely, by backslashes."""
    names = ("../planted.py", "/tmp/planted.py", "..\\..\\planted.py", "a/../../planted.py")
    _zip(folder / "climbs.zip", {"engine.py": honest} | dict.fromkeys(names, "planted"))


def zip_with_links(folder, honest, working):
    """A zip whose engine is a symbolic link to another's."""
    with zipfile.ZipFile(folder / "zip-links.zip", "w") as archive:
        link = zipfile.ZipInfo("engine.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(folder / "alice" / "engine.py"))


def zip_of_many(folder, honest, working):
    """A zip of 20,000 members: each costs memory before it is looked at."""
    member = b"PK\x01\x02" + b"\x14\0" * 2 + b"\0" * 20 + b"\1\0" + b"\0" * 16 + b"a"
    directory = member * 20_000
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff\xff" * 2 + len(directory).to_bytes(4, "little") + b"\0" * 6
    (folder / "many.zip").write_bytes(directory + end)


def zip_of_zeros(folder, honest, working):
    """A zip whose engine unpacks to 40 MB."""
    with zipfile.ZipFile(folder / "zeros.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("engine.py", bytes(40 << 20))


def zips_that_are_broken(folder, honest, working):
    """Zips with a broken stream, a false length, a password, an unknown method; no zip at all."""
    _zip(folder / "sound.zip", {"engine.py": honest})
    sound = (folder / "sound.zip").read_bytes()
    (folder / "sound.zip").unlink()
    start = sound.index(b"engine.py") + len("engine.py")
    header = sound.index(b"PK\x01\x02")
    broken = {
        "stream": sound[:start] + b"\xff" * 60 + sound[start + 60 :],
        "password": sound[:6] + b"\1" + sound[7 : header + 8] + b"\1" + sound[header + 9 :],
        "method": sound[:8] + b"\x63" + sound[9 : header + 10] + b"\x63" + sound[header + 11 :],
        "offset": sound[: header + 42] + b"\xff\xff\xff\x7f" + sound[header + 46 :],
        "half": sound[: len(sound) // 2],
        "text": b"engine",
        "empty": b"",
    }
    for name, data in broken.items():
        (folder / f"broken-{name}.zip").write_bytes(data)


def one_name_as_file_and_folder(folder, honest, working):
    """A zip in which helper.py is a file, and a folder too."""
    _zip(folder / "both.zip", {"engine.py": honest, "h.py": "", "h.py/h.py": ""})


def tar_of_devices(folder, honest, working):
    """A tar of devices, pipes and links, to the secret and to another's work."""
    kinds = {"chr": tarfile.CHRTYPE, "blk": tarfile.BLKTYPE, "fifo": tarfile.FIFOTYPE}
    with tarfile.open(folder / "devices.tar.gz", "w:gz") as archive:
        for name, kind in kinds.items():
            archive.addfile(_member(f"{name}.py", kind))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            link = _member("engine.py", kind)
            link.linkname = str(folder / "alice" / "engine.py")
            archive.addfile(link)


def tar_that_climbs(folder, honest, working):
    """Honest work, and members that leave the folder."""
    with tarfile.open(folder / "tar-climbs.tgz", "w:gz") as archive:
        for name, text in (("engine.py", honest), ("../planted.py", ""), ("/tmp/planted.py", "")):
            member = _member(name, tarfile.REGTYPE, len(text.encode()))
            archive.addfile(member, io.BytesIO(text.encode()))


def tar_bombs(folder, honest, working):
    """Tars that unpack to more than they should: one member not looked at, or six that are."""
    for name, count, size, suffix in (("skipped", 1, 260, "bin"), ("read", 6, 15, "py")):
        packer = zlib.compressobj(1, wbits=31)
        with open(folder / f"bomb-{name}.tgz", "wb") as file:
            for number in range(count):
                member = _member(f"m{number}.{suffix}", tarfile.REGTYPE, size << 20)
                file.write(packer.compress(member.tobuf()))
                for _ in range(size):
                    file.write(packer.compress(bytes(1 << 20)))
            file.write(packer.flush())


def tars_that_are_broken(folder, honest, working):
    """Tars cut off, with a false checksum, with headers without end, and no tar at all."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        archive.addfile(_member("engine.py", tarfile.REGTYPE, 10), io.BytesIO(b"x = 1     "))
    packed = gzip.compress(plain.getvalue())
    long_names = b"".join(_member("x", tarfile.GNUTYPE_LONGNAME, 0).tobuf() for _ in range(5_000))
    broken = {
        "cut": packed[: len(packed) // 2],
        "stream": packed[:20] + b"\xff" * 20 + packed[40:],
        "headers": gzip.compress(long_names),
        "text": b"engine",
        "zip": gzip.compress(b"PK" * 1_000),
    }
    for name, data in broken.items():
        (folder / f"tar-{name}.tar.gz").write_bytes(data)


def pipes(folder, honest, working):
    """Named pipes: as an entry, as an archive, and as the engine in a folder."""
    os.mkfifo(folder / "pipe.py")
    os.mkfifo(folder / "pipe-zip.zip")
    (folder / "pipe-inside").mkdir()
    os.mkfifo(folder / "pipe-inside" / "engine.py")


def links(folder, honest, working):
    """Symbolic links to another's work: as an entry, and as the engine in a folder."""
    other = folder / "alice"
    (folder / "link").symlink_to(other)
    (folder / "link-to-file.py").symlink_to(other / "engine.py")
    (folder / "link-to-zero.py").symlink_to("/dev/zero")
    (folder / "link-inside").mkdir()
    (folder / "link-inside" / "engine.py").symlink_to(other / "engine.py")
    (folder / "link-loop").mkdir()
    (folder / "link-loop" / "again").symlink_to(folder / "link-loop")


def large_files(folder, honest, working):
    """A sparse engine and a sparse archive of a gigabyte."""
    for name in ("sparse.py", "sparse.zip", "sparse.tar.gz"):
        with open(folder / name, "wb") as file:
            file.truncate(1 << 30)


def deep_folders(folder, honest, working):
    """Folders nested until no path names the last."""
    here = os.getcwd()
    (folder / "deep").mkdir()
    try:
        os.chdir(folder / "deep")
        for _ in range(40):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        Path("engine.py").write_text(honest)
    finally:
        os.chdir(here)


def engine_that_is_a_folder(folder, honest, working):
    """A folder by the name of the module."""
    _folder(folder / "folder-for-engine" / "engine.py", {"nothing.txt": ""})


def notebooks(folder, honest, working):
    """Notebooks of deeply nested JSON, with false types, and with code that is no text."""
    cell = {"cell_type": "code", "source": [1, {"a": 2}]}
    for name, text in (
        ("deep", '{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}"),
        ("types", json.dumps({"cells": {"cell_type": "code"}})),
        ("source", json.dumps({"cells": [cell]})),
        ("surrogate", '{"cells": [{"cell_type": "code", "source": "\\ud800 = 1"}]}'),
        ("number", '{"cells": ' + "9" * 1_000_000 + "}"),
        ("binary", "\x00\x1b[2J"),
    ):
        _folder(folder / f"notebook-{name}", {"engine.ipynb": text})


def sources(folder, honest, working):
    """Modules that break parsers: nesting, null bytes, encodings, size."""
    for name, data in (
        ("parentheses", b"(" * 500_000),
        ("unary", b"-" * 500_000 + b"1"),
        ("attributes", b"x" + b".a" * 250_000),
        ("nulls", b"x = 1\0" * 1_000),
        ("utf16", "x = 1\n".encode("utf-16")),
        ("punycode", b"# coding: punycode\n" + b"a" * 200 + b"-" + b"9" * 400_000),
        ("unknown", b"# coding: \x1b[2J\nx = 1"),
        ("latin", b"# coding: latin-1\nx = '\xff'\nValue = None\n"),
        ("large", b"x = 1\n" * 500_000),
        ("forbidden", b"import torch\nfrom pytest import raises\n"),
    ):
        (folder / f"source-{name}").mkdir()
        (folder / f"source-{name}" / "engine.py").write_bytes(data)


def sources_that_parse_slowly(folder, honest, working):
    """Import statements that keep Python's parser busy, as one module and as all six."""
    line = {
        "f-strings": "import a{};f'" + "{{a}}" * 3_000 + "'\n",
        "statements": "import a{};" + "a;" * 4_900 + "\n",
        "calls": "import a{};" + "a(" * 90 + ")" * 90 + "\n",
    }
    for name, text in line.items():
        source = "".join(text.format(number) for number in range((480 << 10) // len(text)))
        modules = ("engine",) if name != "statements" else MODULES
        files = dict.fromkeys((f"{module}.py" for module in modules), source)
        _folder(folder / f"slow-{name}", files)


def notebooks_that_grow(folder, honest, working):
    """Notebooks of 30 MB whose parts would take gigabytes."""
    code = '{"cells": [{"cell_type": "code", "source": "x"}], "a": ['
    for name, text in (
        ("texts", code + '"",' * 10_000_000 + "1"),
        ("numbers", code + "NaN," * 7_000_000 + "1]}"),
        ("cells", '{"cells": [' + '{"cell_type":"a"},' * 1_700_000 + "1"),
    ):
        _folder(folder / f"grows-{name}", {"engine.ipynb": text})


ENTRIES = (
    odd_names, same_name_twice, odd_members, zip_that_climbs, zip_with_links, zip_of_many,
    zip_of_zeros, zips_that_are_broken, one_name_as_file_and_folder, tar_of_devices,
    tar_that_climbs, tar_bombs, tars_that_are_broken, pipes, links, large_files, deep_folders,
    engine_that_is_a_folder, notebooks, sources,
)  # fmt: skip
SLOW = (sources_that_parse_slowly, notebooks_that_grow)  # half a minute
GRADED = ("odd-members", "climbs", "tar-climbs")  # honest work: as many points as the honest engine


def _folder(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def _zip(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def _member(name: str, kind: bytes, size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member
