"""Which copy of a module is graded, and what is told of it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.intake.find import find_inbox
from autograder.intake.handout import count_done, is_begun
from autograder.intake.rank import RULES
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Submission
from tests.conftest import ROOT
from tests.unit.intake.hand_ins import (
    MODULES,
    half,
    lay,
    notebook,
    solved,
    stub,
    tarred,
    zipped,
)

OLD = b"# an older one\n" + solved("engine")
Files = dict[str, bytes]


def as_folder(place: Path, files: Files) -> Path:
    return lay(place / "ada", files)


def as_zip(place: Path, files: Files) -> Path:
    return lay(place, {"ada.zip": zipped(files)}) / "ada.zip"


def as_tar(place: Path, files: Files) -> Path:
    return lay(place, {"ada.tar.gz": tarred(files)}) / "ada.tar.gz"


def as_zip_in_a_folder(place: Path, files: Files) -> Path:
    return lay(place / "ada", {"work.zip": zipped(files)})


def graded(path: Path) -> Submission:
    into = path.parent / "copy"
    into.mkdir()
    return stage_entry(Entry("ada", path), MODULES, into)


@pytest.fixture(params=[as_folder, as_zip, as_tar, as_zip_in_a_folder])
def wrap(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Files], Submission]:
    """Stage files in each of the wrappings that they come in."""
    return lambda files: graded(request.param(tmp_path, files))


def inner(paths: tuple[str, ...]) -> list[str]:
    """Paths, that in an archive without the archive's name."""
    return [path.removeprefix("work.zip/") for path in paths]


STUBS = {
    "as it was": stub("engine"),
    "with CRLF": stub("engine").replace(b"\n", b"\r\n"),
    "with other blanks": stub("engine").replace(b"\n\n", b"\n \n\n").replace(b"    ", b"\t"),
    "with a comment": b"# Ada Lovelace, group 3\n" + stub("engine"),
    "with a byte order mark": b"\xef\xbb\xbf" + stub("engine"),
    "with nothing in it": b"  \n",
}


@pytest.mark.parametrize("untouched", STUBS.values(), ids=STUBS)
def test_a_stub_never_beats_work(wrap: Callable[[Files], Submission], untouched: bytes) -> None:
    files = {
        "kit/work/engine.py": untouched,
        "kit/work/nn.py": stub("nn"),
        "kit/notebooks/engine.ipynb": notebook(solved("engine")),
        "kit/notebooks/nn.ipynb": stub("nn", ".ipynb"),
    }
    found = wrap(files)
    assert "engine.ipynb" in found.files
    assert "engine.py" not in found.files
    assert inner(found.paths)[0] == "kit/notebooks/engine.ipynb"
    (note,) = found.notes
    assert note.replace("work.zip/", "") == (
        "engine.py is there twice: kit/notebooks/engine.ipynb, kit/work/engine.py; "
        "kit/notebooks/engine.ipynb was taken: a stub never goes before work"
    )


def test_the_other_way_round_the_file_is_taken(wrap: Callable[[Files], Submission]) -> None:
    shown = "NotImplementedError: milestone 1: Value.__mul__"
    files = {"work/engine.py": solved("engine"), "notebooks/engine.ipynb": stub("engine", ".ipynb")}
    assert inner(wrap(files).paths) == ["work/engine.py"]
    book = notebook(solved("engine"), shown * 99)  # an output that was left is no open piece
    assert is_begun(book.decode(), "engine")


def test_work_in_both_folders_of_the_kit_is_put_together(tmp_path: Path) -> None:
    files = {f"work/{module}.py": stub(module) for module in MODULES}
    files |= {f"notebooks/{module}.ipynb": stub(module, ".ipynb") for module in MODULES}
    files |= {
        "work/engine.py": solved("engine"),
        "work/nn.py": solved("nn"),
        "notebooks/tensor.ipynb": notebook(solved("tensor")),
        "handouts/m1.md": b"words", "kit/autograder.whl": b"PK", "README.md": b"words",
    }  # fmt: skip
    found = graded(lay(tmp_path / "ada", files))
    assert set(found.paths) >= {"work/engine.py", "work/nn.py", "notebooks/tensor.ipynb"}
    assert not {"engine.ipynb", "nn.ipynb", "tensor.py"} & {*found.files}
    rule = "a stub never goes before work"
    assert list(found.notes) == [
        f"engine.py, nn.py are there twice, in work, notebooks; those in work were taken: {rule}",
        "tensor.py is there twice: notebooks/tensor.ipynb, work/tensor.py; "
        f"notebooks/tensor.ipynb was taken: {rule}",
    ]


def test_a_kit_that_was_not_begun_tells_nothing(tmp_path: Path) -> None:
    files = {f"work/{module}.py": stub(module) for module in MODULES}
    files |= {f"notebooks/{module}.ipynb": stub(module, ".ipynb") for module in MODULES}
    assert graded(lay(tmp_path / "ada", files)).notes == ()


TWICE = [
    (
        {"engine.ipynb": notebook(OLD)[:-50], "old/engine.py": half("engine")},
        ["old/engine.py"],
        "what cannot be read goes last",
    ),
    (
        {"backup/engine.py": OLD, "project/engine.py": solved("engine"), "project/nn.py": solved("nn")},
        ["project/engine.py", "project/nn.py"],
        "modules of one folder go together",
    ),
    (
        {"a/engine.py": solved("engine"), "a/nn.py": solved("nn"), "z/engine.py": OLD},
        ["a/engine.py", "a/nn.py"],
        "modules of one folder go together",
    ),
    (
        {"attempt 1/engine.py": half("engine"), "final/engine.py": solved("engine")},
        ["final/engine.py"],
        "what has more written goes first",
    ),
    (
        {"attempt 1/engine.py": solved("engine"), "final/engine.py": half("engine")},
        ["attempt 1/engine.py"],
        "what has more written goes first",
    ),
    (
        {"engine.py": solved("engine"), "old/engine.py": OLD},
        ["engine.py", "old/engine.py"],
        "the folder nearest to the top goes first",
    ),
    (
        {"engine.py": solved("engine"), "engine.ipynb": notebook(OLD)},
        ["engine.py"],
        "a .py goes before a notebook",
    ),
    (
        {"engine.py": half("engine"), "engine (1).py": solved("engine")},
        ["engine (1).py"],
        "what has more written goes first",
    ),
    (
        {"engine.py": solved("engine"), "engine (1).py": OLD},
        ["engine.py"],
        "the name that was asked for goes first",
    ),
    (
        {"v1/engine.py": OLD, "v2/engine.py": solved("engine")},
        ["v1/engine.py"],
        "only by name, so look which is meant",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "paths", "reason"), TWICE)
def test_among_real_copies_a_rule_decides_and_is_told(
    wrap: Callable[[Files], Submission], files: Files, paths: list[str], reason: str
) -> None:
    found = wrap(files)
    assert inner(found.paths) == paths
    (note,) = found.notes
    assert note.startswith("engine.py is there twice: ")
    assert note.replace("work.zip/", "").endswith(f"; {paths[0]} was taken: {reason}")


def test_a_date_decides_nothing(tmp_path: Path) -> None:
    path = lay(tmp_path / "ada", {"v1/engine.py": OLD, "v2/engine.py": solved("engine")})
    os.utime(path / "v1/engine.py", (1, 1))
    assert graded(path).paths == ("v1/engine.py",)


def test_equal_copies_are_no_choice(wrap: Callable[[Files], Submission]) -> None:
    same = solved("engine").replace(b"\n", b"\r\n")
    found = wrap({"a/engine.py": same, "a/nn.py": solved("nn"), "old/engine.py": solved("engine")})
    assert inner(found.paths) == ["a/engine.py", "a/nn.py"]
    assert found.notes == ()


def test_a_module_from_another_folder_is_told_and_brings_what_it_imports(
    wrap: Callable[[Files], Submission],
) -> None:
    found = wrap(
        {
            "hw/engine.py": solved("engine"), "hw/nn.py": solved("nn"), "hw/pkg/tool.py": b"x = 1",
            "more/tensor.py": solved("tensor"), "more/ops.py": b"y = 2", "unused/z.py": b"z = 3",
        }
    )  # fmt: skip
    assert found.files == ("engine.py", "nn.py", "ops.py", "pkg/tool.py", "tensor.py")
    assert [note.replace("work.zip/", "") for note in found.notes] == [
        "more/tensor.py was taken too, though the others lie in hw"
    ]


def test_a_package_that_has_a_modules_name_in_it_stays_as_it_is(tmp_path: Path) -> None:
    files = {"engine.py": b"from pkg.engine import *\n", "pkg/__init__.py": b""}
    found = graded(lay(tmp_path / "ada", {**files, "pkg/engine.py": solved("engine")}))
    assert found.files == ("engine.py", "pkg/__init__.py", "pkg/engine.py")


@pytest.mark.parametrize(
    "name",
    ["Engine.py", "ENGINE.PY", "engine (1).py", "engine(2).py", "engine - Copy.py",
     "engine copy.py", "Copy of engine.py", "engine.py.txt"],
)  # fmt: skip
def test_nearly_the_right_name_is_taken_and_told(
    wrap: Callable[[Files], Submission], name: str
) -> None:
    found = wrap({f"hw/{name}": solved("engine"), "hw/nn.py": solved("nn")})
    assert found.files == ("engine.py", "nn.py")
    assert inner(found.paths) == [f"hw/{name}", "hw/nn.py"]
    assert [note.replace("work.zip/", "") for note in found.notes] == [
        f"hw/{name} was taken as engine.py"
    ]


@pytest.mark.parametrize("name", ["engine.ipynb.json", "Engine.ipynb.txt", "engine (1).ipynb"])
def test_a_notebook_by_nearly_the_right_name_too(tmp_path: Path, name: str) -> None:
    found = graded(lay(tmp_path / "ada", {name: notebook(solved("engine"))}))
    assert found.files == ("engine.ipynb",)
    assert found.notes == (f"{name} was taken as engine.ipynb",)


def test_several_archives_in_a_folder_are_one_work(tmp_path: Path) -> None:
    files = {
        "m1.zip": zipped({"engine.py": solved("engine")}),
        "m2.tar.gz": tarred({"nn.py": b"x"}),
    }
    found = graded(lay(tmp_path / "ada", {**files, "report.pdf": b"%PDF"}))
    assert found.paths == ("m1.zip/engine.py", "m2.tar.gz/nn.py")
    assert found.notes == ("m2.tar.gz/nn.py was taken too, though the others lie in m1.zip",)


def test_an_archive_beside_sources_is_not_taken_and_that_is_told(tmp_path: Path) -> None:
    files = {"engine.py": solved("engine"), "old.zip": zipped({"nn.py": solved("nn")})}
    files |= {"data.zip": zipped({"x.py": b""}), "broken.zip": b"PK"}
    found = graded(lay(tmp_path / "ada", files))
    assert found.files == ("engine.py",)
    assert found.notes == (
        "old.zip/nn.py: not taken, since sources lie beside the archive",
        "broken.zip was not opened, since sources lie beside it",
    )


def test_the_folder_of_the_student_kit_is_one_submission(tmp_path: Path) -> None:
    kit = {"work/engine.py": stub("engine"), "notebooks/engine.ipynb": notebook(solved("engine")),
           "handouts/m1.md": b"", "kit/install.py": b"", "README.md": b""}  # fmt: skip
    (entry,) = find_inbox(lay(tmp_path / "kit-of-ada", kit), MODULES).entries
    assert entry.name == "kit-of-ada"


@pytest.mark.parametrize("module", MODULES)
def test_how_much_of_a_module_is_written(module: str) -> None:
    text = stub(module).decode()
    assert (is_begun(text, module), count_done(text, module)) == (False, 0)
    begun = half(module).decode()
    assert (is_begun(begun, module), count_done(begun, module)) == (True, 1)
    done = count_done(solved(module).decode(), module)
    assert done == text.count("raise NotImplementedError")


def test_the_guide_has_every_rule_in_its_order() -> None:
    guide = (ROOT / "docs/hand-ins.md").read_text()
    table = [line.split("|")[1].strip() for line in guide.splitlines() if line.startswith("| ")]
    reasons = [rule.reason for rule in RULES]
    assert [cell for cell in table if cell in reasons] == reasons
