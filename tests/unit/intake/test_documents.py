"""Documents that a unit names are handed in beside its module; all other files are passed over."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.intake.hash import hash_files
from autograder.intake.rules import MAX_DOCUMENT
from autograder.intake.stage import stage_entry
from autograder.intake.submission import (
    Entry,
    Submission,
    find_lookalikes,
    find_misnamed,
)
from autograder.judge.documents import Documents
from autograder.run.parcel import pack_submission, unpack_parcel
from autograder.sandbox.failures import NotHandedIn, Rejected
from tests.unit.intake.hand_ins import barred

MODULES = ["engine", "training", "experiment"]
SOURCE, TEXT = b"x = 1\n", b"# Mathematics\n"


def stage(path: Path, modules: list[str] = MODULES) -> Submission:
    into = path.parent / f"{path.name}-staged"
    into.mkdir()
    return stage_entry(Entry("ada", path), modules, into)


def write(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        file = folder / name.replace("__", "/").replace("_md", ".md").replace("_toml", ".toml")
        file = file.with_suffix(".py") if not file.suffix else file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def test_documents_are_taken_beside_the_module_and_other_files_are_not(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", experiment=SOURCE, math_md=TEXT, notes_md=TEXT)
    work = stage(folder)
    assert work.files == ("experiment.py", "math.md") == work.paths
    assert work.sources == ("experiment.py",)
    assert (work.folder / "math.md").read_bytes() == TEXT
    assert work.sha256 == hash_files(work.folder, ["experiment.py", "math.md"])
    assert work.notes == ()


def test_without_documents_the_hash_is_that_of_the_sources(tmp_path: Path) -> None:
    work = stage(write(tmp_path / "in", engine=SOURCE, notes_md=TEXT))
    assert work.sha256 == hash_files(work.folder, ["engine.py"])
    beside = stage(write(tmp_path / "more", engine=SOURCE, math_md=TEXT))
    assert beside.sha256 != work.sha256


def test_documents_of_a_unit_that_is_not_in_use_are_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", engine=SOURCE, math_md=TEXT)
    assert stage(folder, ["engine"]).files == ("engine.py",)


def test_a_document_that_is_too_long_is_left_out_alone(tmp_path: Path) -> None:
    long = b"word " * (1 << 20)
    folder = write(tmp_path / "in", experiment=SOURCE, math_md=long, training_md=TEXT)
    work = stage(folder)
    assert work.files == ("experiment.py", "training.md")
    told = "math.md holds more than 512 KiB; a document is a few pages of text"
    assert work.withheld == {"math.md": told}
    assert work.notes == (f"math.md was left out: {told}",)
    with pytest.raises(Rejected, match="more than 512 KiB"):
        Documents(work, "unit r").read("math.md")
    allowed = stage(write(tmp_path / "just", experiment=SOURCE, math_md=b"x" * MAX_DOCUMENT))
    assert allowed.files == ("experiment.py", "math.md")


def test_the_document_beside_the_module_goes_before_others(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", work__experiment=SOURCE, work__math_md=TEXT, math_md=b"old", a__math_md=b""
    )
    work = stage(folder)
    assert (work.folder / "math.md").read_bytes() == TEXT
    assert work.notes == ("math.md: work/math.md was taken, not math.md, a/math.md",)


def test_capitals_and_utf_16_are_made_plain(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", experiment=SOURCE)
    (folder / "Math.MD").write_bytes("# Ada\n".encode("utf-16"))
    work = stage(folder)
    assert work.files == ("experiment.py", "math.md")
    assert work.paths == ("experiment.py", "Math.MD")
    assert Documents(work, "unit r").read("math.md") == "# Ada\n"


def test_links_are_no_documents(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", experiment=SOURCE)
    (folder / "math.md").symlink_to("/etc/hostname")
    assert stage(folder).files == ("experiment.py",)
    archive = tmp_path / "in.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        module, link = tarfile.TarInfo("experiment.py"), tarfile.TarInfo("math.md")
        module.size = len(SOURCE)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(module, io.BytesIO(SOURCE))
        packed.addfile(link)
    assert stage(archive).files == ("experiment.py",)


def test_archives_hold_documents(tmp_path: Path) -> None:
    inner = tmp_path / "in" / "work.zip"
    inner.parent.mkdir()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("r/experiment.py", SOURCE)
        packed.writestr("r/experiment.toml", b"a = 1")
        packed.writestr("__MACOSX/r/experiment.toml", b"junk")
    assert stage(inner).paths == ("r/experiment.py", "r/experiment.toml")
    work = stage(inner.parent)
    assert work.files == ("experiment.py", "experiment.toml")
    assert (work.folder / "experiment.toml").read_bytes() == b"a = 1"


def test_a_member_that_cannot_be_read_costs_the_document_alone(tmp_path: Path) -> None:
    archive = tmp_path / "in.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("experiment.py", SOURCE)
        packed.writestr("math.md", TEXT)
    data = archive.read_bytes()
    archive.write_bytes(data.replace(TEXT, TEXT[::-1], 1))  # its checksum is another one
    work = stage(archive)
    assert work.files == ("experiment.py",)
    assert list(work.withheld) == ["math.md"]
    assert work.withheld["math.md"].startswith("math.md cannot be read")


def test_a_document_stands_in_for_no_module(tmp_path: Path) -> None:
    source = b"import training\n"
    work = barred(stage(write(tmp_path / "in", experiment=source, training_md=TEXT)))
    assert work.blocked == {"experiment": "training.py was not handed in, experiment.py needs it"}
    files = ["experiment.md", "training.md"]
    assert find_misnamed(files, MODULES) == []
    assert find_lookalikes(["engine.py", *files], MODULES) == {}


def test_a_parcel_carries_what_was_withheld(tmp_path: Path) -> None:
    long = b"x" * (MAX_DOCUMENT + 1)
    folder = write(tmp_path / "in", experiment=SOURCE, math_md=long, training_md=TEXT)
    work = stage(folder)
    (tmp_path / "there").mkdir()
    there = unpack_parcel(pack_submission(work), tmp_path / "there")
    assert there.withheld == work.withheld
    assert Documents(there, "unit r").read("training.md") == TEXT.decode()


def test_what_cannot_be_read_as_text_is_said_with_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", experiment=SOURCE, math_md=b"one\ntwo\n\xff\n")
    work = stage(folder)
    with pytest.raises(Rejected, match=r"math\.md, line 3: not UTF-8"):
        Documents(work, "unit r").read("math.md")
    with pytest.raises(NotHandedIn, match=r"unit r: training\.md was not handed in"):
        Documents(work, "unit r").read("training.md")
