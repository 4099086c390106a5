"""Downloads of five platforms, sorted: one student one folder, nothing lost, nothing twice."""

import csv
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.cli.collect import run
from autograder.course import load_course
from autograder.course.times import read_times
from autograder.exchange.collect import CollectRun, collect_download
from autograder.intake.find import find_inbox
from autograder.stop import Stop
from tests.unit.exchange.downloads import (
    BLACKBOARD,
    CANVAS,
    ENGINE,
    GRADESCOPE,
    MOODLE,
    NBGRADER,
    NN,
    lay_out,
    pack,
    read_tree,
)

BERLIN = ZoneInfo("Europe/Berlin")
TABLES = ("times.csv", "collected.csv")


def collect(
    folder: Path, files: Mapping[str, str], zone: tzinfo | None = BERLIN, name: str = "d.zip"
) -> CollectRun:
    ids = ["m1", "m2"]
    return collect_download(pack(folder / name, files), folder / "inbox", None, zone, ids)


def works(folder: Path) -> dict[str, str]:
    tree = read_tree(folder / "inbox")
    return {name: text for name, text in tree.items() if name not in TABLES}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def times(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["submission"], row["milestone"]): (row["submitted"], row["late"])
        for row in rows(folder / "inbox/times.csv")
    }


def test_canvas(tmp_path: Path) -> None:
    done = collect(tmp_path, CANVAS)
    assert done.system == "canvas"
    assert works(tmp_path) == {
        "doejane/engine.py": ENGINE,
        "doejane/nn.py": NN,
        "leebo/engine.py": ENGINE + "# bo\n",
        "roeana/work.zip": "a zip",
        ".texts/textonly/textonly_104_text.html": "<p>see my mail</p>",
    }
    assert times(tmp_path) == {("leebo", ""): ("", "LATE")}
    became = {fate.file: fate.became for fate in done.fates}
    assert became["syllabus.pdf"] == "left out: its name does not say whose it is"
    assert became["doejane_101_2002_nn-1.py"] == "doejane/nn.py"
    assert became["textonly_104_text.html"].endswith("no file was handed in, so it is not graded")
    assert {row["file"] for row in rows(tmp_path / "inbox/collected.csv")} == {*CANVAS}


def test_what_is_collected_is_an_inbox(tmp_path: Path) -> None:
    collect(tmp_path, CANVAS)
    inbox = find_inbox(tmp_path / "inbox", ["engine", "nn"])
    assert [entry.name for entry in inbox.entries] == ["doejane", "leebo", "roeana"]
    assert inbox.left_out == {}
    assert inbox.notes == []


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "folder"])
def test_moodle_makes_no_student_of_an_online_text(tmp_path: Path, is_zip: bool) -> None:
    download = pack(tmp_path / "d.zip", MOODLE) if is_zip else lay_out(tmp_path / "d", MOODLE)
    done = collect_download(download, tmp_path / "inbox", None, None, [])
    assert done.system == "moodle"
    assert works(tmp_path) == {
        "Jane Doe/engine.py": ENGINE,
        "Jane Doe/lib/nn.py": NN,
        "Jane Doe/onlinetext.html": "<p>hello</p>",
        "Bo Lee/engine.py": ENGINE + "# bo\n",
        ".texts/Tom Text/onlinetext.html": "<p>my code is lost</p>",
    }
    assert not (tmp_path / "inbox/times.csv").exists()


SHEET = (
    "Identifier,Full name,Status,Grade,Last modified (submission),Last modified (grade)\n"
    'Participant 4711,Jane Doe,"Submitted - 3 mins 31 secs late",,'
    '"Friday, 2 October 2026, 12:02 AM",-\n'
    'Participant 4712,Bo Lee,Submitted,,"Thursday, October 1, 2026, 9:00 PM",-\n'
    "Participant 4713,Tom Text,No submission,,-,-\n"
)


def test_moodles_worksheet_has_the_times(tmp_path: Path) -> None:
    download, sheet = pack(tmp_path / "d.zip", MOODLE), tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    collect_download(download, tmp_path / "inbox", None, BERLIN, [], "", sheet)
    assert times(tmp_path) == {
        ("Bo Lee", ""): ("2026-10-01T19:00:00+00:00", ""),
        ("Jane Doe", ""): ("2026-10-01T22:02:00+00:00", "LATE"),
    }
    sheet.write_text(SHEET.replace("Friday, 2 October 2026", "Freitag, 2. Oktober 2026"))
    with pytest.raises(Stop, match="line 2: 'Freitag, 2. Oktober 2026, 12:02 AM' is no time that"):
        collect_download(download, tmp_path / "inbox", None, BERLIN, [], "", sheet)
    sheet.write_text("a,b\n")
    with pytest.raises(Stop, match="is no grading worksheet: it has no columns Identifier"):
        collect_download(download, tmp_path / "inbox", None, BERLIN, [], "", sheet)


def test_a_clock_that_is_set_back_is_read_once(tmp_path: Path) -> None:
    name = "hw_ada_attempt_2026-{}_e.py"
    collect(tmp_path, {name.format("10-25-01-59-00"): "a", name.format("10-25-03-00-00"): "b"})
    assert times(tmp_path) == {("ada", ""): ("2026-10-25T02:00:00+00:00", "")}
    collect(tmp_path, {name.format("10-25-02-30-00").replace("ada", "bo"): "c"}, name="e.zip")
    assert times(tmp_path)["bo", ""] == ("2026-10-25T00:30:00+00:00", "")  # the earlier of two


def test_blackboard_keeps_the_last_attempt_and_the_one_before(tmp_path: Path) -> None:
    done = collect(tmp_path, BLACKBOARD)
    assert done.system == "blackboard"
    assert works(tmp_path) == {
        "jdoe/engine.py": ENGINE + "# better\n",
        "jdoe/.earlier/1/engine.py": ENGINE,
        "jdoe/attempt 2026-10-01-23-10-00.txt": "Name: Jane Doe (jdoe)\n",
        "jdoe/attempt 2026-10-02-08-00-00.txt": "Name: Jane Doe (jdoe)\n",
        "bo_lee/engine.py": ENGINE + "# bo\n",
    }
    assert times(tmp_path) == {
        ("bo_lee", ""): ("2026-10-01T10:00:00+00:00", ""),
        ("jdoe", ""): ("2026-10-02T06:00:00+00:00", ""),
    }


def test_gradescope_names_the_group(tmp_path: Path) -> None:
    done = collect(tmp_path, GRADESCOPE)
    assert done.system == "gradescope"
    assert works(tmp_path) == {
        "Jane Doe/engine.py": ENGINE,
        "Ana Roe/sub/engine.py": ENGINE + "# ana\n",
    }
    assert times(tmp_path) == {
        ("Jane Doe", ""): ("2026-10-01T21:58:12.123456+00:00", ""),
        ("Ana Roe", ""): ("2026-10-03T06:00:00+00:00", ""),
    }
    assert done.groups == {"Jane Doe": ("Jane Doe", "Bo Lee")}


def test_nbgrader_has_a_time_for_each_milestone(tmp_path: Path) -> None:
    done = collect(tmp_path, NBGRADER)
    assert done.system == "nbgrader"
    assert works(tmp_path) == {
        "jane/engine.ipynb": "{}",
        "jane/nn.ipynb": "{ }",
        "bo/engine.ipynb": "{  }",
    }
    assert times(tmp_path) == {
        ("jane", "m1"): ("2026-10-01T21:58:12.500000+00:00", ""),
        ("jane", "m2"): ("2026-10-08T21:00:00+00:00", ""),
    }


def test_the_times_are_those_that_a_course_reads(tmp_path: Path) -> None:
    collect(tmp_path, {**NBGRADER, "submitted/+bo/m1/engine.ipynb": "1"})
    collect(tmp_path, CANVAS, name="e.zip")
    (tmp_path / "c.toml").write_text("version = 1\n[late]\ntimes = 'inbox/times.csv'\n")
    found = read_times(load_course(tmp_path / "c.toml"), tmp_path)
    assert found.find_time("jane", "m2").isoformat() == "2026-10-08T21:00:00+00:00"  # type: ignore[union-attr]
    assert found.find_time("leebo", "m1") is None


def test_a_second_run_adds_only_what_is_new(tmp_path: Path) -> None:
    collect(tmp_path, CANVAS)
    before = works(tmp_path)
    again = collect(tmp_path, CANVAS)
    assert works(tmp_path) == before
    assert {fate.became for fate in again.fates} - {"there already"} == {
        "left out: its name does not say whose it is"
    }
    more = {
        "doejane_101_2011_engine-1.py": ENGINE + "# again\n",
        "leebo_102_2003_engine.py": ENGINE + "# bo\n",
        "newkid_105_2012_engine.py": ENGINE,
    }
    collect(tmp_path, more)
    assert works(tmp_path) == {
        **before,
        "doejane/engine.py": ENGINE + "# again\n",
        "doejane/.earlier/1/engine.py": ENGINE,
        "newkid/engine.py": ENGINE,
    }
    collect(tmp_path, CANVAS)  # an old download again
    assert works(tmp_path)["doejane/engine.py"] == ENGINE + "# again\n"


def test_nothing_that_a_person_put_there_is_overwritten(tmp_path: Path) -> None:
    lay_out(tmp_path / "inbox", {"doejane/engine.py": "mine", "leebo/note.txt": "x"})
    (tmp_path / "inbox/times.csv").write_text(
        "submission,milestone,submitted,late\nleebo,,2026-10-01T00:00:00Z,\nzoe,,2026-10-02T00:00:00Z,\n"
    )
    collect(tmp_path, NBGRADER)
    collect(tmp_path, {"doejane_101_2001_engine.py": ENGINE}, name="e.zip")
    assert works(tmp_path)["doejane/engine.py"] == "mine"
    assert ENGINE in works(tmp_path).values()
    assert times(tmp_path)["zoe", ""] == ("2026-10-02T00:00:00Z", "")


def test_namesakes_and_equal_names_stay_apart(tmp_path: Path) -> None:
    collect(
        tmp_path,
        {
            "doejane_101_1_engine.py": "a",
            "doejane_202_2_engine.py": "b",
            "leebo_3_3_engine.py": "c",
            "leebo_3_4_engine-1.py": "d",
        },
    )
    assert works(tmp_path) == {
        "doejane_101/engine.py": "a",
        "doejane_202/engine.py": "b",
        "leebo/engine.py": "c",
        "leebo/engine (1).py": "d",
    }
    collect(tmp_path, {"leebo_9_9_engine.py": "e"}, name="e.zip")
    assert works(tmp_path)["leebo_9/engine.py"] == "e"


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    listed = GRADESCOPE["assignment_9_export/submission_metadata.yml"].replace("Ana Roe", "../x")
    files = {
        "submission_metadata.yml": listed,
        "submission_78/engine.py": ENGINE,
        "../../submission_78/nn.py": NN,
    }
    collect(tmp_path, files)
    (home,) = (one for one in (tmp_path / "inbox").iterdir() if one.is_dir())
    assert home.name.startswith("_x-")
    assert {one.name for one in home.iterdir()} == {"engine.py", "nn.py"}


def test_what_is_no_download_is_refused(tmp_path: Path) -> None:
    plain = lay_out(tmp_path / "plain", {"ada/engine.py": ENGINE, "bob/engine.py": ENGINE})
    with pytest.raises(Stop, match="it is no download of gradescope, moodle.*it holds ada, bob"):
        run(plain, tmp_path / "inbox", None, None, None)
    with pytest.raises(Stop, match="no name in it is as canvas gives them, doejane_LATE_101"):
        run(plain, tmp_path / "inbox", "canvas", None, None)
    with pytest.raises(Stop, match="there is no .*gone; name a platform's download"):
        run(tmp_path / "gone", tmp_path / "inbox", None, None, None)
    with pytest.raises(Stop, match="canvsa"):
        run(plain, tmp_path / "inbox", "canvsa", None, None)
    with pytest.raises(Stop, match="there is no time zone 'Mars/North'"):
        run(plain, tmp_path / "inbox", None, "Mars/North", None)
    with pytest.raises(Stop, match="lies in the download"):
        run(plain, plain / "inbox", None, None, None)
    (tmp_path / "cut.zip").write_bytes(pack(tmp_path / "whole.zip", CANVAS).read_bytes()[:-40])
    with pytest.raises(Stop, match="neither a folder nor a zip"):
        run(tmp_path / "cut.zip", tmp_path / "inbox", None, None, None)
    assert not (tmp_path / "inbox").exists()


def test_the_command_tells_what_a_person_should_look_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download = pack(tmp_path / "d.zip", CANVAS)
    run(download, tmp_path / "inbox", "canvas", None, "m1")
    told = capsys.readouterr().out
    assert "3 students, 5 new files, 0 there already" in told
    assert "note: syllabus.pdf (left out: its name does not say whose it is)\n" in told
    assert "note: no file, only a text or link, and so not graded: textonly\n" in told
    assert "note: marked LATE without a time" in told
    run(pack(tmp_path / "g.zip", GRADESCOPE), tmp_path / "inbox", None, None, None)
    told = capsys.readouterr().out
    assert 'for [groups] in the course\'s file: "Jane Doe" = ["Jane Doe", "Bo Lee"]' in told
