"""Right work in the wrappings that strangers found: what is taken, and what is said of it."""

import gzip
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake import lone
from autograder.intake.find import find_inbox
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Submission, Unusable
from tests.unit.intake.hand_ins import (
    MODULES,
    barred,
    half,
    lay,
    notebook,
    solved,
    stub,
    tarred,
    zipped,
)

MILESTONES = load_course().milestones
ENGINE, NN = solved("engine"), solved("nn")
RAR, SEVEN_ZIP = b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c"
Files = dict[str, bytes]


def staged(place: Path, files: Files) -> dict[str, Submission]:
    """Each row of an inbox, copied; one that cannot be is left out."""
    found = find_inbox(lay(place / "in", files), MODULES)
    copies = {}
    for number, entry in enumerate(lone.assign_modules(found.entries, MILESTONES, MILESTONES)):
        into = place / f"copy-{number}"
        into.mkdir()
        copies[entry.name] = barred(stage_entry(entry, MODULES, into))
    return copies


def stage_one(place: Path, files: Files) -> Submission:
    """The copy of a submission beside which there is another, so that it is one of a class."""
    name = next(iter(files)).partition("/")[0].removesuffix(".zip").removesuffix(".tar")
    return staged(place, {"zoe/engine.py": ENGINE, **files})[name]


WHOSE: dict[str, Files] = {
    "one file of another, by its name": {"engine.py": ENGINE, "bob_engine.py": ENGINE},
    "files of other modules": {"engine.py": ENGINE, "bob_nn.py": NN, "cleo_nn.py": NN},
    "another suffix": {"engine.py": ENGINE, "fay.txt": ENGINE},
}


@pytest.mark.parametrize("files", WHOSE.values(), ids=WHOSE)
def test_one_stray_module_swallows_nobody(tmp_path: Path, files: Files) -> None:
    with pytest.raises(Unusable) as problem:
        find_inbox(lay(tmp_path, files), MODULES)
    assert all(name in str(problem.value) for name in files)
    assert str(problem.value).endswith("a folder of their own, and run again")


@pytest.mark.parametrize(
    "files",
    [
        {"cleo.zip": zipped({"my_engine.py": ENGINE})},
        {"dan/homework.ipynb": notebook(ENGINE)},
        {"suffixless": tarred({"hw/engine.py": ENGINE})},
    ],
)
def test_a_stray_module_beside_work_of_any_name_is_a_row(tmp_path: Path, files: Files) -> None:
    found = find_inbox(
        lay(tmp_path, {"engine.py": stub("engine"), "eve.rar": RAR, **files}), MODULES
    )
    names = [entry.name for entry in found.entries]
    assert sorted(names) == sorted(
        ["engine", "eve", *(f.split(".")[0].split("/")[0] for f in files)]
    )
    assert found.notes == ["engine.py names nobody: it is a submission of its own"]


def test_a_students_own_experiments_are_one_submission(tmp_path: Path) -> None:
    files = {"engine.py": ENGINE, "engine_utils.py": b"x = 1\n", "scratch.py": ENGINE,
             "experiments/try.py": ENGINE, "notes.txt": b"to do: nn"}  # fmt: skip
    assert [entry.name for entry in find_inbox(lay(tmp_path / "ada", files), MODULES).entries] == [
        "ada"
    ]


BESIDE: dict[str, tuple[Files, str]] = {
    "a RAR": ({"engine.rar": RAR}, "engine.rar was not opened, since sources lie beside it"),
    "a cut zip": (
        {"engine.zip": zipped({"engine.py": ENGINE})[:900]},
        "engine.zip was not opened, since sources lie beside it",
    ),
    "a zip of another name": (
        {"hw.zip": zipped({"my_engine.py": ENGINE})},
        "hw.zip/my_engine.py: not taken, since sources lie beside the archive",
    ),
}


@pytest.mark.parametrize(("files", "note"), BESIDE.values(), ids=BESIDE)
def test_an_archive_beside_sources_is_named(tmp_path: Path, files: Files, note: str) -> None:
    copy = stage_one(
        tmp_path, {f"ada/{name}": data for name, data in {"nn.py": NN, **files}.items()}
    )
    assert copy.notes == (note,)
    assert copy.blocked == {"nn": "engine.py was not handed in, nn.py needs it"}


def test_an_archive_in_an_archive_with_sources_is_named(tmp_path: Path) -> None:
    inner = zipped({"engine.py": ENGINE})
    copies = staged(tmp_path, {"c.zip": zipped({"nn.py": NN, "more.zip": inner}), "d.py": ENGINE})
    assert copies["c"].notes == ("more.zip was not opened, since sources lie beside it",)


def test_an_archive_of_which_nothing_counts_is_named(tmp_path: Path) -> None:
    copy = stage_one(tmp_path, {"late/zed.zip": zipped({"engine.py": ENGINE}),
                          "late/yan.zip": zipped({"my_engine.py": ENGINE})})  # fmt: skip
    assert copy.paths == ("zed.zip/engine.py",)
    assert copy.notes == ("yan.zip/my_engine.py: not taken, since the modules lie elsewhere",)


MANY = zipped({f"env/f{number}.py": b"" for number in range(501)})
USELESS: dict[str, tuple[str, bytes, str]] = {
    "too many files": (".zip", MANY, "it holds more than 500 source files"),
    "a 7z": (".7z", SEVEN_ZIP, "it is a 7z archive; hand in a .zip or .tar.gz"),
    "a RAR": (".rar", RAR, "it is a RAR archive; hand in a .zip or .tar.gz"),
    "a broken zip": (".zip", b"PK\x03\x04", "it cannot be read: it is cut off or damaged; make"),
    "an empty file": (".zip", b"", "it is empty; hand in a .zip or .tar.gz"),
}
EXPORTS = {
    "Canvas": ("doe_1_2_engine.py", "doe_1_3_more"),
    "Blackboard": tuple(f"hw_doe_attempt_2026-10-01-23-58-12_{n}" for n in ("engine.py", "more")),
    "Moodle": tuple(f"doe_9_assignsubmission_file_{name}" for name in ("engine.py", "more")),
}


@pytest.mark.parametrize(("suffix", "data", "reason"), USELESS.values(), ids=USELESS)
@pytest.mark.parametrize("names", EXPORTS.values(), ids=EXPORTS)
def test_a_useless_attachment_costs_nothing(
    tmp_path: Path, names: tuple[str, str], suffix: str, data: bytes, reason: str
) -> None:
    copy = staged(tmp_path, {names[0]: ENGINE, names[1] + suffix: data})["doe"]
    assert copy.files == ("engine.py",)
    assert copy.notes[0].startswith(f"{names[1]}{suffix} was left out: {reason}")


def test_a_broken_archive_beside_a_whole_one_costs_nothing(tmp_path: Path) -> None:
    files = {"ada/work.zip": zipped({"engine.py": ENGINE}), "ada/pictures.zip": b"PK\x03\x04"}
    copy = stage_one(tmp_path, files)
    assert copy.paths == ("work.zip/engine.py",)
    assert copy.notes[0].startswith("pictures.zip was left out: it cannot be read")


def test_where_no_archive_holds_work_the_broken_one_is_the_reason(tmp_path: Path) -> None:
    files = {"ada/work.zip": b"PK\x03\x04", "ada/data.zip": zipped({"x.csv": b"1"})}
    with pytest.raises(Unusable, match=r"^work\.zip was left out: it cannot be read"):
        stage_one(tmp_path, files)


def test_one_number_for_two_files_is_not_canvas(tmp_path: Path) -> None:
    files = {"cs_101_1_ada.zip": zipped({"engine.py": stub("engine")}),
             "cs_101_1_bob.zip": zipped({"engine.py": ENGINE})}  # fmt: skip
    assert [*staged(tmp_path, files)] == ["cs_101_1_ada", "cs_101_1_bob"]


def test_a_group_of_canvas_has_one_file_for_each_member(tmp_path: Path) -> None:
    files = {f"{who}_{number}_77_engine.py": ENGINE for who, number in (("doe", 1), ("roe", 2))}
    assert [*staged(tmp_path, files)] == ["doe", "roe"]


@pytest.mark.parametrize(
    "files",
    [
        {"src/engine.py": ENGINE, "loss_1_100_a.png": b"x", "loss_2_101_b.png": b"x"},
        {"hw_1_1_engine.py": ENGINE, "hw_2_1_nn.py": NN},
    ],
)
def test_a_students_own_names_are_no_export(tmp_path: Path, files: Files) -> None:
    inbox = {f"ada/{name}": data for name, data in files.items()} | {"bob/engine.py": ENGINE}
    found = find_inbox(lay(tmp_path, inbox), MODULES)
    assert ([entry.name for entry in found.entries], found.notes) == (["ada", "bob"], [])


@pytest.mark.parametrize(
    "files",
    [
        {"ada_engine.py.txt": ENGINE, "ada_nn.py.txt": NN},
        {"ada_engine.py": ENGINE, "ada_nn.py": NN, "ada_engine.ipynb": notebook(ENGINE)},
        {"ada_engine.py": ENGINE, "ada_nn (1).py": NN},
        {"Ada_Engine.py": ENGINE, "Ada_NN.py": NN},
        {"ada_engine.zip": zipped({"engine.py": ENGINE}), "ada_nn.zip": zipped({"nn.py": NN})},
        {"ada\\engine.py": ENGINE, "ada\\nn.py": NN},
    ],
)
def test_files_named_by_hand_are_joined(tmp_path: Path, files: Files) -> None:
    ((name, copy),) = staged(tmp_path, files).items()
    assert (name.lower(), copy.files, copy.blocked) == ("ada", ("engine.py", "nn.py"), {})


def test_two_files_of_one_module_and_name_may_be_two_peoples(tmp_path: Path) -> None:
    names = ("ada_engine.py", "ada_engine (1).py", "ada_nn.py")
    assert len(staged(tmp_path, dict.fromkeys(names, ENGINE))) == 3


def test_the_second_file_of_a_name_lies_beside_the_first(tmp_path: Path) -> None:
    files = {"doe_1_11_engine.py": half("engine"), "doe_1_12_engine-1.py": ENGINE}
    copy = staged(tmp_path, files)["doe"]
    assert copy.paths == ("doe_1_12_engine-1.py",)
    assert copy.notes[0].endswith("was taken: what has more written goes first")


@pytest.mark.parametrize(
    "folders",
    [
        ("2026-10-01", "2026-10-08", "2026-10-15"),
        ("1.10.2026 first", "08.10.26", "15.10.26"),
        ("alt", "neu", "Abgabe"),
        ("u\u0308bung 1", "Lösung", "fertig"),
    ],
)
def test_dates_and_german_words_are_states_of_the_work(
    tmp_path: Path, folders: tuple[str, ...]
) -> None:
    works = (stub("engine"), half("engine"), ENGINE)
    files = {f"ada/{name}/engine.py": work for name, work in zip(folders, works, strict=True)}
    assert stage_one(tmp_path, files).paths == (f"{folders[2]}/engine.py",)


@pytest.mark.parametrize(
    "name",
    ["engine - Kopie.py", "engine - Kopie (2).py", "Kopie von engine.py", "engine copie.py", "engine - copia.py"],
)  # fmt: skip
def test_a_copy_is_named_by_systems_in_other_languages(tmp_path: Path, name: str) -> None:
    assert stage_one(tmp_path, {f"ada/{name}": ENGINE}).notes == (f"{name} was taken as engine.py",)


PACKAGES = {
    "micrograd's own layout": ("from micrograd.engine import Value", "from engine import Value"),
    "a module of the package": ("from micrograd import engine", "import engine"),
    "beside it": ("from .engine import Value", "from engine import Value"),
    "the package itself": ("from . import engine", "import engine"),
    "under another name": ("import micrograd.engine as e", "import engine as e"),
    "a module of Python's": ("from os import path", "from os import path"),
    "one that is not there": ("from micrograd.optim import SGD", "from micrograd.optim import SGD"),
    "a folder beside": ("from helpers.engine import x", "from helpers.engine import x"),
}


@pytest.mark.parametrize(("line", "read"), PACKAGES.values(), ids=PACKAGES)
def test_imports_of_a_package_around_the_modules_are_read_without_it(
    tmp_path: Path, line: str, read: str
) -> None:
    files = {"engine.py": ENGINE, "__init__.py": b"", "nn.py": f"{line}\nx = 1\n".encode(),
             "helpers/engine.py": b""}  # fmt: skip
    copy = stage_one(tmp_path, {f"ada/micrograd/{name}": data for name, data in files.items()})
    assert (copy.folder / "nn.py").read_text() == f"{read}\nx = 1\n"
    assert any(note.startswith("micrograd/nn.py: '") for note in copy.notes) == (line != read)


def test_an_import_that_needs_the_package_says_what_to_write(tmp_path: Path) -> None:
    nn = b"import micrograd.engine\n"
    copy = stage_one(tmp_path, {"ada/micrograd/engine.py": ENGINE, "ada/micrograd/nn.py": nn})
    assert copy.refused == {
        "nn": "nn.py imports micrograd; the modules are graded side by side, without the folder "
        "micrograd: write from engine import ..., not from micrograd.engine import ..."
    }


CONTENT = {
    "a notebook as .py": ("engine.py", notebook(ENGINE), "engine.ipynb"),
    "a notebook with BOM as .py": ("engine.py", b"\xef\xbb\xbf" + notebook(ENGINE), "engine.ipynb"),
    "Python as .ipynb": ("engine.ipynb", ENGINE, "engine.py"),
    ".txt": ("engine.txt", ENGINE, "engine.py"),
    "no suffix": ("engine", ENGINE, "engine.py"),
    "a blank at the end": ("engine.py ", ENGINE, "engine.py"),
    "a dot at the end": ("engine.py.", ENGINE, "engine.py"),
    ".pyw": ("engine.pyw", ENGINE, "engine.py"),
    "an editor's backup": ("engine.py~", ENGINE, "engine.py"),
    "a document by its name": ("engine.py.docx", ENGINE, "engine.py"),
    ".json in UTF-16": ("engine.json", notebook(ENGINE).decode().encode("utf-16"), "engine.ipynb"),
}


@pytest.mark.parametrize(("name", "data", "file"), CONTENT.values(), ids=CONTENT)
def test_what_a_file_in_a_folder_plainly_is_goes_before_its_suffix(
    tmp_path: Path, name: str, data: bytes, file: str
) -> None:
    copy = stage_one(tmp_path, {f"ada/{name}": data})
    assert (copy.files, copy.paths) == ((file,), (name,))
    assert copy.notes[0].startswith(f"{name} was taken as {file}")


@pytest.mark.parametrize("data", [b"to do\n", b"\x89PNG\r\n\0\0", b"", b"%PDF-1.4"])
def test_what_is_no_work_stays_none(tmp_path: Path, data: bytes) -> None:
    assert stage_one(tmp_path, {"ada/engine.txt": data, "ada/picture": data}).files == ()


@pytest.mark.parametrize("name", ["ada.tar", "ada"])
def test_a_tar_without_a_mark_is_one(tmp_path: Path, name: str) -> None:
    plain = bytearray(gzip.decompress(tarred({"hw/engine.py": ENGINE})))
    plain[257:345] = bytes(88)  # as `tar --format=v7` writes a header
    plain[148:156] = b" " * 8
    plain[148:156] = b"%06o\0 " % sum(plain[:512])
    assert stage_one(tmp_path, {name: bytes(plain)}).paths == ("hw/engine.py",)


def test_what_cannot_be_read_is_no_work(tmp_path: Path) -> None:
    whole = zipped({"engine.txt": ENGINE, "notes.txt": b"to do " * 99})
    at = whole.index(b"notes.txt") + len("notes.txt")
    copy = stage_one(tmp_path, {"ada.zip": whole[:at] + b"\xff" * 20 + whole[at + 20 :]})
    assert copy.paths == ("engine.txt",)


def test_lines_that_nbconvert_makes_for_ipython_are_left_out(tmp_path: Path) -> None:
    code = b"get_ipython().run_line_magic('matplotlib', 'inline')\nx = 1\n"
    copy = stage_one(tmp_path, {"ada/engine.py": code})
    assert (copy.folder / "engine.py").read_bytes() == b"pass  # " + code


def test_the_scores_of_a_run_are_no_submission(tmp_path: Path) -> None:
    scores = {"grades/grades.csv": b"", "grades/index.html": b"", "grades/ada/score.json": b"{}"}
    found = find_inbox(
        lay(tmp_path, {"ada/engine.py": ENGINE, "b.zip": zipped({"engine.py": ENGINE}), **scores}),
        MODULES,
    )
    assert [entry.name for entry in found.entries] == ["ada", "b"]
    assert found.left_out == {"grades": "the scores of a run"}


def test_two_files_that_changed_places_are_told(tmp_path: Path) -> None:
    assert stage_one(tmp_path, {"ada/engine.py": NN, "ada/nn.py": ENGINE}).notes == (
        "engine.py: it defines what nn.py should, and nothing of engine.py",
        "nn.py: it defines what engine.py should, and nothing of nn.py",
    )
