"""Who is who in an inbox: rows, files joined, what is left out, and when it would be a guess."""

import bz2
import gzip
import lzma
import unicodedata
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake import lone
from autograder.intake.find import Inbox, find_inbox
from autograder.intake.names import folder_name
from autograder.intake.stage import plan_entry, stage_entry
from autograder.intake.submission import Unusable
from tests.unit.intake.hand_ins import MODULES, lay, notebook, solved, stub, tarred, zipped

MILESTONES = load_course().milestones
ENGINE, NN = solved("engine"), solved("nn")
Files = dict[str, bytes]


def inbox(place: Path, files: Files) -> Inbox:
    return find_inbox(lay(place / "in", files), MODULES)


def rows(found: Inbox) -> dict[str, list[str]]:
    """Each row, with the files that would be graded."""
    entries = lone.assign_modules(found.entries, MILESTONES, MILESTONES)
    return {entry.name: sorted(plan_entry(entry, MODULES).targets.values()) for entry in entries}


BOTH = ["engine.py", "nn.py"]


def test_files_that_canvas_names_are_one_row_a_student(tmp_path: Path) -> None:
    found = inbox(
        tmp_path,
        {
            "doejane_101_2001_engine.py": ENGINE,
            "doejane_101_2002_nn.py": NN,
            "doejane_101_2009_helper.py": b"x = 1",
            "roeann_LATE_102_2003_engine-1.py": ENGINE,
            "roeann_LATE_102_2004_nn-2.py": NN,
            "o_brien_pat_103_2005_work.zip": zipped({"hw/engine.py": ENGINE, "hw/nn.py": NN}),
            "poe_104_2006_my work.ipynb": notebook(ENGINE),
            "lee_105_text.html": b"<html>",
            "lee_105_2008_report.pdf": b"%PDF",
        },
    )
    assert rows(found) == {
        "doejane": ["engine.py", "helper.py", "nn.py"],
        "roeann": BOTH,
        "o_brien_pat": BOTH,
        "poe": ["engine.ipynb"],
    }
    assert found.notes == [
        "files of one sender are one submission, by their names: doejane, roeann"
    ]
    assert sorted(found.left_out) == ["lee_105_2008_report.pdf", "lee_105_text.html"]
    into = tmp_path / "copy"
    into.mkdir()
    copy = stage_entry(found.entries[0], MODULES, into)
    assert (copy.id, copy.paths[0]) == ("doejane", "doejane_101_2001_engine.py")


def test_namesakes_are_told_apart_by_their_number(tmp_path: Path) -> None:
    files = {
        f"doejane_{id}_{id}{of}_{name}": ENGINE for id in (1, 2) for of, name in enumerate(BOTH)
    }
    assert rows(inbox(tmp_path, files)) == {"doejane_1": BOTH, "doejane_2": BOTH}


def test_two_files_that_one_student_sent_under_one_name_are_a_choice(tmp_path: Path) -> None:
    files = {"doe_1_11_engine.py": stub("engine"), "doe_1_12_engine-1.py": ENGINE}
    (entry,) = inbox(tmp_path, {**files, "roe_2_13_engine.py": ENGINE}).entries[:1]
    plan = plan_entry(entry, MODULES)
    assert plan.paths == {"engine.py": "doe_1_12_engine-1.py"}
    assert plan.notes == (
        "engine.py is there twice: doe_1_12_engine-1.py, doe_1_11_engine.py; "
        "doe_1_12_engine-1.py was taken: a stub never goes before work",
    )


def test_names_that_only_look_like_canvas_keep_their_rows(tmp_path: Path) -> None:
    """One homework of several people, not several files of one."""
    files = {f"hw_1_2_{name}.py": ENGINE for name in ("ada", "bob", "cleo")}
    assert list(rows(inbox(tmp_path, files))) == ["hw_1_2_ada", "hw_1_2_bob", "hw_1_2_cleo"]


@pytest.mark.parametrize("end", ["_assignsubmission_file_", "_assignsubmission_file"])
def test_folders_that_moodle_names(tmp_path: Path, end: str) -> None:
    found = inbox(
        tmp_path,
        {
            f"Jane Doe_12345{end}/engine.py": ENGINE,
            f"Ann Roe_12346{end}/work.zip": zipped({"engine.py": ENGINE, "nn.py": NN}),
            f"Bo Poe_12347{end}/deep/hw.tar.gz": tarred({"hw/engine.py": ENGINE}),
            "Bo Poe_12347_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        },
    )
    assert rows(found) == {"Ann Roe": BOTH, "Bo Poe": ["engine.py"], "Jane Doe": ["engine.py"]}
    assert found.left_out == {}


def test_moodle_without_folders(tmp_path: Path) -> None:
    names = [f"{who}_assignsubmission_file_{file}" for who in ("A B_1", "C D_2") for file in BOTH]
    assert rows(inbox(tmp_path, dict.fromkeys(names, ENGINE))) == {"A B": BOTH, "C D": BOTH}


@pytest.mark.parametrize(
    "names",
    [
        ("ada_engine.py", "ada_nn.py", "bob_engine.py", "bob_nn.py"),
        ("engine_ada.py", "nn_ada.py", "engine-bob.py", "nn-bob.py"),
    ],
)
def test_names_given_by_hand_are_joined_where_each_module_comes_once(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    assert rows(inbox(tmp_path, dict.fromkeys(names, ENGINE))) == {"ada": BOTH, "bob": BOTH}


def test_one_file_a_student_keeps_its_name(tmp_path: Path) -> None:
    files = dict.fromkeys(("ada_engine.py", "bob_engine.py", "ada_engine_v2.py"), ENGINE)
    assert list(rows(inbox(tmp_path, files))) == ["ada_engine", "ada_engine_v2", "bob_engine"]


CLASS = {"ada": {"engine.py": ENGINE}, "bob": {"work/engine.py": ENGINE}, "cy": {"my.zip": zipped({"engine.py": ENGINE})}}  # fmt: skip


def a_class(folder: str = "") -> Files:
    return {
        f"{folder}{who}/{name}": data for who, one in CLASS.items() for name, data in one.items()
    }


@pytest.mark.parametrize("stray", [["engine.py"], ["engine.ipynb"], ["engine.py", "nn.py"]])
@pytest.mark.parametrize("who", [*CLASS, "all"])
def test_a_stray_module_does_not_make_a_class_one_submission(
    tmp_path: Path, stray: list[str], who: str
) -> None:
    files = a_class() if who == "all" else {k: v for k, v in a_class().items() if k.startswith(who)}
    files |= {name: notebook(ENGINE) if "ipynb" in name else ENGINE for name in stray}
    found = inbox(tmp_path, files)
    students = {name.partition("/")[0] for name in files if "/" in name}
    assert {entry.name for entry in found.entries} == students | {
        n.partition(".")[0] for n in stray
    }
    assert found.notes[0].startswith(", ".join(stray) + " name")


def test_versions_beside_modules_are_one_submission(tmp_path: Path) -> None:
    files = {"engine.py": ENGINE, "nn.py": NN, "backup/engine.py": ENGINE, "old/v1/nn.py": NN,
             "pkg/tool.py": b"", "data/set.zip": zipped({"x.csv": b""}), "more/tensor.ipynb": b"{}"}  # fmt: skip
    del files["more/tensor.ipynb"]
    assert [entry.name for entry in inbox(tmp_path, files).entries] == ["in"]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_downloads_under_one_name_are_a_row_each(tmp_path: Path, count: int) -> None:
    names = ["engine.py", *(f"engine ({number + 1}).py" for number in range(count))]
    found = inbox(tmp_path, {**dict.fromkeys(names, ENGINE), "README.md": b"# words"})
    assert len(found.entries) == count + 1
    assert set(found.left_out) == {"README.md"}


GUESSES: dict[str, tuple[Files, list[str]]] = {
    "numbered files of two modules": (
        dict.fromkeys(("engine.py", "nn.py", "engine (1).py", "nn (1).py"), ENGINE),
        ["engine.py", "nn.py", "engine (1).py", "nn (1).py", "folder of their own"],
    ),
    "files of others beside a module": (
        dict.fromkeys(("engine.py", "ada.py", "bob_engine.py"), ENGINE),
        ["engine.py", "ada.py", "bob_engine.py", "folder of their own"],
    ),
    "a class one level down": (
        {f"class 7/{name}": data for name, data in a_class().items()},
        ["3 people: ada, bob, cy", "Grade", "class 7"],
    ),
    "a class of two, one level down": (
        {"class 7/ada/engine.py": ENGINE, "class 7/bob/engine.py": ENGINE},
        ["2 people: ada, bob"],
    ),
    "a zip of a class": (
        {"submissions.zip": zipped({f"all/{n}/engine.py": ENGINE for n in ("ada", "bob", "cy")})},
        ["3 people: ada, bob, cy", "submissions.zip", "Unpack it"],
    ),
    "a tar of a class": (
        {"all.tar.gz": tarred({f"{n}/hw/engine.py": ENGINE for n in ("ada", "bob")})},
        ["2 people: ada, bob", "Unpack it"],
    ),
    "a zip of Canvas": (
        {"submissions.zip": zipped({"doe_1_2_engine.py": ENGINE, "roe_3_4_engine.py": ENGINE})},
        ["2 people: doe, roe", "Unpack it"],
    ),
    "a zip of Moodle": (
        {"m.zip": zipped({f"{n}_assignsubmission_file_/engine.py": b"" for n in ("A_1", "B_2")})},
        ["2 people: A, B"],
    ),
    "a zip of files named by hand": (
        {"m.zip": zipped({f"{n}_engine.py": ENGINE for n in ("ada", "bob")})},
        ["2 people: ada, bob"],
    ),
    "a zip of zips": (
        {"all.zip": zipped({f"{n}.zip": zipped({"engine.py": ENGINE}) for n in ("ada", "bob")})},
        ["all.zip", "ada.zip, bob.zip", "Unpack it"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told"), GUESSES.values(), ids=GUESSES)
def test_where_it_would_be_a_guess_the_files_are_named(
    tmp_path: Path, files: Files, told: list[str]
) -> None:
    with pytest.raises(Unusable) as problem:
        inbox(tmp_path, files)
    for words in told:
        assert words in str(problem.value)
    (name, *more) = {file.partition("/")[0] for file in files}
    if not more:  # as PATH itself
        assert find_inbox_problem(tmp_path / "in" / name, is_file=name in files)


def find_inbox_problem(path: Path, is_file: bool) -> bool:
    if not is_file:
        return len(find_inbox(path, MODULES).entries) > 1  # rows, now that the class is named
    with pytest.raises(Unusable, match="Unpack it"):
        find_inbox(path, MODULES)
    return True


def test_a_class_among_submissions_is_refused_in_its_row(tmp_path: Path) -> None:
    found = inbox(tmp_path, {"zoe/engine.py": ENGINE, **a_class("section-a/")})
    assert [entry.name for entry in found.entries] == ["section-a", "zoe"]
    with pytest.raises(Unusable, match="the work of 3 people: ada, bob, cy; hand in each alone"):
        plan_entry(found.entries[0], MODULES)


@pytest.mark.parametrize(
    "names", [("attempt 1", "final"), ("backup", "project"), ("v1", "v2", "v3")]
)
def test_versions_in_the_only_submission_are_no_class(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    files = {f"{name}/engine.py": ENGINE + name.encode() for name in names}
    found = inbox(tmp_path, {"ada.zip": zipped(files)})
    assert [entry.name for entry in found.entries] == ["ada"]


def gradescope(folder: str = "") -> Files:
    return {
        f"{folder}submission_metadata.yml": b":submission_1: ...",
        f"{folder}submission_1/engine.py": ENGINE,
        f"{folder}submission_2/work/engine.py": ENGINE,
        f"{folder}submission_2/work/nn.py": NN,
    }


def moodle(folder: str = "") -> Files:
    return {f"{folder}{who}_assignsubmission_file_/engine.py": ENGINE for who in ("A_1", "B_2")}


def canvas(folder: str = "") -> Files:
    names = (f"{who}{of}_{file}" for who in ("a_1_2", "b_3_4") for of, file in enumerate(BOTH))
    return dict.fromkeys((f"{folder}{name}" for name in names), ENGINE)


@pytest.mark.parametrize(
    ("make", "names"),
    [(gradescope, ["submission_1", "submission_2"]), (moodle, ["A", "B"]), (canvas, ["a", "b"])],
)
@pytest.mark.parametrize("folder", ["", "export/"])
@pytest.mark.parametrize("beside", [{}, {"zoe/engine.py": ENGINE}])
def test_an_export_is_a_row_a_student_one_level_up_too(
    tmp_path: Path, make: object, names: list[str], folder: str, beside: Files
) -> None:
    found = inbox(tmp_path, {**make(folder), **beside})  # type: ignore[operator]
    assert sorted(rows(found)) == names + ["zoe"] * len(beside)
    assert ("export was opened: it is a platform's export" in found.notes) == bool(folder)
    if make is gradescope:
        assert found.left_out == {
            f"{folder}submission_metadata.yml": "it says whose each submission is"
        }


RECOGNISED: dict[str, tuple[bytes, str]] = {
    "bob_engine.py.txt": (ENGINE, "engine.py"),
    "bob.txt": (ENGINE, "engine.py"),
    "bob": (ENGINE, "engine.py"),
    "bob.py.bak": (ENGINE, "engine.py"),
    "bob.PY.TXT": (ENGINE, "engine.py"),
    "bob_nn.py.txt": (NN, "nn.py"),
    "bob.ipynb.json": (notebook(ENGINE), "engine.ipynb"),
    "bob.json": (notebook(ENGINE), "engine.ipynb"),
    "bob.ipynb.txt": (notebook(NN), "nn.ipynb"),
    "a-zip": (zipped({"engine.py": ENGINE}), "engine.py"),
    "b.zip.part": (zipped({"hw/engine.py": ENGINE}), "engine.py"),
    "c.zip.download": (zipped({"engine.ipynb": notebook(ENGINE)}), "engine.ipynb"),
    "a-tar": (tarred({"engine.py": ENGINE}), "engine.py"),
    "d.gz": (tarred({"engine.py": ENGINE}), "engine.py"),
    "e": (gzip.decompress(tarred({"engine.py": ENGINE})), "engine.py"),
    "f.tar.xz.part": (lzma.compress(gzip.decompress(tarred({"engine.py": ENGINE}))), "engine.py"),
    "g.bz2": (bz2.compress(gzip.decompress(tarred({"nn.py": NN}))), "nn.py"),
    "h.zip.txt": (zipped({"hw\\engine.py": ENGINE}), "engine.py"),
}


@pytest.mark.parametrize("name", RECOGNISED)
def test_what_a_file_plainly_is_goes_before_its_suffix(tmp_path: Path, name: str) -> None:
    data, module = RECOGNISED[name]
    found = inbox(tmp_path, {name: data})
    (graded,) = rows(found).values()
    assert graded == [module]
    assert found.left_out == {}
    entries = lone.assign_modules(found.entries, MILESTONES, MILESTONES)
    assert name in lone.list_lone_files(entries)
    assert rows(find_inbox(tmp_path / "in" / name, MODULES)).popitem()[1] == [module]


def test_a_file_of_an_archive_is_told_by_its_own_name(tmp_path: Path) -> None:
    (entry,) = inbox(tmp_path, {"fay": zipped({"hw/engine.py": ENGINE})}).entries
    assert plan_entry(entry, MODULES).paths == {"engine.py": "hw/engine.py"}


def _docx() -> bytes:
    return zipped({"word/document.xml": b"<x/>"})


LEFT_OUT: dict[str, tuple[bytes, str]] = {
    "a.docx": (_docx(), "neither Python"),
    "a.html": (b"<html>class Value:</html>", "neither Python"),
    "README.md": (b"# Engine\n\n```python\nclass Value:\n    pass\n```\n", "neither Python"),
    "notes.txt": (b"Value is a class", "neither Python"),
    "photo.png": (b"\x89PNG\0\0", "neither Python"),
    "marks.csv": (b"name,points\n", "neither Python"),
    "empty": (b"", "empty"),
    "a.zip.part": (zipped({"engine.py": ENGINE})[:900], "cut off"),
    "a.tar.gz.part": (tarred({"engine.py": ENGINE})[:15], "cut off"),
    "engine.py.gz": (gzip.compress(ENGINE), "unpack it"),
    "rar": (b"Rar!\x1a\x07\x01", "a RAR archive; hand in a .zip or .tar.gz"),
    "only words": (tarred({"a.txt": b"x"}), "neither Python"),
    "node_modules.json": (b'{"cells": 1}', "neither Python"),
}


def test_what_is_not_graded_is_named_with_the_reason(tmp_path: Path) -> None:
    files = {name: data for name, (data, _) in LEFT_OUT.items()}
    quiet = ["Thumbs.db", "desktop.ini", ".DS_Store", "._ada.zip", "__MACOSX/", "THUMBS.DB"]
    found = inbox(tmp_path, {**files, **dict.fromkeys(quiet, b"x"), "ada/engine.py": ENGINE})
    assert [entry.name for entry in found.entries] == ["ada"]
    assert {name: why for name, why in found.left_out.items() if LEFT_OUT[name][1] not in why} == {}
    assert {*found.left_out} == {*LEFT_OUT}
    assert sorted(found.quiet) == sorted(name.strip("/") for name in quiet)


def test_an_inbox_of_nothing_to_grade_says_what_lies_there(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="holds no submission: .*; it holds a.docx$"):
        inbox(tmp_path, {"a.docx": _docx()})
    with pytest.raises(Unusable, match="a.docx is neither Python, .*; wanted .py, .ipynb, .zip"):
        find_inbox(tmp_path / "in/a.docx", MODULES)


def test_names_are_compared_as_people_read_them(tmp_path: Path) -> None:
    spelt = [unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD")]
    found = inbox(tmp_path, {f"{name}/engine.py": ENGINE for name in [*spelt, " Li ", "Li"]})
    names = [entry.name for entry in found.entries]
    assert len({*names}) == len({folder_name(name) for name in names}) == 4
    assert sum(name.startswith("Zoë-") for name in names) == 2
    assert sum(name.startswith("Li-") for name in names) == 2
    assert all(name == unicodedata.normalize("NFC", name).strip() for name in names)
    alone = inbox(tmp_path / "2", {f"{spelt[1]} /engine.py": ENGINE, "x/engine.py": ENGINE})
    assert [entry.name for entry in alone.entries] == ["Zoë", "x"] or "Zoë" in {
        entry.name for entry in alone.entries
    }


@pytest.mark.parametrize("char", ["\n", "\t", "\x1b[2J", "\x07", "\x85", "\u2028", "\u202e"])
def test_what_would_steer_a_terminal_is_escaped_in_a_name(tmp_path: Path, char: str) -> None:
    found = inbox(tmp_path, {f"a{char}b.py": ENGINE, "c.py": ENGINE})
    (entry, _) = lone.assign_modules(found.entries, MILESTONES, MILESTONES)
    assert entry.name == f"a{repr(char)[1:-1]}b"
    plan = plan_entry(entry, MODULES)
    assert plan.paths == {"engine.py": f"a{repr(char)[1:-1]}b.py"}


@pytest.mark.parametrize("name", ["دانش\u200cآموز", "Jos\u00e9", "\u05d0\u05d1", "🎉"])
def test_letters_of_the_world_stay(tmp_path: Path, name: str) -> None:
    found = inbox(tmp_path, {f"{name}/engine.py": ENGINE, "x/engine.py": ENGINE})
    assert name in {entry.name for entry in found.entries}


def test_a_link_that_is_named_itself_is_the_work(tmp_path: Path) -> None:
    lay(tmp_path, {"real.zip": zipped({"engine.py": ENGINE}), "real.txt": ENGINE})
    for end in ("zip", "txt"):
        (tmp_path / f"link.{end}").symlink_to(f"real.{end}")
        found = find_inbox(tmp_path / f"link.{end}", MODULES)
        assert rows(found) == {"real": ["engine.py"]}


def test_a_folder_that_a_tool_makes_is_named(tmp_path: Path) -> None:
    found = inbox(tmp_path, {"venv/lib/engine.py": ENGINE, "__pycache__/x": b"", "ada/nn.py": NN})
    assert found.left_out == dict.fromkeys(("__pycache__", "venv"), "a folder that tools make")


@pytest.mark.parametrize(
    "names", [("1", "2", "3"), ("A", "B"), ("project 1", "project 2"), ("work", "x")]
)
def test_teams_are_rows_whatever_their_folders_are_called(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    found = inbox(tmp_path, {f"{name}/engine.py": ENGINE for name in names})
    assert [entry.name for entry in found.entries] == [*names]


@pytest.mark.parametrize("names", [("1", "2"), ("A", "B"), ("10001", "10002")])
def test_numbers_and_letters_are_people_where_one_has_to_guess(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    files = {f"{name}/engine.py": ENGINE for name in names}
    with pytest.raises(Unusable, match="the work of 2 people"):
        inbox(tmp_path / "zip", {"all.zip": zipped(files)})
    found = inbox(tmp_path / "stray", {**files, "engine.py": ENGINE})
    assert [entry.name for entry in found.entries] == [*names, "engine"]


def test_a_folder_a_milestone_is_one_persons_work(tmp_path: Path) -> None:
    files = {f"{one.folder}/{module}.py": ENGINE for one in MILESTONES for module in MODULES[:2]}
    found = inbox(
        tmp_path, {"ada.zip": zipped(files), "bob/m1/engine.py": b"", "bob/m2/engine.py": b"x"}
    )
    assert list(rows(found)) == ["ada", "bob"]
    assert list(rows(inbox(tmp_path / "alone", {"ada.zip": zipped(files)}))) == ["ada"]
