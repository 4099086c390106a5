"""What is handed in: found, unpacked with care, or refused with one sentence."""

import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.intake.find import find_inbox
from autograder.intake.names import folder_name
from autograder.intake.rules import MAX_FILES, MAX_VISITED
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Unusable
from tests.unit.intake.hand_ins import barred, lay

MODULES = ["engine", "nn"]
SOURCE = b"x = 1\n"


def staged(path: Path, tmp_path: Path) -> dict[str, bytes]:
    into = tmp_path / "staged"
    into.mkdir()
    submission = stage_entry(Entry("name", path), MODULES, into)
    assert sorted(submission.files) == list(submission.files)
    return {file: (into / file).read_bytes() for file in submission.files}


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_only_sources_are_copied(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "__pycache__").mkdir(parents=True)
    for name in ("engine.py", "helper.py", "data.npz", "__pycache__/engine.py", ".hidden.py"):
        (folder / name).write_bytes(SOURCE)
    assert staged(folder, tmp_path) == {"engine.py": SOURCE, "helper.py": SOURCE}


def test_the_shallowest_folder_with_a_module_is_the_root(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", top__engine=b"", **{
        "top__work__engine.py": SOURCE, "top__work__pkg__tool.py": SOURCE, "old__x__y__nn.py": SOURCE,
    })  # fmt: skip
    assert set(staged(path, tmp_path)) == {"engine.py", "pkg/tool.py", "nn.py"}


def test_links_are_left_out_of_a_tar_and_paths_to_outside_lead_inside(tmp_path: Path) -> None:
    link = tarfile.TarInfo("engine.py")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    outside, absolute = tarfile.TarInfo("../one.py"), tarfile.TarInfo("/tmp/two.py")
    good = tarfile.TarInfo("nn.py")
    path = tarred(
        tmp_path / "a.tar.gz", (link, b""), (outside, SOURCE), (absolute, SOURCE), (good, SOURCE)
    )
    assert staged(path, tmp_path) == {"nn.py": SOURCE, "one.py": SOURCE, "tmp/two.py": SOURCE}
    assert not (tmp_path / "one.py").exists()


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "engine.py").symlink_to("/etc/hostname")
    (folder / "nn.py").write_bytes(SOURCE)
    assert staged(folder, tmp_path) == {"nn.py": SOURCE}


CODE = {"cell_type": "code", "source": "x = 1\n"}


@pytest.mark.parametrize(
    "book",
    [
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1\n"}]}]},
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x", " = 1\n"]}]}]},
        {"nbformat": 5, "cells": [CODE]},
        {"cells": [CODE]},
    ],
)  # fmt: skip
def test_a_notebook_of_any_format_is_its_code(tmp_path: Path, book: dict[str, object]) -> None:
    (tmp_path / "engine.ipynb").write_text(json.dumps(book))
    slim = json.loads(staged(tmp_path / "engine.ipynb", tmp_path)["engine.ipynb"])
    assert slim == {"cells": [CODE], "nbformat": 4}


@pytest.mark.parametrize("name", ["a.ZIP", "a.Zip"])
def test_an_archive_in_capitals_is_an_archive(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    zipped(folder / name, **{"engine.py": SOURCE})
    (entry,) = find_inbox(folder, MODULES).entries
    assert entry.name == "a"
    assert staged(entry.path, tmp_path) == {"engine.py": SOURCE}


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.tar", "work.tar.xz", "WORK.RAR"])
def test_an_archive_that_is_not_read_gets_a_row_and_a_reason(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / name).write_bytes(b"Rar!\x1a\x07\x01")
    (folder / "notes.txt").write_bytes(b"")
    (entry,) = find_inbox(folder, MODULES).entries
    assert entry.name.lower() == "work"
    with pytest.raises(Unusable, match=f"^{name} is a RAR archive; hand in a .zip or .tar.gz$"):
        staged(entry.path, tmp_path)


@pytest.mark.parametrize("inner", ["work.zip", "a/work.tar.gz", "work.RAR"])
def test_work_in_an_archive_in_an_archive_is_pointed_at(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "")
        archive.writestr(inner, "")
    told = f"it holds no source file but {Path(inner).name}: unpack that"
    with pytest.raises(Unusable, match=told):
        staged(path, tmp_path)


def test_an_archive_beside_the_work_is_passed_over(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"engine.py": SOURCE, "data.zip": b""})
    assert staged(path, tmp_path) == {"engine.py": SOURCE}


@pytest.mark.parametrize("members", [{}, {"notes.txt": b""}, {"empty__notes.md": b""}])
def test_an_archive_without_a_source_is_empty_work(
    tmp_path: Path, members: dict[str, bytes]
) -> None:
    assert staged(zipped(tmp_path / "a.zip", **members), tmp_path) == {}


def test_a_name_as_long_as_names_can_be_is_no_fault(tmp_path: Path) -> None:
    """Its bytecode would have a name that no system takes."""
    folder = tmp_path / "class"
    (folder / ("é" * 127)).mkdir(parents=True)
    (folder / ("n" * 252 + ".py")).write_bytes(SOURCE)
    found = find_inbox(folder, MODULES).entries
    assert [len(entry.path.name.encode()) for entry in found] == [255, 254]
    assert len({folder_name(entry.name) for entry in found}) == 2
    assert all(len(folder_name(entry.name).encode()) < 230 for entry in found)
    assert staged(found[1].path, tmp_path) == {}
    with pytest.raises(Unusable, match="n{100}... was left out: its name is longer than 200 bytes"):
        stage_entry(found[0], MODULES, tmp_path / "staged")


def test_ten_thousand_files_are_looked_through_and_more_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "engine.py").write_bytes(SOURCE)
    for number in range(MAX_VISITED - 1):
        (folder / f"{number}.txt").touch()
    assert staged(folder, tmp_path) == {"engine.py": SOURCE}
    (folder / "one more").touch()
    with pytest.raises(Unusable, match="it holds more than 10000 files"):
        stage_entry(Entry("name", folder), MODULES, tmp_path)


def test_a_fifo_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    os.mkfifo(folder / "engine.py")
    assert staged(folder, tmp_path) == {}


@pytest.mark.parametrize("name", ["broken.zip", "broken.tar.gz"])
def test_an_unreadable_archive_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(Unusable, match=f"{name} cannot be read"):
        staged(tmp_path / name, tmp_path)


def test_a_file_of_a_gigabyte_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / "engine.py").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(Unusable, match="engine.py holds more than 512 KiB of code"):
        staged(folder, tmp_path)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("engine.py", b" " * (64 << 20))
    with pytest.raises(Unusable, match="engine.py holds more than 512 KiB of code"):
        staged(tmp_path / "bomb.zip", tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    files = {f"f{number}.py": b"" for number in range(MAX_FILES + 1)}
    with pytest.raises(Unusable, match=f"more than {MAX_FILES} source files"):
        staged(zipped(tmp_path / "a.zip", **files), tmp_path)


def test_a_notebook_counts_by_its_code_only(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# words"},
        {
            "cell_type": "code",
            "source": ["x = 1\n", "y = 2\n"],
            "outputs": [{"data": "picture" * 999}],
        },
    ]
    file = tmp_path / "engine.ipynb"
    file.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    slim = json.loads(staged(file, tmp_path)["engine.ipynb"])
    assert slim["cells"] == [{"cell_type": "code", "source": "x = 1\ny = 2\n"}]


def test_a_misspelt_import_is_taken_for_what_is_meant(tmp_path: Path) -> None:
    folder = lay(tmp_path / "in", {"engine.py": b"", "nn.py": b"from engin import Value\n"})
    into = tmp_path / "copy"
    into.mkdir()
    found = barred(stage_entry(Entry("name", folder), MODULES, into)).refused
    assert found == {"nn": "nn.py imports engin: is engine meant?"}


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("import torch\n", "torch"),
        ("from sklearn.datasets import load_digits\n", "sklearn"),
        ("import os, scipy.linalg, math\n", "scipy"),
        ("import numpy as np\nfrom helper import f\nimport math\n", None),
        ("if __name__ == '__main__':\n    import matplotlib\n", None),
        ("try:\n    import cupy\nexcept ImportError:\n    cupy = None\n", None),
        ("def plot():\n    import matplotlib\n", None),
        ("from . import x\n", None),
        ("this does not parse (\n", None),
    ],
)
def test_forbidden_imports_at_the_top_refuse_the_module(
    tmp_path: Path, source: str, refused: str | None
) -> None:
    folder, into = tmp_path / "in", tmp_path / "staged"
    folder.mkdir()
    into.mkdir()
    (folder / "engine.py").write_text(source)
    (folder / "helper.py").write_text("")
    found = barred(stage_entry(Entry("name", folder), MODULES, into)).refused
    wanted = (
        f"engine.py imports {refused}; only the standard library, NumPy and your own files may be "
        "imported (what you draw or try out with others may stand, import and all, under "
        "if __name__ == '__main__':)"
    )
    assert found == ({"engine": wanted} if refused else {})


def test_entries_of_a_class(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    zipped(tmp_path / "alice.zip")
    zipped(tmp_path / "bob.zip")
    (tmp_path / "carol.ipynb").write_text("{}")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / ".git").mkdir()
    names = [entry.name for entry in find_inbox(tmp_path, MODULES).entries]
    assert names == ["alice", "alice.zip", "bob", "carol"]


def test_one_submission_is_an_entry_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "alice"
    folder.mkdir()
    (folder / "engine.py").write_bytes(SOURCE)
    assert [(e.name, e.path) for e in find_inbox(folder, MODULES).entries] == [("alice", folder)]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="there is no"):
        find_inbox(tmp_path / "nowhere", MODULES)
    with pytest.raises(Unusable, match="holds no submission"):
        find_inbox(tmp_path, MODULES)


NAMES = [
    "alice",
    "li na",
    "=1+1",
    "a/b",
    "a\nb",
    "..",
    ".",
    "",
    "é\u202etxt",
    "x" * 300,
    'q"uote',
    "🎉",
]


def test_folder_names_are_safe_and_distinct() -> None:
    safe = [folder_name(name) for name in NAMES]
    assert safe[:2] == ["alice", "li na"]
    assert len(set(safe)) == len(NAMES)
    for name in safe:
        assert name not in ("", ".", "..")
        assert not set(name) & set('/\n"=')
        assert len(name.encode()) < 255
